/** Settings of an agency with many stores, as real files: half of them in groups, all of them right. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';

const COUNTRIES = { lazada: ['sg', 'my', 'th', 'vn', 'ph', 'id'], shopee: ['sg', 'my', 'th'] };

const RECEIVER = {
  kind: 'warehouse',
  name: 'LZ {store}',
  mobilePhone: '15068763421',
  state: '浙江省',
  city: '杭州市',
  district: '余杭区',
  address: '仓前街道 8 号 ({order})',
  zip: '311121',
};

/** About 70 lines a store, as a seller with some rules and bundles writes. */
const OWN = {
  lines: [
    { skip: ['GIFT-*', 'SERVICE-*'], reason: 'gifts are packed by the warehouse' },
    { pattern: 'TB-{itemId}-{skuId}-{fen}' },
    ...Array.from({ length: 4 }, (_, index) => ({
      bundle: `SET-${index}`,
      parts: [
        { itemId: '600126245031041190', skuId: '5016042822039', price: { fen: 1250 } },
        { itemId: '600129202197070073', skuId: '4860968496626', quantity: 2, price: { fen: 480 } },
      ],
    })),
    { links: 'both' },
  ],
  receiver: RECEIVER,
  tracking: { leg: 'agent', parcels: 'first', carriers: { '*': 'YTO' } },
  ship: { pack: 'paid', warehouse: { name: 'Hangzhou', address: 'write {tracking} on {order}' } },
};

/** Writes `ponbridge.yaml` and the stores' files into an existing folder; returns the environment. */
export function writeManyStores(home: string, count: number): Record<string, string> {
  mkdirSync(join(home, 'stores'));
  const service = {
    apps: {
      lazada: { main: { appKey: '100132', appSecret: { env: 'BENCH_SECRET' } } },
      shopee: { main: { partnerId: '2001887', partnerKey: { env: 'BENCH_SECRET' } } },
    },
    accounts: {
      pandapon: Object.fromEntries(
        Array.from({ length: 10 }, (_, index) => [
          `account-${index}`,
          {
            accessKey: `key-${index}`,
            accessSecret: { env: 'BENCH_SECRET' },
            userId: `21000073412${index}`,
            address: 'https://api.pandapon.com',
          },
        ]),
      ),
    },
    groups: { 'cn-warehouse': OWN },
  };
  writeFileSync(join(home, 'ponbridge.yaml'), stringify(service));
  for (let index = 0; index < count; index += 1) {
    writeFileSync(join(home, 'stores', `store-${index}.yaml`), stringify(storeFile(index)));
  }
  return { PONBRIDGE_HOME: home, BENCH_SECRET: 'bench-secret' };
}

function storeFile(index: number) {
  const marketplace = index % 3 === 0 ? 'shopee' : 'lazada';
  const countries = COUNTRIES[marketplace];
  return {
    marketplace,
    country: countries[index % countries.length],
    sellerId: String(1_000_000 + index),
    start: '2026-01-01',
    orderSource: marketplace,
    sellerOrderNumber: '{store}-{order}',
    ...(index % 2 === 0 ? { group: 'cn-warehouse' } : OWN),
    budget: { cnyPerUnit: '5.35', largestOrder: '300.00', smallestMargin: '10%' },
    purchase: {
      mode: index % 5 === 0 ? 'manual' : 'auto',
      account: `account-${index % 10}`,
      delay: '1h',
      dailyCap: '5000.00',
    },
  };
}
