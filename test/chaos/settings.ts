/**
 * The chaos run's shop: real settings files in a throw-away folder. Times that are minutes in service
 * are seconds here; they keep the relations that `check` demands.
 * @module
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

/** In ms. The simulators keep the first four, the service's settle time lies above their sum. */
export const TIMES = {
  signatureWindow: 4_000,
  requestLife: 2_000,
  listingLag: 2_000,
  clockSkew: 1_500,
  callTimeout: 2_000,
  sendWithin: 1_500,
  settle: 10_000,
  settleRead: 5_000,
  /** From an order's coming in to its purchase. */
  delay: 2_000,
  listingFresh: 4_000,
  /** How long a worker is frozen: more than a job's heartbeat and the queue's look for lapsed ones. */
  freeze: 35_000,
} as const;

export const LAZADA_APP = { appKey: '100132', appSecret: 'chaos-lazada-secret' } as const;
export const SHOPEE_APP = { partnerId: '2001887', partnerKey: 'chaos-shopee-key' } as const;
export const CALLBACK_TOKEN = 'chaos-callback-address-nobody-can-guess';

/** Orders of one account in a run: its listing is read whole again and again. */
const ORDERS_PER_ACCOUNT = 300;
/** Accounts that are busy at a time; when theirs have come in, the next ones are. */
const BUSY_ACCOUNTS = 2;
/** With many stores each is asked less often, as their agency would. */
const MANY_STORES = 20;

export interface ChaosStore {
  readonly name: string;
  readonly marketplace: 'lazada' | 'shopee';
  readonly country: string;
  readonly sellerId: string;
  readonly account: string;
}

export interface ChaosAccount {
  readonly name: string;
  readonly accessKey: string;
  readonly accessSecret: string;
  readonly userId: string;
  /** Two at Lazada, one at Shopee. */
  readonly stores: readonly ChaosStore[];
}

export function makeAccounts(orders: number): ChaosAccount[] {
  const blocks = Math.ceil(orders / (ORDERS_PER_ACCOUNT * BUSY_ACCOUNTS));
  return Array.from({ length: blocks * BUSY_ACCOUNTS }, (_, index) => makeAccount(index));
}

/** Which account the how-many-th pair of orders is bought on. */
export function accountOfPair(pair: number, accounts: readonly ChaosAccount[]): ChaosAccount {
  const block = Math.floor((pair * 2) / (ORDERS_PER_ACCOUNT * BUSY_ACCOUNTS));
  return accounts[block * BUSY_ACCOUNTS + (pair % BUSY_ACCOUNTS)] as ChaosAccount;
}

function makeAccount(index: number): ChaosAccount {
  const name = `account-${index}`;
  const id = String(index).padStart(4, '0');
  return {
    name,
    accessKey: `58c0201dfdf148eca63cbf6bb5e7${id}`,
    accessSecret: `chaos-pandapon-secret-${id}`,
    userId: `210000734${id}`,
    stores: [
      {
        name: `sg-${index}a`,
        marketplace: 'lazada',
        country: 'sg',
        sellerId: `10001${id}`,
        account: name,
      },
      {
        name: `sg-${index}b`,
        marketplace: 'lazada',
        country: 'sg',
        sellerId: `10002${id}`,
        account: name,
      },
      {
        name: `my-${index}`,
        marketplace: 'shopee',
        country: 'my',
        sellerId: `22068${id}`,
        account: name,
      },
    ],
  };
}

export interface Addresses {
  readonly lazada: string;
  readonly shopee: string;
  readonly pandapon: string;
}

/** Writes `ponbridge.yaml` and the stores' files into `home`. */
export async function writeSettings(
  home: string,
  accounts: readonly ChaosAccount[],
  addresses: Addresses,
  publicUrl: string,
): Promise<void> {
  await mkdir(join(home, 'stores'));
  await writeFile(
    join(home, 'ponbridge.yaml'),
    stringify(serviceFile(accounts, addresses, publicUrl)),
  );
  for (const store of accounts.flatMap((account) => account.stores)) {
    const file = { ...storeFile(store), ...(accounts.length * 3 > MANY_STORES ? SELDOM : OFTEN) };
    await writeFile(join(home, 'stores', `${store.name}.yaml`), stringify(file));
  }
}

function serviceFile(accounts: readonly ChaosAccount[], addresses: Addresses, publicUrl: string) {
  return {
    apps: {
      lazada: {
        main: {
          appKey: LAZADA_APP.appKey,
          appSecret: { env: 'CHAOS_LAZADA_SECRET' },
          addresses: { all: `${addresses.lazada}/rest` },
        },
      },
      shopee: {
        main: {
          address: addresses.shopee,
          partnerId: SHOPEE_APP.partnerId,
          partnerKey: { env: 'CHAOS_SHOPEE_KEY' },
          callbackUrl: `${publicUrl}/push/shopee/main`,
        },
      },
    },
    accounts: {
      pandapon: Object.fromEntries(
        accounts.map(({ name, accessKey, userId }, index) => [
          name,
          {
            accessKey,
            accessSecret: { env: `CHAOS_PANDAPON_SECRET_${index}` },
            userId,
            address: addresses.pandapon,
            pageSize: 100,
          },
        ]),
      ),
    },
    timings: {
      signatureWindow: ms(TIMES.signatureWindow),
      clockSkew: ms(TIMES.clockSkew),
      requestLife: ms(TIMES.requestLife),
      listingLag: ms(TIMES.listingLag),
      settle: ms(TIMES.settle),
      settleRead: ms(TIMES.settleRead),
      sendWithin: ms(TIMES.sendWithin),
      callTimeout: ms(TIMES.callTimeout),
      listingFresh: ms(TIMES.listingFresh),
      agentPoll: '4s',
      payPoll: '3s',
      parcelPoll: '1s',
      shipPoll: '1s',
      net: '15s',
      sweep: '5s',
    },
    limits: { app: 1_000, store: 500, account: 500, callbackReads: 60_000 },
  };
}

function ms(value: number): string {
  return `${value}ms`;
}

function storeFile(store: ChaosStore) {
  const isLazada = store.marketplace === 'lazada';
  return {
    marketplace: store.marketplace,
    country: store.country,
    sellerId: store.sellerId,
    start: new Date(Date.now() - 86_400_000).toISOString(),
    orderSource: store.marketplace,
    sellerOrderNumber: '{store}-{order}',
    lines: [{ pattern: 'TB-{itemId}-{skuId}-{fen}' }],
    receiver: {
      kind: 'warehouse',
      name: 'CH {store}',
      mobilePhone: '15068763421',
      state: '浙江省',
      city: '杭州市',
      district: '余杭区',
      address: '仓前街道 8 号 ({order})',
      zip: '311121',
    },
    budget: {
      cnyPerUnit: isLazada ? '5.35' : '1.62',
      largestOrder: '300.00',
      smallestMargin: '10%',
    },
    purchase: {
      mode: 'auto',
      account: store.account,
      delay: ms(TIMES.delay),
      dailyCap: '10000000.00',
      pay: { auto: true },
    },
    tracking: { leg: 'agent', parcels: 'first', carriers: { '*': 'YTO' } },
    ship: {
      pack: 'paid',
      readyToShip: 'sent',
      arrange: 'sent',
      warehouse: { name: 'Hangzhou', address: 'write {tracking} on {order}' },
    },
  };
}

const OFTEN = { poll: '5s', overlap: '10s' };
const SELDOM = { poll: '15s', overlap: '30s' };

/** The environment of every process of the service. */
export function serviceEnvironment(
  home: string,
  port: number,
  accounts: readonly ChaosAccount[],
): Record<string, string> {
  return {
    // Empty means the embedded one; an inherited address would be somebody's real database.
    DATABASE_URL: '',
    PONBRIDGE_HOME: home,
    PONBRIDGE_PORT: String(port),
    PONBRIDGE_CALLBACK_TOKEN: CALLBACK_TOKEN,
    PONBRIDGE_LOG_LEVEL: 'info',
    CHAOS_LAZADA_SECRET: LAZADA_APP.appSecret,
    CHAOS_SHOPEE_KEY: SHOPEE_APP.partnerKey,
    ...Object.fromEntries(
      accounts.map(({ accessSecret }, index) => [`CHAOS_PANDAPON_SECRET_${index}`, accessSecret]),
    ),
  };
}

export function callbackAddress(serviceUrl: string, account: ChaosAccount): string {
  return `${serviceUrl}/callback/pandapon/${account.name}/${CALLBACK_TOKEN}`;
}
