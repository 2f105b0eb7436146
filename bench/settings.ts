/** The bench's settings: real files in a throw-away folder, as a seller would write them. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface Addresses {
  readonly lazada: string;
  readonly shopee: string;
  readonly pandapon: string;
}

export const LAZADA = {
  appKey: '100132',
  appSecret: 'bench-lazada-secret',
  country: 'sg',
  sellerId: '1000114855',
} as const;
export const SHOPEE = {
  partnerId: '2001887',
  partnerKey: 'bench-shopee-key',
  country: 'my',
  shopId: '220688102',
} as const;
export const PANDAPON = {
  accessKey: '58c0201dfdf148eca63cbf6bb5e7cf03',
  accessSecret: 'bench-pandapon-secret',
  userId: '2100007341207',
} as const;
export const STORES = { lazada: 'bench-sg', shopee: 'bench-my' } as const;
export const CALLBACK_TOKEN = 'bench-callback-address-nobody-can-guess';

/** Rows of a listing page at the agent; the connector's default. */
export const LISTING_PAGE = 50;

/**
 * Short enough that nothing waits for minutes, long enough that polling stays a small part: in service
 * a pull comes each 5 minutes and a listing each 10.
 */
export const POLLS = { pull: '2s', overlap: '2s', listing: '3s' } as const;

const timings = {
  agentPoll: POLLS.listing,
  payPoll: POLLS.listing,
  parcelPoll: '1s',
  shipPoll: '1s',
  sweep: '30s',
};

/**
 * So high that our own rate limits are not what is measured. Reads that callbacks cause keep their
 * default (120 a minute): past it the listing brings the news.
 */
export const LIMITS = { app: 5_000, store: 5_000, account: 5_000 };

function storeFile(marketplace: 'lazada' | 'shopee') {
  const isLazada = marketplace === 'lazada';
  return {
    marketplace,
    country: isLazada ? LAZADA.country : SHOPEE.country,
    sellerId: isLazada ? LAZADA.sellerId : SHOPEE.shopId,
    start: new Date(Date.now() - 86_400_000).toISOString(),
    orderSource: marketplace,
    lines: [{ pattern: 'TB-{itemId}-{skuId}-{fen}' }],
    receiver: {
      kind: 'warehouse',
      name: 'LZ {store}',
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
    purchase: { mode: 'auto', delay: '0s', dailyCap: '10000000.00', pay: { auto: true } },
    tracking: { leg: 'agent', parcels: 'first', carriers: { '*': 'YTO' } },
    ship: {
      pack: 'sent',
      readyToShip: 'sent',
      arrange: 'sent',
      warehouse: { name: 'Hangzhou', address: 'write {tracking} on {order}' },
    },
    poll: POLLS.pull,
    overlap: POLLS.overlap,
  };
}

/** Writes `ponbridge.yaml` and both stores' files into `home`. */
export async function writeSettings(home: string, addresses: Addresses, publicUrl: string) {
  await mkdir(join(home, 'stores'));
  const service = {
    apps: {
      lazada: {
        main: {
          appKey: LAZADA.appKey,
          appSecret: { env: 'BENCH_LAZADA_SECRET' },
          addresses: { all: `${addresses.lazada}/rest` },
        },
      },
      shopee: {
        main: {
          address: addresses.shopee,
          partnerId: SHOPEE.partnerId,
          partnerKey: { env: 'BENCH_SHOPEE_KEY' },
          callbackUrl: `${publicUrl}/push/shopee/main`,
        },
      },
    },
    accounts: {
      pandapon: {
        main: {
          accessKey: { env: 'BENCH_PANDAPON_KEY' },
          accessSecret: { env: 'BENCH_PANDAPON_SECRET' },
          userId: PANDAPON.userId,
          address: addresses.pandapon,
          pageSize: LISTING_PAGE,
        },
      },
    },
    timings,
    limits: LIMITS,
  };
  await writeFile(join(home, 'ponbridge.yaml'), stringify(service));
  await writeFile(join(home, 'stores', `${STORES.lazada}.yaml`), stringify(storeFile('lazada')));
  await writeFile(join(home, 'stores', `${STORES.shopee}.yaml`), stringify(storeFile('shopee')));
}

/** The environment of the bench's service. */
export function serviceEnvironment(home: string, port: number): Record<string, string> {
  return {
    // An inherited address would measure another database; empty means the embedded one.
    DATABASE_URL: '',
    PONBRIDGE_HOME: home,
    PONBRIDGE_PORT: String(port),
    PONBRIDGE_CALLBACK_TOKEN: CALLBACK_TOKEN,
    // Until the stores are connected, each pull warns.
    PONBRIDGE_LOG_LEVEL: 'error',
    BENCH_LAZADA_SECRET: LAZADA.appSecret,
    BENCH_SHOPEE_KEY: SHOPEE.partnerKey,
    BENCH_PANDAPON_KEY: PANDAPON.accessKey,
    BENCH_PANDAPON_SECRET: PANDAPON.accessSecret,
  };
}
