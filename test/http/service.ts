/**
 * The whole service, listening, in this process: with what it logs kept in memory, and with a proxy
 * before its database so that the database can go away under it.
 */
import { randomBytes } from 'node:crypto';
import { inject, vi } from 'vitest';
import { connectStore } from '../../src/consents/connect.ts';
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import { freePort } from '../../src/demo/world.ts';
import { createLogger } from '../../src/log.ts';
import { type Core, startService } from '../../src/main.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';
import { type Changes, testSettings } from '../stages/settings.ts';
import { startTestWorld, type TestWorld, type WorldOptions } from '../stages/world.ts';
import { type DatabaseProxy, startProxy } from './proxy.ts';

export interface TestServiceOptions extends Changes {
  readonly pandapon?: WorldOptions['pandapon'];
}

export interface TestService {
  readonly url: string;
  readonly core: Core;
  readonly world: TestWorld;
  readonly proxy: DatabaseProxy;
  /** Everything logged, at the finest level. */
  logged(): string;
  stop(): Promise<void>;
}

/** Both stores connected, buying without delay, nothing pulled by the clock unless told. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const serverUrl = inject('databaseUrl');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const databaseUrl = await freshDatabase(serverUrl);
  const proxy = await startProxy(databaseUrl);
  const world = await startTestWorld({ serviceUrl: url, pandapon: options.pandapon });
  const settings = await testSettings(
    {
      databaseUrl: proxy.url,
      port,
      keys: `k1:${randomBytes(32).toString('base64')}`,
      addresses: {
        lazada: world.lazada.url,
        shopee: world.shopee.url,
        pandapon: world.pandapon.url,
      },
    },
    {
      polling: options.polling ?? false,
      timings: options.timings ?? {},
      limits: options.limits ?? {},
      stores: options.stores ?? {
        'tea-sg': { purchase: { delay: '0s' } },
        'tea-my': { purchase: { delay: '0s' } },
      },
    },
  );
  const lines: string[] = [];
  const log = createLogger({ logLevel: 'trace' }, { write: (line) => void lines.push(line) });
  const running = await startService({ settings, log });
  const { core } = running;
  const lazadaCode = world.lazada.issueCode({
    appKey: LAZADA.appKey,
    sellerIds: [LAZADA.sellerId],
  });
  await connectStore(core, 'tea-sg', lazadaCode);
  const shopeeCode = world.shopee.issueCode({ partnerId: SHOPEE.partnerId, shopId: SHOPEE.shopId });
  await connectStore(core, 'tea-my', shopeeCode);
  return {
    url,
    core,
    world,
    proxy,
    logged: () => lines.join(''),
    async stop() {
      await running.stop();
      await world.stop();
      await proxy.stop();
      await dropDatabase(serverUrl, databaseUrl);
    },
  };
}

/** Waits until it holds; the service works by itself. */
export async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  await vi.waitFor(
    async () => {
      if (!(await holds())) throw new Error(`not within its time: ${what}`);
    },
    { timeout: 20_000, interval: 30 },
  );
}

export async function orderOf(core: Core, orderId: string) {
  return core.db
    .selectFrom('sales_order')
    .selectAll()
    .where('order_id', '=', orderId)
    .executeTakeFirst();
}

export async function inboxCount(core: Core): Promise<number> {
  const { rows } = await core.db
    .selectFrom('inbox')
    .select((row) => row.fn.countAll<string>().as('rows'))
    .executeTakeFirstOrThrow();
  return Number(rows);
}
