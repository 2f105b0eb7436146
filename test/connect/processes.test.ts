/**
 * Several worker processes on one database: a grant is renewed by one of them at a time, also one that
 * serves several stores, and each of those that began with a pair they share.
 */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { connectStore } from '../../src/consents/connect.ts';
import type { Core } from '../../src/main.ts';
import { type ServiceProcess, startServiceProcess } from '../restart/service-process.ts';
import { ABROAD, MAIN, openPlace, type Place } from './place.ts';

const patience = { timeout: 60_000, interval: 50 };
const LAZADA_LINES = [{ sku: 'GIFT-1', price: '1.00' }];
const SHOPEE_LINES = [{ sku: 'GIFT-1', price: 1, quantity: 1 }];
const SHOPS = ['abroad-sg', 'abroad-my', 'main-my', 'main-sg'] as const;

let place: Place;
let core: Core;
let workers: ServiceProcess[] = [];
let refreshed = { lazada: 0, shopee: 0 };
beforeAll(async () => {
  const purchase = { mode: 'off' };
  place = await openPlace({
    stores: Object.fromEntries(SHOPS.map((name) => [name, { purchase }])),
  });
  core = await place.open();
  place.lazada.shell.planFaults(({ operation }) =>
    count('lazada', operation === '/auth/token/refresh'),
  );
  place.shopee.shell.planFaults(({ operation }) =>
    count('shopee', operation === 'refresh_access_token'),
  );
});
afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.kill()));
  await place.stop();
});

/** Each takes its time, so that others come to want the same meanwhile. */
function count(system: 'lazada' | 'shopee', isRefresh: boolean) {
  if (!isRefresh) return undefined;
  refreshed[system] += 1;
  return { kind: 'slow', ms: 400 } as const;
}

async function grants() {
  const rows = await core.db.selectFrom('grant').selectAll().orderBy('id').execute();
  return rows.map(({ subject, version, refused_at }) => `${subject} ${version} ${refused_at}`);
}

/** New orders of every shop, each with a job that reads it, and waits until all are read. */
async function readOrders(each: number): Promise<void> {
  const numbers: string[] = [];
  for (const store of SHOPS) {
    const [kind, country] = store.split('-') as ['abroad' | 'main', 'sg' | 'my'];
    for (let nth = 0; nth < each; nth += 1) {
      const orderId =
        kind === 'abroad'
          ? place.lazada.addOrder({ country, sellerId: ABROAD[country], lines: LAZADA_LINES })
          : place.shopee.addOrder({ shopId: MAIN[country], lines: SHOPEE_LINES });
      numbers.push(orderId);
      await core.jobs.send(core.db, 'read', { store, orderId, by: 'test' });
    }
  }
  await vi.waitFor(async () => {
    const rows = await core.db
      .selectFrom('sales_order')
      .select('order_id')
      .where('order_id', 'in', numbers)
      .execute();
    expect(rows).toHaveLength(numbers.length);
  }, patience);
}

test('renewed ahead, and after it has ended: once each, whoever asks', {
  timeout: 120_000,
}, async () => {
  await connectStore(core, 'abroad-sg', place.lazadaCode(...Object.values(ABROAD)));
  const subject = { sellerId: undefined, mainAccountId: MAIN.id };
  // Left with the pair they share, as by a process that died over it.
  const authoriser: Core['connections']['authoriser'] = (...of) => ({
    ...core.connections.authoriser(...of),
    refresh: async () => {
      throw new Error('killed');
    },
  });
  const dying = { ...core, connections: { ...core.connections, authoriser } };
  await connectStore(dying, 'main-my', place.mainCode(MAIN.my, MAIN.sg, MAIN.th), { subject });
  await core.db
    .updateTable('grant')
    .set({ access_expires_at: new Date(Date.now() + 600_000) })
    .where('marketplace', '=', 'lazada')
    .execute();
  expect(refreshed).toEqual({ lazada: 0, shopee: 0 });

  workers = await Promise.all([1, 2, 3].map(() => startServiceProcess(place.env, 'worker')));
  await readOrders(8);
  await vi.waitFor(async () => {
    expect(await grants()).toEqual([
      'my:5002,ph:5003,sg:5001 2 null',
      'my:33142 2 null',
      'sg:46154 2 null',
    ]);
  }, patience);
  expect(refreshed).toEqual({ lazada: 1, shopee: 2 });

  refreshed = { lazada: 0, shopee: 0 };
  place.lazada.expireAccessTokens();
  place.shopee.expireAccessToken(MAIN.my);
  place.shopee.expireAccessToken(MAIN.sg);
  await readOrders(15);
  expect(refreshed).toEqual({ lazada: 1, shopee: 2 });
  expect(await grants()).toEqual([
    'my:5002,ph:5003,sg:5001 3 null',
    'my:33142 3 null',
    'sg:46154 3 null',
  ]);
  // It was not one process that did it all.
  const atWork = workers.filter((worker) => worker.logged().includes('"operation":'));
  expect(atWork.length).toBeGreaterThan(1);
  expect(await core.db.selectFrom('hold').select('code').execute()).toEqual([]);
});
