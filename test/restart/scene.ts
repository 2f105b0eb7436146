/** A seller's machine: settings and data in one folder, the outside world beside it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadSettings } from '../../src/config.ts';
import { connectStore } from '../../src/consents/connect.ts';
import { connectDatabase, type Database } from '../../src/database/connect.ts';
import { removeEmbeddedPostgres } from '../../src/database/embedded.ts';
import { demoEnvironment, LAZADA, SHOPEE, writeDemoSettings } from '../../src/demo/settings.ts';
import { freePort, startWorld, type World } from '../../src/demo/world.ts';
import { openCore } from '../../src/main.ts';
import { type OrderSummary, summariseOrders } from '../../src/report/orders.ts';
import type { ShownState } from '../../src/state.ts';
import { CUP, CUP_MY } from '../stages/harness.ts';
import { type ServiceProcess, startServiceProcess } from './service-process.ts';

export interface Scene {
  readonly world: World;
  /** The folder of the settings. */
  readonly home: string;
  /** Of each process. */
  readonly env: Readonly<Record<string, string>>;
  /** Straight to the database, past the service. */
  readonly db: Database;
  readonly databaseUrl: string;
  /** When its PostgreSQL was started: the same as long as it is the same server. */
  serverStart(): Promise<string>;
  serverPid(): Promise<number>;
  start(role?: string): Promise<ServiceProcess>;
  orderLazada(): string;
  orderShopee(): string;
  /** Made while no push is sent: only a pull can find it. */
  orderLazadaQuietly(): string;
  summary(number: string): Promise<OrderSummary | undefined>;
  /** @param holds codes of the holds that must stand then; none unless told */
  waitFor(number: string, state: ShownState, ...holds: string[]): Promise<void>;
  /** Kinds and outcomes of the order's attempts, e.g. `place absent`. */
  attempts(number: string): Promise<string[]>;
  stop(): Promise<void>;
}

export interface SceneOptions {
  /** Of `tea-my`; two seconds unless told. */
  readonly pollShopee?: string;
  /** What `tea-my` answers a buyer who asks to cancel; a person does unless told. */
  readonly buyerWish?: 'accept';
  /** A server of one's own instead of the embedded one. */
  readonly databaseUrl?: string;
  /** Writes the secrets into `.env`, where they can be changed, instead of the environment. */
  readonly envFile?: boolean;
}

/** How long anything may take to come to its end after a kill, in ms. */
const PATIENCE_MS = 120_000;

export async function startScene(options: SceneOptions = {}): Promise<Scene> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = await startWorld(url);
  const home = await writeDemoSettings(
    { lazada: world.lazada.url, shopee: world.shopee.url, pandapon: world.pandapon.url },
    url,
  );
  await changeStore(home, 'tea-sg', { poll: '2s' });
  await changeStore(home, 'tea-my', {
    poll: options.pollShopee ?? '2s',
    ...(options.buyerWish ? { cancel: { buyerWish: options.buyerWish } } : {}),
  });
  const all: Record<string, string> = {
    ...demoEnvironment(home, port),
    ...(options.databaseUrl
      ? { DATABASE_URL: options.databaseUrl, PONBRIDGE_KEYS: `k1:${btoa('k'.repeat(32))}` }
      : {}),
  };
  const env = options.envFile ? await withEnvFile(home, all) : all;
  const settings = loadSettings(all);
  const core = await openCore({ settings });
  const { databaseUrl } = core;
  const lazadaCode = world.lazada.issueCode({
    appKey: LAZADA.appKey,
    sellerIds: [LAZADA.sellerId],
  });
  await connectStore(core, 'tea-sg', lazadaCode);
  const shopeeCode = world.shopee.issueCode({ partnerId: SHOPEE.partnerId, shopId: SHOPEE.shopId });
  await connectStore(core, 'tea-my', shopeeCode);
  await core.close();
  const db = connectDatabase(databaseUrl, { size: 2 });
  const services: ServiceProcess[] = [];

  const summary = async (number: string) =>
    (await summariseOrders(db)).find((row) => row.orderNumber === number);
  const orderLazada = () =>
    world.lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines: [CUP] });

  return {
    world,
    home,
    env,
    db,
    databaseUrl,
    async serverStart() {
      const { rows } = await sql<{
        at: string;
      }>`select pg_postmaster_start_time()::text as at`.execute(db);
      return rows[0]?.at ?? '';
    },
    async serverPid() {
      const { rows } = await sql<{ file: string }>`
        select pg_read_file('postmaster.pid') as file`.execute(db);
      return Number.parseInt(rows[0]?.file ?? '', 10);
    },
    async start(role) {
      const service = await startServiceProcess(env, role);
      services.push(service);
      return service;
    },
    orderLazada,
    orderShopee: () => world.shopee.addOrder({ shopId: SHOPEE.shopId, lines: [CUP_MY] }),
    orderLazadaQuietly() {
      world.lazada.setPushBehaviour({ drop: 1 });
      const number = orderLazada();
      world.lazada.setPushBehaviour({ drop: 0 });
      return number;
    },
    summary,
    async waitFor(number, state, ...holds) {
      const wanted = [number, state, ...holds].join(' ');
      await vi.waitFor(
        async () => {
          const found = await shown(number);
          if (found !== wanted) throw new Error(`shows "${found}" instead of "${wanted}"`);
        },
        { timeout: PATIENCE_MS, interval: 100 },
      );
    },
    async attempts(number) {
      const rows = await db
        .selectFrom('attempt')
        .innerJoin('sales_order', 'sales_order.id', 'attempt.sales_order_id')
        .select(['attempt.kind', 'attempt.outcome'])
        .where('sales_order.order_number', '=', number)
        .orderBy('attempt.id')
        .execute();
      return rows.map((row) => `${row.kind} ${row.outcome ?? 'open'}`);
    },
    async stop() {
      await Promise.all(services.map((service) => service.kill()));
      await db.destroy();
      await world.stop();
      if (!options.databaseUrl) await removeEmbeddedPostgres({ folder: settings.dataFolder });
      await rm(home, { recursive: true, force: true });
    },
  };

  async function shown(number: string): Promise<string> {
    const row = await summary(number);
    return [number, row?.state ?? 'unknown', ...(row?.holds ?? [])].join(' ');
  }
}

async function withEnvFile(home: string, all: Readonly<Record<string, string>>) {
  const inFile = Object.entries(all).filter(([name]) => name.startsWith('DEMO_'));
  const lines = inFile.map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(home, '.env'), lines.join(''));
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('DEMO_')));
}

/** Bought at once, and changed as told. */
async function changeStore(home: string, name: string, changes: object): Promise<void> {
  const file = join(home, 'stores', `${name}.yaml`);
  const store = parse(await readFile(file, 'utf8'));
  store.purchase.delay = '0s';
  await writeFile(file, stringify({ ...store, ...changes }));
}
