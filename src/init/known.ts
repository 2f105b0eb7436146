/** What a home folder holds already, read leniently: a mistake elsewhere must not stop a new store. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parse } from 'yaml';
import { loadSettings } from '../config.ts';

export interface KnownStore {
  readonly name: string;
  readonly marketplace: string;
  readonly country: string;
  readonly sellerId: string;
  /** `agent/account`. */
  readonly account: string;
  readonly orderSource: string;
}

type Group = Readonly<Record<string, unknown>>;

export interface KnownHome {
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of ponbridge.yaml and .env; undefined: no such file. */
  readonly serviceText: string | undefined;
  readonly envText: string | undefined;
  readonly stores: readonly KnownStore[];
  /** Names of the files in stores/, also of those that cannot be read. */
  readonly storeNames: ReadonlySet<string>;
  readonly groups: ReadonlyMap<string, Group>;
  /** Keyed `marketplace/name`. */
  readonly apps: ReadonlySet<string>;
  /** Keyed `agent/name`. */
  readonly accounts: ReadonlySet<string>;
}

export function readHome(
  folder: string,
  env: Readonly<Record<string, string | undefined>>,
): KnownHome {
  const serviceText = readText(join(folder, 'ponbridge.yaml'));
  const service = record(lenient(serviceText));
  const files = listStores(folder);
  const groups = new Map(
    Object.entries(record(service.groups)).map(([name, group]) => [name, record(group)]),
  );
  return {
    folder,
    env,
    serviceText,
    envText: readText(join(folder, '.env')),
    stores: readStores(folder, env, files, groups),
    storeNames: new Set(files.map(storeName)),
    groups,
    apps: namesIn(service.apps),
    accounts: namesIn(service.accounts),
  };
}

function readStores(
  folder: string,
  env: KnownHome['env'],
  files: readonly string[],
  groups: ReadonlyMap<string, Group>,
): KnownStore[] {
  try {
    return [...loadSettings({ ...env, PONBRIDGE_HOME: folder }).stores.values()].map(
      ({ name, settings }) => ({
        name,
        marketplace: settings.marketplace,
        country: settings.country,
        sellerId: settings.sellerId,
        account: `${settings.purchase.agent}/${settings.purchase.account}`,
        orderSource: settings.orderSource,
      }),
    );
  } catch {
    // A mistake somewhere: what can be read counts.
    return files.map((file) => {
      const store = record(lenient(readText(join(folder, 'stores', file))));
      const all = { ...groups.get(String(store.group)), ...store };
      const purchase = record(all.purchase);
      return {
        name: storeName(file),
        marketplace: String(all.marketplace),
        country: String(all.country),
        sellerId: String(all.sellerId),
        account: `${purchase.agent ?? 'pandapon'}/${purchase.account ?? 'main'}`,
        orderSource: String(all.orderSource),
      };
    });
  }
}

function listStores(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'stores')).filter((file) => /\.ya?ml$/.test(file));
  } catch {
    return [];
  }
}

function storeName(file: string): string {
  return basename(file).replace(/\.ya?ml$/, '');
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Long ids keep their digits. */
function lenient(text: string | undefined): unknown {
  try {
    return parse(text ?? '', { intAsBigInt: true, logLevel: 'silent' });
  } catch {
    return undefined;
  }
}

function namesIn(systems: unknown): Set<string> {
  return new Set(
    Object.entries(record(systems)).flatMap(([system, entries]) =>
      Object.keys(record(entries)).map((name) => `${system}/${name}`),
    ),
  );
}

export function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}
