/** The demo's settings: real files in a throw-away folder, as a seller would write them. */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';

export interface DemoAddresses {
  readonly lazada: string;
  readonly shopee: string;
  readonly pandapon: string;
}

export const LAZADA = { appKey: '100132', appSecret: 'demo-lazada-secret', sellerId: '1000114855' };
export const SHOPEE = { partnerId: '2001887', partnerKey: 'demo-shopee-key', shopId: '220688102' };
export const PANDAPON = {
  accessKey: '58c0201dfdf148eca63cbf6bb5e7cf03',
  accessSecret: 'demo-pandapon-secret',
  userId: '2100007341207',
};
export const CALLBACK_TOKEN = 'demo-callback-address-nobody-can-guess';

const warehouse = (prefix: string) => ({
  kind: 'warehouse',
  name: `${prefix} {store}`,
  mobilePhone: '15068763421',
  state: '浙江省',
  city: '杭州市',
  district: '余杭区',
  address: '仓前街道 8 号 ({order})',
  zip: '311121',
});

const lines = [
  { skip: ['GIFT-*'], reason: 'gifts are packed by the warehouse' },
  { pattern: 'TB-{itemId}-{skuId}-{fen}' },
  {
    bundle: 'SET-TEA',
    parts: [
      { itemId: '600126245031041190', skuId: '5016042822039', quantity: 1, price: { fen: 1250 } },
      { itemId: '600129202197070073', skuId: '4860968496626', quantity: 2, price: { fen: 480 } },
    ],
  },
  { links: 'both' },
];

/** Everything but the addresses is what a seller sets; times are seconds so that a demo ends. */
export function demoStoreFile(marketplace: 'lazada' | 'shopee') {
  const isLazada = marketplace === 'lazada';
  return {
    marketplace,
    country: isLazada ? 'sg' : 'my',
    sellerId: isLazada ? LAZADA.sellerId : SHOPEE.shopId,
    start: '2026-01-01',
    orderSource: marketplace,
    lines,
    receiver: warehouse(isLazada ? 'LZ' : 'SP'),
    budget: {
      cnyPerUnit: isLazada ? '5.35' : '1.62',
      largestOrder: '300.00',
      smallestMargin: '10%',
    },
    purchase: { mode: 'auto', delay: '3s', dailyCap: '5000.00', pay: { auto: true } },
    tracking: { leg: 'agent', parcels: 'first', carriers: { '*': 'YTO' } },
    ship: {
      pack: 'paid',
      readyToShip: 'sent',
      arrange: 'sent',
      warehouse: { name: 'Hangzhou', address: 'write {tracking} on {order}' },
    },
    poll: '2s',
    overlap: '10s',
    ...(isLazada ? { options: { sofStatusUpdate: true } } : {}),
  };
}

const timings = {
  signatureWindow: '4s',
  clockSkew: '1s',
  requestLife: '2s',
  listingLag: '1s',
  settle: '8s',
  settleRead: '4s',
  sendWithin: '3s',
  listingFresh: '6s',
  agentPoll: '2s',
  payPoll: '1s',
  parcelPoll: '1s',
  shipPoll: '1s',
  sweep: '5s',
};

/** `ponbridge.yaml` of the demo; `publicUrl` is where the marketplaces' pushes go. */
export function demoServiceFile(addresses: DemoAddresses, publicUrl: string) {
  return {
    apps: {
      lazada: {
        main: {
          appKey: LAZADA.appKey,
          appSecret: { env: 'DEMO_LAZADA_SECRET' },
          addresses: { all: `${addresses.lazada}/rest` },
        },
      },
      shopee: {
        main: {
          address: addresses.shopee,
          partnerId: SHOPEE.partnerId,
          partnerKey: { env: 'DEMO_SHOPEE_KEY' },
          callbackUrl: `${publicUrl}/push/shopee/main`,
        },
      },
    },
    accounts: {
      pandapon: {
        main: {
          accessKey: { env: 'DEMO_PANDAPON_KEY' },
          accessSecret: { env: 'DEMO_PANDAPON_SECRET' },
          userId: PANDAPON.userId,
          address: addresses.pandapon,
        },
      },
    },
    timings,
    limits: { app: 200, store: 100, account: 200, callbackReads: 6000 },
  };
}

/** Writes `ponbridge.yaml` and the two stores' files; returns the folder. */
export async function writeDemoSettings(
  addresses: DemoAddresses,
  publicUrl: string,
): Promise<string> {
  const home = await mkdtemp(join(tmpdir(), 'ponbridge-demo-'));
  await mkdir(join(home, 'stores'));
  const service = demoServiceFile(addresses, publicUrl);
  await writeFile(join(home, 'ponbridge.yaml'), stringify(service));
  await writeFile(join(home, 'stores', 'tea-sg.yaml'), stringify(demoStoreFile('lazada')));
  await writeFile(join(home, 'stores', 'tea-my.yaml'), stringify(demoStoreFile('shopee')));
  return home;
}

/** The environment of the demo's service. */
export function demoEnvironment(home: string, port: number): Record<string, string> {
  return {
    PONBRIDGE_HOME: home,
    PONBRIDGE_PORT: String(port),
    PONBRIDGE_CALLBACK_TOKEN: CALLBACK_TOKEN,
    PONBRIDGE_LOG_LEVEL: 'error',
    DEMO_LAZADA_SECRET: LAZADA.appSecret,
    DEMO_SHOPEE_KEY: SHOPEE.partnerKey,
    DEMO_PANDAPON_KEY: PANDAPON.accessKey,
    DEMO_PANDAPON_SECRET: PANDAPON.accessSecret,
  };
}
