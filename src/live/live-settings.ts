/**
 * The settings in force, and how new ones take their place while the service runs. What did not change
 * keeps its identity, so that its connections, breakers and limits live on; what changed is a new object,
 * by which everything made of it is seen to be out of date.
 * @module
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Settings, Store } from '../config.ts';

/** What a process answers when it was asked to read its settings again. */
export interface ReloadAnswer {
  readonly by: string;
  /** Why the settings before stay in force. */
  readonly error?: string;
  readonly changes?: SettingsChanges;
}

export interface SettingsChanges {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  /** No file any more, and nothing left to do. */
  readonly gone: readonly string[];
  /** No file any more, but living orders: these go on as paused stores. */
  readonly kept: readonly string[];
  /** Keys of ponbridge.yaml and of the environment, `apps.lazada.main`. */
  readonly service: readonly string[];
  /** Variables that take effect with the next start only. */
  readonly restart: readonly string[];
}

export interface LiveSettings {
  readonly current: Settings;
  /** Of what the files and variables say; the same for all processes that read the same. */
  readonly digest: string;
  readonly loadedAt: Date;
  /** Stores whose file is gone while their orders live. */
  readonly kept: ReadonlySet<string>;
  replace(next: NextSettings, at: Date): void;
}

export interface NextSettings {
  readonly settings: Settings;
  readonly digest: string;
  readonly kept: ReadonlySet<string>;
}

export function liveSettings(settings: Settings, lost: readonly Store[], at: Date): LiveSettings {
  const first = withLost(settings, lost);
  let state: NextSettings & { at: Date } = { ...first, digest: settingsDigest(settings), at };
  return {
    get current() {
      return state.settings;
    },
    get digest() {
      return state.digest;
    },
    get loadedAt() {
      return state.at;
    },
    get kept() {
      return state.kept;
    },
    replace(next, loadedAt) {
      state = { ...next, at: loadedAt };
    },
  };
}

function withLost(settings: Settings, lost: readonly Store[]): Omit<NextSettings, 'digest'> {
  const stores = new Map(settings.stores);
  for (const store of lost) stores.set(store.name, asPaused(store));
  return { settings: { ...settings, stores }, kept: new Set(lost.map((store) => store.name)) };
}

/** Of a store without a file nothing is pulled, bought or paid; what is bought goes on to its end. */
function asPaused(store: Store): Store {
  return { ...store, settings: { ...store.settings, paused: true } };
}

/** Read at the start only: what was opened with them stays open. */
const AT_START = {
  databaseUrl: 'DATABASE_URL',
  dataFolder: 'PONBRIDGE_DATA',
  keys: 'PONBRIDGE_KEYS',
  host: 'PONBRIDGE_HOST',
  port: 'PONBRIDGE_PORT',
} as const satisfies Partial<Record<keyof Settings, string>>;

const MAPS = ['stores', 'apps', 'accounts'] as const satisfies readonly (keyof Settings)[];

/**
 * The next settings, with what did not change taken over from those in force.
 * @param mustKeep whether a store without a file still has living orders
 */
export function nextSettings(
  live: LiveSettings,
  read: Settings,
  mustKeep: (store: string) => boolean,
): { readonly next: NextSettings; readonly changes: SettingsChanges } {
  const before = live.current;
  const stores = shareMap(before.stores, read.stores);
  const apps = shareMap(before.apps, read.apps);
  const accounts = shareMap(before.accounts, read.accounts);
  const vanished = [...before.stores.values()].filter(({ name }) => !read.stores.has(name));
  const kept = vanished.filter(({ name }) => mustKeep(name));
  for (const store of kept) {
    stores.set(store.name, live.kept.has(store.name) ? store : asPaused(store));
    // It cannot be followed without them, and no file says any more that it needs them.
    const { marketplace, app, purchase } = store.settings;
    keep(apps, before.apps, `${marketplace}/${app}`);
    keep(accounts, before.accounts, `${purchase.agent}/${purchase.account}`);
  }
  const settings: Record<string, unknown> = { ...read, stores, apps, accounts };
  const service: string[] = [...changedKeys('apps', before.apps, apps)];
  service.push(...changedKeys('accounts', before.accounts, accounts));
  const restart: string[] = [];
  for (const [key, value] of Object.entries(read)) {
    if ((MAPS as readonly string[]).includes(key)) continue;
    const old: unknown = before[key as keyof Settings];
    const same = isDeepStrictEqual(old, value);
    const atStart = (AT_START as Readonly<Record<string, string>>)[key];
    if (same || atStart !== undefined) settings[key] = old;
    if (same) continue;
    if (atStart === undefined) service.push(key);
    else restart.push(atStart);
  }
  const changes: SettingsChanges = {
    added: [...stores.keys()].filter((name) => !before.stores.has(name)),
    changed: [...read.stores.keys()].filter(
      (name) => before.stores.has(name) && before.stores.get(name) !== stores.get(name),
    ),
    gone: vanished.map(({ name }) => name).filter((name) => !stores.has(name)),
    kept: kept.map(({ name }) => name),
    service,
    restart,
  };
  const next = {
    settings: settings as unknown as Settings,
    digest: settingsDigest(read),
    kept: new Set(changes.kept),
  };
  return { next, changes };
}

/** Stores whose orders may go on otherwise now: their own settings changed, their app or their account. */
export function touchedStores(
  before: Settings,
  after: Settings,
  { added, changed }: SettingsChanges,
): string[] {
  const touched = new Set([...added, ...changed]);
  for (const { name, settings } of after.stores.values()) {
    const app = `${settings.marketplace}/${settings.app}`;
    const account = `${settings.purchase.agent}/${settings.purchase.account}`;
    if (before.apps.get(app) !== after.apps.get(app)) touched.add(name);
    if (before.accounts.get(account) !== after.accounts.get(account)) touched.add(name);
  }
  return [...touched];
}

function shareMap<T>(before: ReadonlyMap<string, T>, next: ReadonlyMap<string, T>): Map<string, T> {
  return new Map(
    [...next].map(([key, value]) => {
      const old = before.get(key);
      return [key, old !== undefined && isDeepStrictEqual(old, value) ? old : value];
    }),
  );
}

function keep<T>(into: Map<string, T>, before: ReadonlyMap<string, T>, key: string): void {
  const old = before.get(key);
  if (!into.has(key) && old !== undefined) into.set(key, old);
}

function changedKeys(
  what: string,
  before: ReadonlyMap<string, unknown>,
  after: ReadonlyMap<string, unknown>,
): string[] {
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys]
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => `${what}.${key.replace('/', '.')}`);
}

/** Twelve characters: enough to see at a glance whether two processes go by the same settings. */
export function settingsDigest(settings: Settings): string {
  const own = new Set<string>([...Object.keys(AT_START), 'logLevel']);
  const told = Object.entries(settings).filter(([key]) => !own.has(key));
  const text = JSON.stringify(Object.fromEntries(told), (_key, value: unknown) => {
    if (value instanceof Map) return sorted(Object.fromEntries(value));
    const isPlain = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isPlain ? sorted(value) : value;
  });
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}

function sorted(value: object): object {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
