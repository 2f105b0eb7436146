/** A seller's machine with orders in several states, the simulators behind it, and settings files. */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stringify } from 'yaml';
import { connectDatabase, type Database } from '../../src/database/connect.ts';
import { beginConsent } from '../../src/database/consents.ts';
import { addNoted } from '../../src/database/noted.ts';
import {
  CALLBACK_TOKEN,
  demoEnvironment,
  demoServiceFile,
  demoStoreFile,
  LAZADA,
  SHOPEE,
} from '../../src/demo/settings.ts';
import { freePort } from '../../src/demo/world.ts';
import { summariseOrders } from '../../src/report/orders.ts';
import { startTestWorld, type TestWorld } from '../stages/world.ts';
import { type Begun, type ServiceChild, startServiceChild } from './child.ts';
import { CALLBACK_URL, type Facts } from './facts.ts';
import {
  beginConsents,
  codeOf,
  connectAll,
  MAIN_ACCOUNT,
  type Marketplace,
  OTHER,
  STORES,
} from './sellers.ts';

export interface FuzzScene {
  readonly world: TestWorld;
  readonly db: Database;
  readonly facts: Facts;
  /** Nothing in the service's settings happens by the clock. */
  start(role: 'web' | 'all'): Promise<ServiceChild>;
  /** Calls that reached any of the outside systems. */
  calls(): number;
  /** What no log line may hold. */
  readonly secrets: readonly string[];
  /** Opens what is sealed in the database. */
  readonly keys: string;
  /** Codes that connected their store. */
  readonly spentCodes: Readonly<Record<Marketplace, string>>;
  /** As the consent page gives it to the seller of these shops. */
  code(marketplace: Marketplace, shopIds: readonly string[]): string;
  mainCode(shopIds: readonly string[]): string;
  /** A state of the store's, from when it was another app's. */
  beginForAnotherApp(marketplace: Marketplace, livesMs: number): Promise<Begun>;
  stop(): Promise<void>;
}

/** Reads per minute that callbacks may cause; small, so that a flood would show. */
export const CALLBACK_READS = 10;

const QUICK = { poll: '1s', timings: { settle: '1h', callTimeout: '2s' } };
/** Nothing by the clock: what happens is an input's doing. */
const CALM = {
  poll: '1h',
  timings: {
    settle: '1h',
    listingFresh: '2h',
    agentPoll: '1h',
    payPoll: '1h',
    parcelPoll: '1h',
    shipPoll: '1h',
    settleRead: '1h',
    sweep: '1h',
    net: '1h',
  },
};

const CUP = { sku: 'TB-600126245031041190-5016042822039-1250', price: '18.90' };
const CUP_MY = { sku: CUP.sku, price: 62.5, quantity: 1 };

export async function openScene(databaseUrl: string): Promise<FuzzScene> {
  const world = await startTestWorld({});
  world.lazada.addSeller({ country: 'sg', sellerId: OTHER.lazada.shopId });
  world.shopee.addShop({ shopId: OTHER.shopee.shopId, region: 'MY' });
  const home = await mkdtemp(join(tmpdir(), 'ponbridge-fuzz-'));
  await mkdir(join(home, 'stores'));
  const db = connectDatabase(databaseUrl, { size: 2 });
  const keys = `k1:${randomBytes(32).toString('base64')}`;

  const start = async (role: 'web' | 'all', pace: typeof QUICK | typeof CALM = CALM) => {
    await writeSettings(home, world, pace);
    const env = demoEnvironment(home, await freePort());
    const polling = pace === CALM ? 'off' : 'on';
    return startServiceChild(
      { ...env, DATABASE_URL: databaseUrl, PONBRIDGE_KEYS: keys, PONBRIDGE_POLLING: polling },
      role,
    );
  };
  const stop = async () => {
    await db.destroy();
    await world.stop();
    await rm(home, { recursive: true, force: true });
  };
  try {
    const service = await start('all', QUICK);
    try {
      const spentCodes = await connectAll(world, service);
      const orders = await bringIn(world, db);
      const nonce = randomBytes(16).toString('hex');
      await addNoted(db, 'nonce', nonce, 1, new Date());
      const consents = await beginConsents(world, service);
      const facts = { ...orders, nonce, consents };
      const { lazada, shopee, pandapon } = world;
      const { live, codes, used, ended } = facts.consents;
      return {
        world,
        db,
        facts,
        keys,
        spentCodes,
        secrets: [
          ...[LAZADA.appSecret, SHOPEE.partnerKey, facts.token, facts.nonce, keys],
          ...[...Object.values(live), ...Object.values(codes)],
          ...[...used, ...ended].map(([, state]) => state),
        ],
        calls: () =>
          lazada.shell.calls.length + shopee.shell.calls.length + pandapon.shell.calls.length,
        code: (marketplace, shopIds) => codeOf(world, marketplace, shopIds),
        mainCode: (shopIds) =>
          shopee.issueCode({ partnerId: SHOPEE.partnerId, mainAccountId: MAIN_ACCOUNT, shopIds }),
        beginForAnotherApp: (marketplace, livesMs) => {
          const store = STORES[marketplace].name;
          const redirect = `${service.url}/oauth/${marketplace}/callback`;
          const begun = { store, marketplace, app: 'other', redirect, livesMs };
          return beginConsent(db, begun, new Date());
        },
        start: (role) => start(role),
        stop,
      };
    } finally {
      await service.stop();
    }
  } catch (error) {
    await stop();
    throw error;
  }
}

async function writeSettings(home: string, world: TestWorld, pace: typeof QUICK | typeof CALM) {
  const addresses = {
    lazada: world.lazada.url,
    shopee: world.shopee.url,
    pandapon: world.pandapon.url,
  };
  const file = demoServiceFile(addresses, '');
  file.apps.shopee.main.callbackUrl = CALLBACK_URL;
  Object.assign(file.timings, pace.timings);
  file.limits.callbackReads = CALLBACK_READS;
  await writeFile(join(home, 'ponbridge.yaml'), stringify(file));
  for (const [name, marketplace] of [
    ['tea-sg', 'lazada'],
    ['tea-my', 'shopee'],
  ] as const) {
    const store = demoStoreFile(marketplace);
    store.poll = pace.poll;
    // One shop's orders wait to be paid by a person.
    const pay = marketplace === 'lazada' ? store.purchase.pay : { auto: false };
    const purchase = { ...store.purchase, delay: '0s', pay };
    await writeFile(join(home, 'stores', `${name}.yaml`), stringify({ ...store, purchase }));
    const { name: other, shopId: sellerId } = OTHER[marketplace];
    const paused = { paused: true, sellerId, sellerOrderNumber: '{store}-{order}' };
    await writeFile(join(home, 'stores', `${other}.yaml`), stringify({ ...store, ...paused }));
  }
}

/** Orders to be paid, paid, sent, held, and one whose placing was never answered. */
async function bringIn(world: TestWorld, db: Database): Promise<Omit<Facts, 'nonce' | 'consents'>> {
  const { lazada, shopee, pandapon } = world;
  const { sellerId } = LAZADA;
  const { shopId } = SHOPEE;

  const atLazada = (sku: string) =>
    lazada.addOrder({ country: 'sg', sellerId, lines: [{ ...CUP, sku }] });
  const paid = atLazada(CUP.sku);
  const sent = atLazada(CUP.sku);
  const held = atLazada('MYSTERY-MUG');
  const placed = shopee.addOrder({ shopId, lines: [CUP_MY] });
  await until(db, {
    [paid]: ['paid'],
    [sent]: ['paid'],
    [held]: ['held'],
    [placed]: ['placed', 'held'],
  });
  const bought = () => pandapon.order(placed) !== undefined;
  while (!bought()) await wait(50);
  pandapon.send(sent);
  // It never happens; for the service it may have.
  const fault = { kind: 'late-effect', ms: 3_600_000 } as const;
  pandapon.shell.addFault({ operation: 'createOrder', fault });
  const placing = shopee.addOrder({ shopId, lines: [CUP_MY] });
  await until(db, { [placing]: ['placing', 'buying'], [sent]: ['shipped', 'shipping', 'sent'] });

  const agentIds = [paid, sent, placed].flatMap((number) => {
    const order = pandapon.order(number);
    return order ? [order.orderId, order.orderNo] : [];
  });
  const rows = await db.selectFrom('sales_order').select(['store', 'order_id']).execute();
  const of = (store: string) =>
    rows.filter((row) => row.store === store).map((row) => row.order_id);
  return {
    lazadaOrders: of('tea-sg'),
    shopeeOrders: of('tea-my'),
    agentIds,
    lazada: LAZADA,
    shopee: SHOPEE,
    token: CALLBACK_TOKEN,
  };
}

/** Waits until every order shows one of its states. */
async function until(db: Database, wanted: Readonly<Record<string, readonly string[]>>) {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const rows = await summariseOrders(db);
    const state = (number: string) =>
      rows.find((row) => row.orderNumber === number)?.state ?? 'no row';
    const missing = Object.entries(wanted).filter(([number, any]) => !any.includes(state(number)));
    if (missing.length === 0) return;
    if (Date.now() > deadline) {
      throw new Error(missing.map(([n, any]) => `${n} is ${state(n)}, not ${any}`).join('; '));
    }
    await wait(50);
  }
}
