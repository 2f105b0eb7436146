/**
 * `--answers`: the answers of one store or of hundreds, checked all together, each mistake with its line.
 *
 *     common: { marketplace: shopee, skus: links, ... }   # what all stores say
 *     stores:
 *       - { name: shop-1, country: my, sellerId: "220688102" }
 *
 * A file without `stores` is one store's answers; a list is the list of stores.
 * @module
 */
import { z } from 'zod';
import { explainIssues } from '../issues.ts';
import { marketplaces } from '../registry.ts';
import { type Problem, parseYamlFile } from '../yaml.ts';
import { type StoreAnswers, storeAnswers } from './answers.ts';
import { AGENT, credentialsOf, type EntryPlace, entryFor } from './credentials.ts';
import { type KnownHome, record } from './known.ts';
import { isSameShop, refuseName, refuseShop } from './refusals.ts';
import type { ServiceEntry } from './service-file.ts';
import { isSupplied, missingAnswers } from './supplied.ts';

const SERVICE_KEYS = ['apps', 'accounts', 'publicUrl', 'callbackToken'] as const;
const named = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));

const serviceAnswers = z.strictObject({
  /** As in ponbridge.yaml; without an entry its keys come from the environment by their usual names. */
  apps: named.default({}),
  accounts: named.default({}),
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  /** Make PONBRIDGE_CALLBACK_TOKEN where there is none. */
  callbackToken: z.boolean().default(false),
});

const whole = serviceAnswers.extend({
  common: z.record(z.string(), z.unknown()).default({}),
  stores: z.array(z.record(z.string(), z.unknown())).min(1),
});

type Place = readonly PropertyKey[];
type Report = (path: Place, message: string) => void;

export interface AnswerFile {
  readonly stores: readonly StoreAnswers[];
  readonly entries: readonly ServiceEntry[];
  readonly publicUrl: string | undefined;
  readonly callbackToken: boolean;
  /** Of a problem that shows only in the settings made of the answers: where it comes from. */
  locate(problem: Problem): Problem;
}

/** Undefined: the reasons are in `problems`. */
export function readAnswers(
  path: string,
  home: KnownHome,
  problems: Problem[],
): AnswerFile | undefined {
  const file = parseYamlFile(path, z.unknown(), problems);
  if (!file) return undefined;
  const before = problems.length;
  const shape = shapeOf(file.value);
  const report: Report = (at, message) => {
    const problem = file.problem(shape.place(at), message);
    // One mistake under `common` is every store's, and said once.
    const isSaid = problems.some(
      (known) =>
        known.line === problem.line && known.column === problem.column && known.message === message,
    );
    if (!isSaid) problems.push(problem);
  };
  const parsed = whole.safeParse(shape.content);
  if (!parsed.success) {
    for (const issue of explainIssues(parsed.error, shape.isOne ? oneStore : whole)) {
      report(issue.path, issue.message);
    }
    return undefined;
  }
  const { common, stores: raw, ...service } = parsed.data;
  const placed = raw.map((own, index) =>
    readStore({ ...common, ...own }, home, (at, message) => {
      const isCommon = at.length > 0 && !(String(at[0]) in own) && String(at[0]) in common;
      report(isCommon ? ['common', ...at] : ['stores', index, ...at], message);
    }),
  );
  const stores = placed.flatMap((store) => store ?? []);
  checkTwins(placed, report);
  const entries = [
    ...readEntries('apps', service.apps, home, report),
    ...readEntries('accounts', service.accounts, home, report),
  ];
  if (problems.length > before) return undefined;
  return {
    stores,
    entries: [...entries, ...usualEntries(stores, entries, home, service.publicUrl)],
    publicUrl: service.publicUrl,
    callbackToken: service.callbackToken,
    locate: (problem) => locate(problem, stores, (at) => file.problem(shape.place(at), '')),
  };
}

const oneStore = serviceAnswers.extend(storeAnswers.shape);

/** The three ways to write it, made one; `place` finds the way back. */
function shapeOf(value: unknown) {
  if (Array.isArray(value)) {
    return {
      content: { stores: value },
      isOne: false,
      place: (at: Place) => (at[0] === 'stores' ? at.slice(1) : at),
    };
  }
  const all = record(value);
  if ('stores' in all) return { content: value, isOne: false, place: (at: Place) => at };
  const isService = (key: string) => (SERVICE_KEYS as readonly string[]).includes(key);
  const entries = Object.entries(all);
  return {
    content: {
      ...Object.fromEntries(entries.filter(([key]) => isService(key))),
      stores: [Object.fromEntries(entries.filter(([key]) => !isService(key)))],
    },
    isOne: true,
    place: (at: Place) => (at[0] === 'stores' ? at.slice(2) : at),
  };
}

/** Undefined when the schema refuses it; what can be judged of it all the same is. */
function readStore(
  raw: Record<string, unknown>,
  home: KnownHome,
  report: Report,
): StoreAnswers | undefined {
  const parsed = storeAnswers.safeParse(raw);
  if (parsed.success) {
    checkStore(parsed.data, home, report);
    const group = groupOf(parsed.data, home);
    for (const { key, message } of missingAnswers(parsed.data, group)) report([key], message);
    return parsed.data;
  }
  const issues = explainIssues(parsed.error, storeAnswers);
  for (const { path, message } of issues) report(path, message);
  const refused = new Set(issues.map(({ path }) => path[0]));
  const rest = Object.entries(raw).filter(([key]) => !refused.has(key));
  checkStore(Object.fromEntries(rest) as Partial<StoreAnswers>, home, report);
  return undefined;
}

/** Against what there is: the marketplaces, and the settings of the home. */
function checkStore(answers: Partial<StoreAnswers>, home: KnownHome, report: Report) {
  const { name, marketplace, country, sellerId, group } = answers;
  const module = marketplace === undefined ? undefined : marketplaces.get(marketplace);
  if (marketplace !== undefined && !module) {
    report(['marketplace'], `is not known; use ${[...marketplaces.keys()].join(' or ')}`);
  }
  if (module && country !== undefined && !Object.hasOwn(module.countries, country)) {
    const known = Object.keys(module.countries).join(', ');
    report(['country'], `${module.title} has no shops there; use one of ${known}`);
  }
  if (group !== undefined && !home.groups.has(group)) {
    const known = [...home.groups.keys()].join(', ') || 'it has none';
    report(['group'], `ponbridge.yaml has no such group; known: ${known}`);
  }
  const taken = name === undefined ? undefined : refuseName(home, name);
  if (taken) report(['name'], taken);
  if (marketplace === undefined || country === undefined || sellerId === undefined) return;
  const twin = refuseShop(home, { marketplace, country, sellerId: String(sellerId) });
  if (twin) report(['sellerId'], twin);
}

function groupOf({ group }: StoreAnswers, home: KnownHome) {
  return group === undefined ? undefined : home.groups.get(group);
}

/** Two of one name or one shop in the same file. */
function checkTwins(stores: readonly (StoreAnswers | undefined)[], report: Report) {
  for (const [index, store] of stores.entries()) {
    if (!store) continue;
    const earlier = stores.slice(0, index).flatMap((each) => each ?? []);
    if (earlier.some((each) => each.name.toLowerCase() === store.name.toLowerCase())) {
      report(['stores', index, 'name'], `another store of this file is called ${store.name} too`);
    }
    const twin = earlier.find((each) => isSameShop(each, store));
    if (twin) {
      report(['stores', index, 'sellerId'], `is the shop of ${twin.name} too; a shop has one file`);
    }
  }
}

function readEntries(
  kind: 'apps' | 'accounts',
  systems: z.output<typeof named>,
  home: KnownHome,
  report: Report,
): ServiceEntry[] {
  const known = kind === 'apps' ? home.apps : home.accounts;
  return Object.entries(systems).flatMap(([system, entries]) =>
    Object.entries(entries).map(([name, values]) => {
      const place: EntryPlace = { kind, system, name };
      if (known.has(`${system}/${name}`)) {
        report([kind, system, name], 'is in ponbridge.yaml already; change it there');
      }
      for (const { key, secret } of credentialsOf(place)) {
        if (secret && typeof values[key] === 'string') {
          report(
            [kind, system, name, key],
            'is a secret and belongs into no file but .env: write { env: NAME } here',
          );
        }
      }
      return entryFor(place, values, undefined);
    }),
  );
}

/** What the stores want and nobody has written: with the usual names of variables. */
function usualEntries(
  stores: readonly StoreAnswers[],
  given: readonly ServiceEntry[],
  home: KnownHome,
  publicUrl: string | undefined,
): ServiceEntry[] {
  const url = publicUrl ?? home.env.PONBRIDGE_PUBLIC_URL;
  const made = new Map<string, ServiceEntry>();
  const want = (place: EntryPlace, known: ReadonlySet<string>) => {
    const isGiven = given.some(
      (entry) =>
        entry.kind === place.kind && entry.system === place.system && entry.name === place.name,
    );
    if (isGiven || known.has(`${place.system}/${place.name}`)) return;
    made.set(`${place.kind} ${place.system}/${place.name}`, entryFor(place, {}, url));
  };
  for (const store of stores) {
    const group = groupOf(store, home);
    if (!isSupplied(group, 'app') || store.app !== 'main') {
      want({ kind: 'apps', system: store.marketplace, name: store.app }, home.apps);
    }
    if (!isSupplied(group, 'account') || store.account !== 'main') {
      want({ kind: 'accounts', system: AGENT, name: store.account }, home.accounts);
    }
  }
  return [...made.values()];
}

function locate(
  problem: Problem,
  stores: readonly StoreAnswers[],
  at: (path: Place) => Problem,
): Problem {
  const path = problem.path?.split('.') ?? [];
  if (problem.file === 'ponbridge.yaml') {
    const { line, column, file } = at(path);
    // Near the top means: not of this file. The lines of a file that was not written help nobody.
    return line === 1
      ? {
          file: problem.file,
          ...(problem.path ? { path: problem.path } : {}),
          message: problem.message,
        }
      : { ...problem, file, line, column };
  }
  const index = stores.findIndex(({ name }) => problem.file.endsWith(`${name}.yaml`));
  if (index < 0) return problem;
  const { file, line, column } = at(['stores', index]);
  return { ...problem, file, line, column, path: `${problem.file} ${problem.path ?? ''}`.trim() };
}
