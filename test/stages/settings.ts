/** The demo's settings as real files in a throw-away folder, with what a test changes laid over them. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadSettings, type Settings } from '../../src/config.ts';
import {
  type DemoAddresses,
  demoEnvironment,
  demoServiceFile,
  demoStoreFile,
} from '../../src/demo/settings.ts';

export type StoreName = 'tea-sg' | 'tea-my';

/** Laid over the demo's settings, key by key; `null` takes a key out, an array replaces one. */
export interface Changes {
  readonly timings?: object;
  readonly limits?: object;
  /** Of the account `pandapon/main`. */
  readonly account?: object;
  readonly stores?: { readonly [name in StoreName]?: object };
  /** Further Lazada stores, like `tea-sg` but for these keys; the test connects them itself. */
  readonly moreStores?: Readonly<Record<string, object>>;
  readonly polling?: boolean;
}

/** Nobody waits for a buyer's second thoughts unless a test says so. */
const BASE_STORE = { purchase: { delay: '0s' } };
/** Looks by the clock are seldom, so that an hour that passes costs few of them. */
const BASE_TIMINGS = { agentPoll: '5m', payPoll: '5s', parcelPoll: '1m', shipPoll: '1m' };

export interface Place {
  readonly addresses: DemoAddresses;
  readonly databaseUrl: string;
  readonly port: number;
  readonly keys: string;
}

export async function testSettings(place: Place, changes: Changes): Promise<Settings> {
  const home = await mkdtemp(join(tmpdir(), 'ponbridge-stages-'));
  try {
    await mkdir(join(home, 'stores'));
    const service = lay(demoServiceFile(place.addresses, `http://127.0.0.1:${place.port}`), {
      timings: { ...BASE_TIMINGS, ...changes.timings },
      ...(changes.limits ? { limits: changes.limits } : {}),
      ...(changes.account ? { accounts: { pandapon: { main: changes.account } } } : {}),
    });
    await writeFile(join(home, 'ponbridge.yaml'), stringify(service));
    for (const [name, marketplace] of [
      ['tea-sg', 'lazada'],
      ['tea-my', 'shopee'],
    ] as const) {
      const store = lay(lay(demoStoreFile(marketplace), BASE_STORE), changes.stores?.[name] ?? {});
      await writeFile(join(home, 'stores', `${name}.yaml`), stringify(store));
    }
    for (const [name, settings] of Object.entries(changes.moreStores ?? {})) {
      const store = lay(lay(demoStoreFile('lazada'), BASE_STORE), settings);
      await writeFile(join(home, 'stores', `${name}.yaml`), stringify(store));
    }
    return loadSettings({
      ...demoEnvironment(home, place.port),
      DATABASE_URL: place.databaseUrl,
      PONBRIDGE_KEYS: place.keys,
      PONBRIDGE_LOG_LEVEL: process.env.PONBRIDGE_TEST_LOG ?? 'silent',
      PONBRIDGE_POLLING: changes.polling === false ? 'off' : 'on',
    });
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

function lay(under: unknown, over: unknown): unknown {
  if (!isRecord(under) || !isRecord(over)) return over;
  const laid: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete laid[key];
    else laid[key] = key in under ? lay(under[key], value) : value;
  }
  return laid;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
