/** A seller's home folder with its simulators, and the command as a real process in it. */
import { execFile } from 'node:child_process';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pino } from 'pino';
import { parse, stringify } from 'yaml';
import { advance } from '../../src/advance.ts';
import { loadSettings } from '../../src/config.ts';
import { connectStore } from '../../src/consents/connect.ts';
import { removeEmbeddedPostgres } from '../../src/database/embedded.ts';
import { demoEnvironment, LAZADA, SHOPEE, writeDemoSettings } from '../../src/demo/settings.ts';
import { freePort, startWorld, type World } from '../../src/demo/world.ts';
import { type Core, openCore } from '../../src/main.ts';
import { listAccount } from '../../src/stages/list.ts';

export const PROGRAM = join(import.meta.dirname, '..', '..', 'bin', 'ponbridge.js');

export const CUP = {
  sku: 'TB-600126245031041190-5016042822039-1250',
  name: 'Tea cup',
  price: '18.90',
};

const DAY_MS = 86_400_000;

export interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export interface Home {
  readonly folder: string;
  readonly env: Record<string, string>;
  readonly world: World;
  /** The service's parts in this process: there are no workers, a test drives an order itself. */
  readonly core: Core;
  run(...args: string[]): Promise<Answer>;
  /** Takes in what is new at the marketplace, and returns the id the order has here. */
  take(store: string, order: string): Promise<string>;
  /** Lets the service work on an order until `reached` says so. */
  drive(id: string, reached: () => Promise<boolean> | boolean): Promise<void>;
  holdsOf(id: string): Promise<string[]>;
  stop(): Promise<void>;
}

type Change = (settings: Record<string, Record<string, unknown>>) => void;

/** @param change what a store's file says otherwise than the demo's */
export async function openHome(change: Readonly<Record<string, Change>> = {}): Promise<Home> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = await startWorld(url);
  world.pandapon.setTimings({ buildMs: 20, financeMs: 20, sendMs: 20, trackingMs: 20 });
  const { lazada, shopee, pandapon } = world;
  const folder = await writeDemoSettings(
    { lazada: lazada.url, shopee: shopee.url, pandapon: pandapon.url },
    url,
  );
  for (const store of ['tea-sg', 'tea-my']) {
    const file = join(folder, 'stores', `${store}.yaml`);
    const settings = parse(await readFile(file, 'utf8'));
    settings.purchase.delay = '0s';
    change[store]?.(settings);
    await writeFile(file, stringify(settings));
  }
  const env = demoEnvironment(folder, port);
  const core = await openCore({
    settings: loadSettings(env),
    log: pino({ level: 'silent' }),
    sendOnly: true,
  });
  const { appKey, sellerId } = LAZADA;
  await connectStore(core, 'tea-sg', lazada.issueCode({ appKey, sellerIds: [sellerId] }));
  const { partnerId, shopId } = SHOPEE;
  await connectStore(core, 'tea-my', shopee.issueCode({ partnerId, shopId }));

  return {
    folder,
    env,
    world,
    core,
    run: (...args) => run(args, env),
    async take(store, order) {
      const answer = await run(['pull', store], env);
      if (answer.code !== 0) throw new Error(answer.err);
      const row = await core.db
        .selectFrom('sales_order')
        .select('id')
        .where('store', '=', store)
        .where('order_id', '=', order)
        .executeTakeFirstOrThrow();
      return row.id;
    },
    async drive(id, reached) {
      const deadline = Date.now() + 10_000;
      while (!(await reached())) {
        if (Date.now() > deadline) {
          const { out } = await run(['order', id], env);
          throw new Error(`order ${id} did not come that far:\n${out}`);
        }
        await listAccount(
          core,
          { agent: 'pandapon', account: 'main' },
          { notBefore: core.clock.now(), from: new Date(Date.now() - 2 * DAY_MS) },
        );
        await advance(core, { id, look: 'agent' });
      }
    },
    async holdsOf(id) {
      const rows = await core.db
        .selectFrom('hold')
        .select('code')
        .where('sales_order_id', '=', id)
        .where('cleared_at', 'is', null)
        .execute();
      return rows.map((row) => row.code);
    },
    async stop() {
      await core.close();
      await world.stop();
      await removeEmbeddedPostgres({ folder: join(folder, 'data') });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs the program once; a run that hangs is killed after 20 s and fails. */
export function run(args: readonly string[], env: Record<string, string>): Promise<Answer> {
  const { PATH = '' } = process.env;
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [PROGRAM, ...args],
      { env: { PATH, ...env }, timeout: 20_000, maxBuffer: 2 ** 24 },
      (error, out, err) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, out, err });
      },
    );
  });
}

export async function stateOf({ core }: Home, id: string): Promise<string> {
  const row = await core.db
    .selectFrom('sales_order')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return row.state;
}

export async function purchaseStateOf({ core }: Home, id: string): Promise<string | undefined> {
  const row = await core.db
    .selectFrom('purchase')
    .select('state')
    .where('sales_order_id', '=', id)
    .executeTakeFirst();
  return row?.state;
}

/** How many requests to buy reached the agent. */
export function requestsToBuy({ world }: Home): number {
  return world.pandapon.shell.calls.filter((call) => call.operation === 'createOrder').length;
}
