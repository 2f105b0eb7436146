/**
 * The service in this process, against a real PostgreSQL and the three simulators over real HTTP.
 *
 * Without workers (the normal case) nothing runs by itself: jobs wait until the test lets them run, by
 * a clock that the test puts forward together with the simulators' clocks. With `workers: true` it is
 * the whole service, queue and web side included, on the machine's time.
 *
 * @example
 * const h = await openHarness();
 * const number = h.orderLazada([CUP]);
 * await h.pull('tea-sg');
 * await h.waitForState(number, 'placed');
 * @module
 */
import { randomBytes } from 'node:crypto';
import { inject, onTestFinished, vi } from 'vitest';
import type { Agent } from '../../connectors/agent.ts';
import { advance } from '../../src/advance.ts';
import { approveOrder } from '../../src/commands/approve.ts';
import { retryOrder } from '../../src/commands/retry.ts';
import type { Settings } from '../../src/config.ts';
import { connectStore } from '../../src/consents/connect.ts';
import { LAZADA, SHOPEE } from '../../src/demo/settings.ts';
import { freePort, type World } from '../../src/demo/world.ts';
import { handleCallback } from '../../src/http/callbacks.ts';
import { type Core, openCore, type RunningService, startService } from '../../src/main.ts';
import type { JobData } from '../../src/queue.ts';
import { type OrderSummary, summariseOrders } from '../../src/report/orders.ts';
import type { Service } from '../../src/service.ts';
import { readSnapshot, type Snapshot } from '../../src/snapshot.ts';
import { listAccount } from '../../src/stages/list.ts';
import { type Pulled, pullStore, readOrder } from '../../src/stages/pull.ts';
import type { ShownState } from '../../src/state.ts';
import { sweep } from '../../src/sweep.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';
import { type TestClock, testClock } from './clock.ts';
import { openTestJobs, type TestJob, type TestJobs } from './jobs.ts';
import { type Changes, type StoreName, testSettings } from './settings.ts';
import { startTestWorld, type TestWorld, type WorldOptions } from './world.ts';

export type LazadaLine = Parameters<World['lazada']['addOrder']>[0]['lines'][number];
export type ShopeeLine = Parameters<World['shopee']['addOrder']>[0]['lines'][number];

/** SKUs that the demo's rules map: one source SKU each, 12.50 and 48.00 yuan. */
export const CUP = { sku: 'TB-600126245031041190-5016042822039-1250', price: '18.90' };
export const POT = { sku: 'TB-600129202197070073-4860968496626-4800', price: '39.00' };
export const CUP_SKU = '5016042822039';
export const POT_SKU = '4860968496626';
/** The same cup at Shopee: its currency is worth less. */
export const CUP_MY = { sku: CUP.sku, price: 62.5, quantity: 1 };
export const POT_MY = { sku: POT.sku, price: 130, quantity: 1 };

export const ACCOUNT = { agent: 'pandapon', account: 'main' } as const;

export interface HarnessOptions extends Changes, Omit<WorldOptions, 'serviceUrl'> {
  readonly clock?: TestClock;
  /** The whole service with its queue and workers, on real time. */
  readonly workers?: boolean;
  /** False: the marketplaces' pushes and the agent's callbacks are not sent. Default: with workers only. */
  readonly pushes?: boolean;
}

export interface Harness {
  readonly core: Core;
  /** What stages are given: the core, with the test's jobs when there are no workers. */
  readonly service: Service;
  readonly settings: Settings;
  readonly world: TestWorld;
  readonly lazada: World['lazada'];
  readonly shopee: World['shopee'];
  readonly pandapon: World['pandapon'];
  readonly clock: TestClock;
  readonly jobs: TestJobs;
  readonly databaseUrl: string;
  /** Where the web side listens, with workers. */
  readonly url: string | undefined;

  /** A new order at the marketplace; returns its number. */
  orderLazada(lines: readonly LazadaLine[], more?: object): string;
  orderShopee(lines: readonly ShopeeLine[], more?: object): string;
  /** Pulls, and lets what became due run. */
  pull(store: StoreName): Promise<Pulled>;
  pullNow(store: StoreName): Promise<Pulled>;
  /** Reads one order, as after a push, and lets what became due run. */
  push(store: StoreName, orderId: string): Promise<void>;
  /** Lists the agent's account now, whatever was listed before. */
  listNow(): Promise<void>;
  sweepNow(): Promise<void>;
  /** Advances one order once, and nothing else; with `changes`, in a service that differs by them. */
  advance(number: string, changes?: Partial<Service>): Promise<void>;
  /** What stages are given, but for calls of the agent's account that are replaced. */
  withAgent(replace: (real: Agent) => Partial<Agent>): Service;
  /** Lets every job run that is due. */
  run(): Promise<void>;
  /** Puts all clocks forward, from job to job, and lets each run in its turn. */
  elapse(ms: number): Promise<void>;
  /** Puts all clocks forward at once; runs nothing. */
  advanceClock(ms: number): void;
  /** Stops the service and opens it again, with other settings or on another database if told. */
  reopen(changes?: Changes, databaseUrl?: string): Promise<void>;

  /** `ponbridge retry`: a person's word. Runs what became due. */
  retry(number: string): Promise<void>;
  /** `ponbridge approve`, likewise. */
  approve(number: string): Promise<void>;

  /** Runs until the order shows the state; by the clock at most `withinMs` (1 h; with workers 20 s). */
  waitForState(number: string, state: ShownState, withinMs?: number): Promise<OrderSummary>;
  waitFor(holds: () => Promise<boolean>, what: string, withinMs?: number): Promise<void>;
  summary(number: string): Promise<OrderSummary>;
  snapshot(number: string): Promise<Snapshot>;
  /** The kinds of an order's events, oldest first. */
  events(number: string): Promise<string[]>;
  /** Its attempts of a kind, oldest first, by outcome; one that is open says `open`. */
  outcomes(number: string, kind: Snapshot['attempts'][number]['kind']): Promise<string[]>;
  /** Codes of its open holds. */
  holds(number: string): Promise<readonly string[]>;
  /** `code: detail` of its open holds. */
  holdTexts(number: string): Promise<readonly string[]>;
  /** Codes of the open holds of the agent's account. */
  accountHolds(): Promise<readonly string[]>;
  /** Orders with this number in the agent's own books, those bought by hand included. */
  boughtAtAgent(number: string): number;
  /** Calls of an operation that reached a simulator. */
  calls(system: 'lazada' | 'shopee' | 'pandapon', operation: string): number;
  /** Listings of the agent's account, as opposed to reads of one order by the same operation. */
  listings(): number;
  stop(): Promise<void>;
}

const KEYS = `k1:${randomBytes(32).toString('base64')}`;
const HOUR_MS = 3_600_000;
/** More jobs than any test needs; beyond it something turns in circles. */
const MOST_JOBS = 2_000;

/** A harness that is stopped when the test is over. */
export async function openHarness(options: HarnessOptions = {}): Promise<Harness> {
  const harness = await startHarness(options);
  onTestFinished(() => harness.stop());
  return harness;
}

export async function startHarness(options: HarnessOptions = {}): Promise<Harness> {
  const serverUrl = inject('databaseUrl');
  const workers = options.workers ?? false;
  const clock = options.clock ?? testClock();
  const port = workers ? await freePort() : 0;
  const [databaseUrl, world] = await Promise.all([
    freshDatabase(serverUrl),
    startTestWorld({
      ...options,
      serviceUrl: workers && options.pushes !== false ? `http://127.0.0.1:${port}` : undefined,
    }),
  ]);
  const { lazada, shopee, pandapon } = world;
  const place = {
    databaseUrl,
    port,
    keys: KEYS,
    addresses: { lazada: lazada.url, shopee: shopee.url, pandapon: pandapon.url },
  };
  let opened = await open(options);
  await connectStores();

  async function open(changes: Changes) {
    const settings = await testSettings(place, changes);
    const running: RunningService | undefined = workers
      ? await startService({ settings, clock })
      : undefined;
    const core = running?.core ?? (await openCore({ settings, clock }));
    const jobs = await openTestJobs(core.db, clock);
    const service: Service = workers
      ? core
      : {
          ...core,
          get settings() {
            return core.settings;
          },
          jobs,
        };
    return { settings, core, jobs, service, url: running?.url, stop: running?.stop ?? core.close };
  }

  async function connectStores() {
    const lazadaCode = lazada.issueCode({ appKey: LAZADA.appKey, sellerIds: [LAZADA.sellerId] });
    await connectStore(opened.service, 'tea-sg', lazadaCode);
    const shopeeCode = shopee.issueCode({ partnerId: SHOPEE.partnerId, shopId: SHOPEE.shopId });
    await connectStore(opened.service, 'tea-my', shopeeCode);
  }

  async function handle({ queue, data }: TestJob): Promise<void> {
    const { service } = opened;
    switch (queue) {
      case 'order':
        return advance(service, data as JobData['order']);
      case 'read': {
        const job = data as JobData['read'];
        return readOrder(service, job.store, job.orderId, job.by);
      }
      case 'pull':
        await pullStore(service, (data as JobData['pull']).store);
        return;
      case 'listing': {
        const job = data as JobData['listing'];
        await listAccount(service, job, {
          notBefore: new Date(job.notBefore),
          from: new Date(job.from),
          purpose: job.purpose,
        });
        return;
      }
      case 'callback':
        return handleCallback(service, data as JobData['callback']);
      default:
    }
  }

  async function run(): Promise<void> {
    if (workers) throw new Error('with workers, jobs run by themselves');
    const ran: TestJob[] = [];
    while (ran.length < MOST_JOBS) {
      const job = await opened.jobs.take(clock.now());
      if (!job) return;
      ran.push(job);
      await handle(job);
    }
    const last = ran.slice(-6).map((job) => `${job.queue} ${JSON.stringify(job.data)}`);
    throw new Error(`more than ${MOST_JOBS} jobs were due at once, last:\n${last.join('\n')}`);
  }

  function advanceClock(ms: number): void {
    clock.forward(ms);
    world.setClock(clock.offsetMs);
  }

  /** Puts the clock to the next waiting job, at most to `end`; false when none is left before it. */
  async function toNextJob(end: Date): Promise<boolean> {
    const next = (await opened.jobs.waiting())[0];
    if (!next || next.dueAt > end) return false;
    advanceClock(Math.max(next.dueAt.getTime() - clock.now().getTime() + 1, 0));
    return true;
  }

  async function elapse(ms: number): Promise<void> {
    const end = new Date(clock.now().getTime() + ms);
    await run();
    while (await toNextJob(end)) await run();
    advanceClock(Math.max(end.getTime() - clock.now().getTime(), 0));
    await run();
  }

  async function findSummary(number: string): Promise<OrderSummary | undefined> {
    return (await summariseOrders(opened.core.db)).find((row) => row.orderNumber === number);
  }

  async function summary(number: string): Promise<OrderSummary> {
    const found = await findSummary(number);
    if (!found) throw new Error(`order ${number} was not pulled`);
    return found;
  }

  async function waitFor(
    holds: () => Promise<boolean>,
    what: string,
    withinMs?: number,
  ): Promise<void> {
    if (workers) {
      await vi.waitFor(
        async () => {
          if (!(await holds())) throw new Error(`not within its time: ${what}`);
        },
        { timeout: withinMs ?? 20_000, interval: 40 },
      );
      return;
    }
    const end = new Date(clock.now().getTime() + (withinMs ?? HOUR_MS));
    await run();
    while (!(await holds())) {
      if (!(await toNextJob(end))) throw new Error(`it never came to that: ${what}`);
      await run();
    }
  }

  async function waitForState(number: string, state: ShownState, withinMs?: number) {
    try {
      await waitFor(async () => (await findSummary(number))?.state === state, state, withinMs);
    } catch (cause) {
      const found = await findSummary(number);
      const texts = found ? await holdTexts(number) : [];
      const events = found ? await eventsOf(number) : [];
      throw new Error(
        `order ${number} shows ${found?.state ?? 'nothing'} instead of ${state}; holds: ${texts.join(' | ') || 'none'}; events: ${events.join(' ')}`,
        { cause },
      );
    }
    return summary(number);
  }

  async function eventsOf(number: string): Promise<string[]> {
    const { id } = await summary(number);
    const rows = await opened.core.db
      .selectFrom('event')
      .select('kind')
      .where('sales_order_id', '=', id)
      .orderBy('id')
      .execute();
    return rows.map((row) => row.kind);
  }

  async function snapshotOf(number: string): Promise<Snapshot> {
    const { id } = await summary(number);
    return (await readSnapshot(opened.core.db, id)) as Snapshot;
  }

  async function holdTexts(number: string): Promise<string[]> {
    const { holds } = await snapshotOf(number);
    return holds.map((hold) => `${hold.code}: ${hold.detail}`);
  }

  return {
    get core() {
      return opened.core;
    },
    get service() {
      return opened.service;
    },
    get settings() {
      return opened.settings;
    },
    get jobs() {
      return opened.jobs;
    },
    get url() {
      return opened.url;
    },
    world,
    lazada,
    shopee,
    pandapon,
    clock,
    databaseUrl,
    orderLazada: (lines, more = {}) =>
      lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines, ...more }),
    orderShopee: (lines, more = {}) => shopee.addOrder({ shopId: SHOPEE.shopId, lines, ...more }),
    async pull(store) {
      const pulled = await pullStore(opened.service, store);
      if (!workers) await run();
      return pulled;
    },
    pullNow: (store) => pullStore(opened.service, store),
    async push(store, orderId) {
      await readOrder(opened.service, store, orderId, 'push');
      if (!workers) await run();
    },
    async listNow() {
      await listAccount(opened.service, ACCOUNT, {
        notBefore: clock.now(),
        from: new Date(clock.now().getTime() - 48 * HOUR_MS),
      });
    },
    async sweepNow() {
      await sweep(opened.service);
      if (!workers) await run();
    },
    async advance(number, changes = {}) {
      const { id } = await summary(number);
      await advance({ ...opened.service, ...changes }, { id, by: 'test' });
    },
    withAgent(replace) {
      const { connections } = opened.service;
      const agent: Service['connections']['agent'] = (address) => {
        const real = connections.agent(address);
        return { ...real, ...replace(real) };
      };
      return { ...opened.service, connections: { ...connections, agent } };
    },
    run,
    elapse,
    advanceClock,
    async reopen(changes = options, on = place.databaseUrl) {
      await opened.stop();
      place.databaseUrl = on;
      opened = await open(changes);
    },
    async retry(number) {
      // A word of the same millisecond as what it answers to is no answer to it.
      advanceClock(1_000);
      await retryOrder(opened.service, (await summary(number)).id);
      if (!workers) await run();
    },
    async approve(number) {
      await approveOrder(opened.service, await snapshotOf(number));
      if (!workers) await run();
    },
    waitForState,
    waitFor,
    summary,
    snapshot: snapshotOf,
    events: eventsOf,
    async outcomes(number, kind) {
      const { attempts } = await snapshotOf(number);
      return attempts
        .filter((attempt) => attempt.kind === kind)
        .map((attempt) => attempt.outcome ?? 'open');
    },
    holds: async (number) => (await summary(number)).holds,
    holdTexts,
    async accountHolds() {
      const rows = await opened.core.db
        .selectFrom('hold')
        .select('code')
        .where('agent_account', '=', `${ACCOUNT.agent}/${ACCOUNT.account}`)
        .where('cleared_at', 'is', null)
        .execute();
      return rows.map((row) => row.code);
    },
    boughtAtAgent: (number) =>
      pandapon.books().orders.filter((order) => order.sellerOrderNumber === number).length,
    calls: (system, operation) =>
      world[system].shell.calls.filter((call) => call.operation === operation).length,
    listings: () =>
      pandapon.shell.calls.filter(
        ({ operation, order }) => operation === 'listOrders' && order === undefined,
      ).length,
    async stop() {
      await opened.stop();
      await world.stop();
      await dropDatabase(serverUrl, databaseUrl);
    },
  };
}
