/** Several real worker processes on one database, which can be frozen and killed one by one. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inject, vi } from 'vitest';
import { parse, stringify } from 'yaml';
import { type LazadaSandbox, startLazadaSandbox } from '../../connectors/lazada/sandbox/index.ts';
import { loadSettings } from '../../src/config.ts';
import { connectStore } from '../../src/consents/connect.ts';
import { demoEnvironment, LAZADA, SHOPEE, writeDemoSettings } from '../../src/demo/settings.ts';
import { freePort, startWorld, type World } from '../../src/demo/world.ts';
import { type Core, openCore } from '../../src/main.ts';
import { summariseOrders } from '../../src/report/orders.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';
import { type ServiceProcess, startServiceProcess } from '../restart/service-process.ts';
import { CUP, CUP_MY } from '../stages/harness.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

export interface LeaseScene {
  readonly world: World;
  /** The service's parts in this process, as a command has them. */
  readonly core: Core;
  start(): Promise<Worker>;
  orderLazada(): string;
  orderShopee(): string;
  connect(store: 'tea-sg' | 'tea-my'): Promise<void>;
  /** `number state hold ...`, or `number unknown`. */
  shown(number: string): Promise<string>;
  stop(): Promise<void>;
}

export interface Worker extends ServiceProcess {
  freeze(): void;
  goOn(): void;
}

export interface LeaseSceneOptions {
  /** Nothing is bought and nothing happens by the clock: only what the test asks for. */
  readonly quiet?: boolean;
  /** Lazada's old pair stays good after a refresh. */
  readonly oldTokensSurvive?: boolean;
  /** The workers' leases; those of production unless told. */
  readonly leaseMs?: number;
  /** Calls per second of the agent account. */
  readonly accountLimit?: number;
}

export async function startLeaseScene(options: LeaseSceneOptions = {}): Promise<LeaseScene> {
  const serverUrl = inject('databaseUrl');
  const databaseUrl = await freshDatabase(serverUrl);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = options.oldTokensSurvive ? await forgivingWorld(url) : await startWorld(url);
  const { lazada, shopee, pandapon } = world;
  const home = await writeDemoSettings(
    { lazada: lazada.url, shopee: shopee.url, pandapon: pandapon.url },
    url,
  );
  for (const store of ['tea-sg', 'tea-my']) {
    await change(join(home, 'stores', `${store}.yaml`), (file) => {
      file.purchase.delay = '0s';
      if (options.quiet) file.purchase.mode = 'off';
    });
  }
  await change(join(home, 'ponbridge.yaml'), (file) => {
    file.limits.account = options.accountLimit ?? file.limits.account;
  });
  const env = {
    ...demoEnvironment(home, port),
    DATABASE_URL: databaseUrl,
    PONBRIDGE_KEYS: `k1:${btoa('k'.repeat(32))}`,
    PONBRIDGE_POLLING: options.quiet ? 'off' : 'on',
    ...(options.leaseMs ? { TEST_LEASE_MS: String(options.leaseMs) } : {}),
  };
  const core = await openCore({ settings: loadSettings(env), sendOnly: true });
  const workers: ServiceProcess[] = [];

  const scene: LeaseScene = {
    world,
    core,
    async start() {
      const entry = options.leaseMs ? WORKER : undefined;
      const worker = await startServiceProcess(env, 'worker', entry);
      workers.push(worker);
      return {
        ...worker,
        freeze: () => void process.kill(worker.pid, 'SIGSTOP'),
        goOn: () => void process.kill(worker.pid, 'SIGCONT'),
      };
    },
    orderLazada: () => lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines: [CUP] }),
    orderShopee: () => shopee.addOrder({ shopId: SHOPEE.shopId, lines: [CUP_MY] }),
    async connect(store) {
      const code =
        store === 'tea-sg'
          ? lazada.issueCode({ appKey: LAZADA.appKey, sellerIds: [LAZADA.sellerId] })
          : shopee.issueCode({ partnerId: SHOPEE.partnerId, shopId: SHOPEE.shopId });
      await connectStore(core, store, code);
    },
    async shown(number) {
      const row = (await summariseOrders(core.db)).find((each) => each.orderNumber === number);
      return [number, row?.state ?? 'unknown', ...(row?.holds ?? [])].join(' ');
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.kill()));
      await core.close();
      await world.stop();
      await dropDatabase(serverUrl, databaseUrl);
      await rm(home, { recursive: true, force: true });
    },
  };
  await scene.connect('tea-sg');
  await scene.connect('tea-my');
  return scene;
}

/** Waits until `look` does not throw. Returns how long that took, in seconds. */
export async function until(look: () => Promise<void> | void, timeout = 60_000): Promise<number> {
  const began = performance.now();
  await vi.waitFor(look, { timeout, interval: 25 });
  return (performance.now() - began) / 1_000;
}

async function forgivingWorld(serviceUrl: string): Promise<World> {
  const world = await startWorld(serviceUrl);
  const lazada: LazadaSandbox = await startLazadaSandbox({ oldTokensSurvive: true });
  lazada.addApp({ appKey: LAZADA.appKey, appSecret: LAZADA.appSecret });
  lazada.addSeller({ country: 'sg', sellerId: LAZADA.sellerId });
  return {
    ...world,
    lazada,
    async stop() {
      await Promise.all([world.stop(), lazada.stop()]);
    },
  };
}

type Settings = Record<string, unknown>;

async function change(
  file: string,
  edit: (content: { purchase: Settings; limits: Settings }) => void,
): Promise<void> {
  const content = parse(await readFile(file, 'utf8'));
  edit(content);
  await writeFile(file, stringify(content));
}
