/** The run's settings, checked by the same schemas as a seller's files. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type StoreSettings, storeSettings } from '../../mappings/store.ts';
import { loadSettings, type Settings, type Store, serviceFile } from '../../src/config.ts';
import { TIMINGS } from './times.ts';
import { DAILY_CAP_FEN } from './watch.ts';
import { SOURCES, type StoreName } from './world.ts';

/** What a run, or a command in it, can set. */
export interface Choices {
  readonly mode: 'off' | 'manual' | 'auto';
  readonly autoPay: boolean;
  readonly delay: '0s' | '20m';
  readonly buyerWish: 'hold' | 'accept' | 'reject';
  readonly parcels: 'first' | 'last' | 'all-arrived';
  /** Whose number is told where the seller supplies it. */
  readonly leg: 'agent' | 'manual';
  /** The agent account's address: attempts keep the one they were made with. */
  readonly address: 'a' | 'b';
}

export const PLAIN: Choices = {
  mode: 'auto',
  autoPay: true,
  delay: '0s',
  buyerWish: 'hold',
  parcels: 'first',
  leg: 'agent',
  address: 'a',
};

/** Everything a run does not set stands as it does in a home without files. */
const home = mkdtempSync(join(tmpdir(), 'ponbridge-model-home-'));
const base = loadSettings({ PONBRIDGE_HOME: home, PONBRIDGE_LOG_LEVEL: 'silent' });
rmSync(home, { recursive: true });
const { timings, limits } = serviceFile.parse({
  timings: TIMINGS,
  limits: { callbackReads: 100_000 },
});

const known = new Map<string, Settings>();

export function settingsFor(choices: Choices): Settings {
  const key = JSON.stringify(choices);
  const found = known.get(key) ?? makeSettings(choices);
  known.set(key, found);
  return found;
}

function makeSettings(choices: Choices): Settings {
  const stores = (['lz', 'sp'] as const).map((name) => storeFor(name, choices));
  const account = {
    agent: 'pandapon',
    name: 'main',
    settings: {},
    address: `model:${choices.address}`,
    generation: undefined,
  };
  return {
    ...base,
    timings,
    limits,
    stores: new Map(stores.map((store) => [store.name, store])),
    accounts: new Map([['pandapon/main', account]]),
  };
}

function storeFor(name: StoreName, choices: Choices): Store {
  const isLazada = name === 'lz';
  const settings: StoreSettings = storeSettings.parse({
    marketplace: isLazada ? 'lazada' : 'shopee',
    country: isLazada ? 'sg' : 'my',
    sellerId: isLazada ? '1000' : '2000',
    start: '2026-01-01',
    orderSource: SOURCES[name],
    lines: [
      { skip: ['GIFT-*'], reason: 'gifts are packed by the warehouse' },
      { pattern: 'TB-{itemId}-{skuId}-{fen}' },
    ],
    receiver: {
      kind: 'warehouse',
      name: 'W',
      mobilePhone: '15068763421',
      state: 's',
      city: 'c',
      district: 'd',
      address: 'a',
    },
    budget: { cnyPerUnit: '5', largestOrder: '900.00', smallestMargin: '0%' },
    purchase: {
      mode: choices.mode,
      delay: choices.delay,
      dailyCap: (DAILY_CAP_FEN / 100).toFixed(2),
      pay: { auto: choices.autoPay },
    },
    tracking: { leg: choices.leg, parcels: choices.parcels, carriers: { '*': 'YTO' } },
    ship: { pack: 'paid', readyToShip: 'sent', arrange: 'sent' },
    cancel: { buyerWish: choices.buyerWish },
    poll: '30m',
  });
  return { name, settings, currency: isLazada ? 'SGD' : 'MYR' };
}
