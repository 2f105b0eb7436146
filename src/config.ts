/**
 * All settings of one process, checked. The environment is read here and nowhere else.
 *
 * - environment: the database, the encryption key, where to listen, and the secrets that files name
 * - `ponbridge.yaml`: the marketplaces' apps, the agents' accounts, and timings
 * - `stores/<name>.yaml`: one store each
 * @module
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { patience } from '../mappings/alerts.ts';
import { duration, type StoreSettings, storeSettings } from '../mappings/store.ts';
import { explainIssues } from './issues.ts';
import { agents, marketplaces } from './registry.ts';
import { type Problem, parseYamlFile, type YamlFile } from './yaml.ts';

export interface Store {
  readonly name: string;
  readonly settings: StoreSettings;
  /** ISO 4217, from the marketplace's table of countries. */
  readonly currency: string;
}

export interface Account {
  readonly agent: string;
  readonly name: string;
  readonly settings: unknown;
  /** For attempts: where it was sent. */
  readonly address: string;
  readonly generation: string | undefined;
}

export interface App {
  readonly marketplace: string;
  readonly name: string;
  readonly settings: unknown;
  readonly address: string;
}

const timings = z
  .strictObject({
    /** How long a signed request can still be accepted: PandaPon refuses signatures older than 600 s. */
    signatureWindow: duration.prefault('10m'),
    clockSkew: duration.prefault('30s'),
    /** What a request may live at the server after it was accepted, before its effect shows. */
    requestLife: duration.prefault('60s'),
    /** How long a new order may be missing from the agent's listing. */
    listingLag: duration.prefault('60s'),
    /** An unknown placing is settled by absence only after this; at least the sum of the above. */
    settle: duration.prefault('13m'),
    /** An unknown shipping or cancelling is read again and settled after this. */
    settleRead: duration.prefault('2m'),
    /** A signed spending call is not sent later than this after its signing. */
    sendWithin: duration.prefault('10s'),
    /** One try of a call outside gives up after this; its effect may still come. */
    callTimeout: duration.prefault('15s'),
    /** Oldest listing that a first placing may lean on. */
    listingFresh: duration.prefault('60s'),
    /** Time between two listings of an account whose orders are on their way. */
    agentPoll: duration.prefault('10m'),
    /** The same while a purchase waits to be paid by us. */
    payPoll: duration.prefault('60s'),
    /** Time between two looks for a parcel's number once a line is sent. */
    parcelPoll: duration.prefault('30m'),
    /** Time between two looks for a number or a label the marketplace makes. */
    shipPoll: duration.prefault('5m'),
    /** Time between two looks for what pushes and pulls missed. */
    net: duration.prefault('30m'),
    sweep: duration.prefault('60s'),
  })
  .prefault({});

const limits = z
  .strictObject({
    /** Calls per second of one app at its marketplace, all its stores together. */
    app: z.number().positive().default(20),
    store: z.number().positive().default(5),
    account: z.number().positive().default(10),
    /** Reads per minute that an account's unsigned callbacks may cause. */
    callbackReads: z.number().positive().default(120),
    /** Messages per minute that are taken of an account's callbacks; 200 a second, as the bench sends. */
    callbacks: z.number().positive().default(12_000),
  })
  .prefault({});

/** What does not happen at an account or with a consent; a store's own are in its file. */
const alerts = z
  .strictObject({
    /** An account with purchases on their way that was not listed for this long. */
    noListing: patience.optional(),
    /** A seller's consent that ends for good within this time. */
    grantEnding: patience.prefault('7d'),
  })
  .prefault({});

const reconcile = z
  .strictObject({
    /** Time between two re-scans of a store or an account. */
    every: duration
      .prefault('24h')
      .refine((ms) => ms >= 60_000, 'at least "1m"')
      .meta({ description: 'A duration such as "12h" or "24h", at least "1m"' }),
    /** How many of the last days are compared. */
    days: z.int().min(1).max(60).default(3),
  })
  .prefault({});

const named = z.record(z.string(), z.record(z.string(), z.unknown()));

export const serviceFile = z.strictObject({
  apps: z.record(z.string(), named).default({}),
  accounts: z.record(z.string(), named).default({}),
  timings,
  limits,
  alerts,
  reconcile,
});

export const environment = z.object({
  DATABASE_URL: z.string().optional(),
  PONBRIDGE_HOME: z.string().default('.'),
  PONBRIDGE_DATA: z.string().optional(),
  PONBRIDGE_KEYS: z.string().optional(),
  PONBRIDGE_HOST: z.string().default('127.0.0.1'),
  PONBRIDGE_PORT: z.coerce.number().int().min(0).max(65_535).default(8473),
  PONBRIDGE_CALLBACK_TOKEN: z
    .string()
    .min(24, 'at least 24 characters that nobody can guess')
    .regex(/^[\w.~-]*$/, 'letters, digits, ".", "_", "~" and "-" only: it is part of an address')
    .optional(),
  /** Where the marketplaces and the agent reach this service; shown with the addresses for their consoles. */
  PONBRIDGE_PUBLIC_URL: z.url({ protocol: /^https?$/ }).optional(),
  PONBRIDGE_LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'])
    .default('info'),
  PONBRIDGE_POLLING: z.enum(['on', 'off']).default('on'),
});

export type Timings = z.output<typeof timings>;

export interface Settings {
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
  readonly keys: string | undefined;
  readonly host: string;
  readonly port: number;
  /** The unguessable part of the agents' callback address. */
  readonly callbackToken: string | undefined;
  readonly publicUrl: string | undefined;
  readonly logLevel: string;
  /** With `false` nothing is pulled or listed by the clock; pushes and callbacks alone drive. */
  readonly polling: boolean;
  readonly timings: Timings;
  readonly limits: z.output<typeof limits>;
  readonly alerts: z.output<typeof alerts>;
  readonly reconcile: z.output<typeof reconcile>;
  readonly stores: ReadonlyMap<string, Store>;
  /** Keyed `marketplace/name`. */
  readonly apps: ReadonlyMap<string, App>;
  /** Keyed `agent/name`. */
  readonly accounts: ReadonlyMap<string, Account>;
}

/** Thrown with everything that is wrong, in every file. */
export class SettingsError extends Error {
  readonly problems: readonly Problem[];
  constructor(problems: readonly Problem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

export function formatProblem(problem: Problem): string {
  const place = [problem.file, problem.line, problem.column]
    .filter((part) => part !== undefined)
    .join(':');
  const path = problem.path ? ` ${problem.path}:` : '';
  return `${place}:${path} ${problem.message}`;
}

/** Reads and checks everything. @throws {SettingsError} listing all problems of all files. */
export function loadSettings(env: Environment): Settings {
  const problems: Problem[] = [];
  const process = readEnvironment(env, problems);
  const home = resolve(process.PONBRIDGE_HOME);
  const file = join(home, 'ponbridge.yaml');
  const service = parseYamlFile(file, serviceFile, problems, { optional: true });
  const filled = service?.value ?? serviceFile.parse({});
  const report: Report = (path, message) => {
    const found = { file: 'ponbridge.yaml', path: path.join('.'), message };
    problems.push(service?.problem(path, message) ?? found);
  };
  // When that file cannot be understood, what the stores want of it cannot be judged.
  const isJudged =
    service !== undefined || !problems.some((each) => each.file === 'ponbridge.yaml');
  const apps = readApps(filled.apps, env, report);
  const accounts = readAccounts(filled.accounts, env, report);
  const stores = readStores(join(home, 'stores'), isJudged ? filled : undefined, problems);
  checkTimings(filled.timings, report);
  checkAlerts(filled, report);
  checkReconcile(filled.reconcile, report);
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    databaseUrl: process.DATABASE_URL,
    dataFolder: resolve(process.PONBRIDGE_DATA ?? join(home, 'data')),
    keys: process.PONBRIDGE_KEYS,
    host: process.PONBRIDGE_HOST,
    port: process.PONBRIDGE_PORT,
    callbackToken: process.PONBRIDGE_CALLBACK_TOKEN,
    publicUrl: process.PONBRIDGE_PUBLIC_URL,
    logLevel: process.PONBRIDGE_LOG_LEVEL,
    polling: process.PONBRIDGE_POLLING === 'on',
    timings: filled.timings,
    limits: filled.limits,
    alerts: filled.alerts,
    reconcile: filled.reconcile,
    stores,
    apps,
    accounts,
  };
}

type Environment = Readonly<Record<string, string | undefined>>;
type NamedEntries = Record<string, Record<string, Record<string, unknown>>>;
type Report = (path: readonly PropertyKey[], message: string) => void;

/** The process's own variables; with mistakes, the defaults, so that the files are checked too. */
function readEnvironment(env: Environment, problems: Problem[]): z.output<typeof environment> {
  // Compose files pass on what nobody set as empty text.
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = environment.safeParse(set);
  const home = set.PONBRIDGE_HOME;
  if (home !== undefined && !statSync(home, { throwIfNoEntry: false })?.isDirectory()) {
    const message = `there is no folder ${home}`;
    problems.push({ file: 'environment', path: 'PONBRIDGE_HOME', message });
  }
  if (parsed.success) return parsed.data;
  for (const { path, message } of explainIssues(parsed.error, environment)) {
    problems.push({ file: 'environment', path: path.join('.'), message });
  }
  return environment.parse(home === undefined ? {} : { PONBRIDGE_HOME: home });
}

function readApps(groups: NamedEntries, env: Environment, report: Report) {
  const apps = new Map<string, App>();
  for (const [marketplace, entries] of Object.entries(groups)) {
    const module = marketplaces.get(marketplace);
    if (!module) {
      report(['apps', marketplace], noSuchSystem([...marketplaces.keys()]));
      continue;
    }
    for (const [name, raw] of Object.entries(entries)) {
      const settings = checkEntry(['apps', marketplace, name], module.appSchema, raw, env, report);
      if (settings === undefined) continue;
      const address = addressOf(settings);
      apps.set(`${marketplace}/${name}`, { marketplace, name, settings, address });
    }
  }
  return apps;
}

function readAccounts(groups: NamedEntries, env: Environment, report: Report) {
  const accounts = new Map<string, Account>();
  for (const [agent, entries] of Object.entries(groups)) {
    const module = agents.get(agent);
    if (!module) {
      report(['accounts', agent], noSuchSystem([...agents.keys()]));
      continue;
    }
    for (const [name, raw] of Object.entries(entries)) {
      const settings = checkEntry(
        ['accounts', agent, name],
        module.accountSchema,
        raw,
        env,
        report,
      );
      if (settings === undefined) continue;
      const generation = (settings as { generation?: unknown }).generation;
      accounts.set(`${agent}/${name}`, {
        agent,
        name,
        settings,
        address: addressOf(settings),
        generation: typeof generation === 'string' ? generation : undefined,
      });
    }
  }
  return accounts;
}

function addressOf(settings: unknown): string {
  const address = (settings as { address?: unknown }).address;
  return typeof address === 'string' ? address : '';
}

/** Fills `{ env: NAME }` values from the environment, then checks the entry by its module's schema. */
function checkEntry(
  path: readonly string[],
  schema: z.ZodType,
  raw: Record<string, unknown>,
  env: Environment,
  report: Report,
): unknown {
  const filled: Record<string, unknown> = {};
  const unset = new Set<PropertyKey>();
  for (const [key, value] of Object.entries(raw)) {
    const variable = isEnvReference(value) ? value.env : undefined;
    filled[key] = variable === undefined ? value : env[variable];
    if (variable === undefined || env[variable]) continue;
    unset.add(key);
    report(
      [...path, key],
      `the environment variable ${variable} is not set; export it before starting`,
    );
  }
  const parsed = schema.safeParse(filled);
  if (parsed.success) return unset.size > 0 ? undefined : parsed.data;
  for (const issue of explainIssues(parsed.error, schema)) {
    if (!unset.has(issue.path[0] ?? '')) report([...path, ...issue.path], issue.message);
  }
  return undefined;
}

function isEnvReference(value: unknown): value is { env: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { env?: unknown }).env === 'string'
  );
}

function noSuchSystem(known: readonly string[]): string {
  return `no such system; known: ${known.join(', ')}`;
}

interface StoreFile {
  readonly store: Store;
  readonly problem: YamlFile<unknown>['problem'];
}

/** @param service what ponbridge.yaml says; undefined when that is not known. */
function readStores(
  folder: string,
  service: z.output<typeof serviceFile> | undefined,
  problems: Problem[],
): Map<string, Store> {
  const files = new Map<string, StoreFile>();
  for (const name of listYaml(folder, problems)) {
    const file = parseYamlFile(join(folder, name), storeSettings, problems);
    if (!file) continue;
    const before = problems.length;
    const report: Report = (path, message) => problems.push(file.problem(path, message));
    const store = checkStore(basename(name).replace(/\.ya?ml$/, ''), file.value, service, report);
    if (files.has(store?.name ?? '')) report([], `a store of this name has another file already`);
    if (store && problems.length === before)
      files.set(store.name, { store, problem: file.problem });
  }
  checkTogether([...files.values()], problems);
  return new Map([...files].map(([name, { store }]) => [name, store]));
}

function checkStore(
  name: string,
  settings: StoreSettings,
  service: z.output<typeof serviceFile> | undefined,
  report: Report,
): Store | undefined {
  const { app, purchase } = settings;
  // The name stands in {store} of templates, in commands and in logs.
  if (!/^[\w.-]+$/.test(name)) {
    report([], 'is the name of the store: use letters, digits, ".", "_" and "-" only');
  }
  const module = marketplaces.get(settings.marketplace);
  if (!module) {
    const known = [...marketplaces.keys()].join(' or ');
    report(['marketplace'], `"${settings.marketplace}" is not known; use ${known}`);
    return undefined;
  }
  const country = Object.hasOwn(module.countries, settings.country)
    ? module.countries[settings.country]
    : undefined;
  if (!country) {
    const known = Object.keys(module.countries).join(', ');
    report(['country'], `${module.title} has no shops in "${settings.country}"; known: ${known}`);
  }
  const options = module.optionsSchema.safeParse(settings.options);
  for (const issue of options.success ? [] : explainIssues(options.error, module.optionsSchema)) {
    report(['options', ...issue.path], issue.message);
  }
  if (service && !service.apps[settings.marketplace]?.[app]) {
    report(['app'], `ponbridge.yaml has no apps.${settings.marketplace}.${app}`);
  }
  const { agent, account } = purchase;
  if (service && !service.accounts[agent]?.[account]) {
    report(['purchase', 'account'], `ponbridge.yaml has no accounts.${agent}.${account}`);
  }
  if (!country || !options.success) return undefined;
  const its = { ...settings, options: options.data as Record<string, unknown> };
  return { name, settings: its, currency: country.currency };
}

function listYaml(folder: string, problems: Problem[]): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.ya?ml$/.test(file))
      .sort();
  } catch (error) {
    // No store yet: a new home.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') {
      problems.push({ file: 'stores', message: `cannot be read: ${(error as Error).message}` });
    }
    return [];
  }
}

/** What only shows when stores are looked at together. */
function checkTogether(files: readonly StoreFile[], problems: Problem[]) {
  const sellers = new Map<string, string>();
  const sources = new Map<string, string>();
  for (const { store, problem } of files) {
    const { name, settings } = store;
    const seller = `${settings.marketplace} ${settings.country} ${settings.sellerId}`;
    const twin = sellers.get(seller);
    if (twin) {
      const message = `is the shop of stores/${twin}.yaml too; a shop has one file`;
      problems.push(problem(['sellerId'], message));
    }
    sellers.set(seller, name);
    // Lazada gives both halves of a basket that spans two shops the same number.
    if (settings.sellerOrderNumber.includes('{store}')) continue;
    const source = `${settings.purchase.agent} ${settings.purchase.account} ${settings.orderSource}`;
    const other = sources.get(source);
    if (other) {
      const message = `stores/${other}.yaml buys on the same account with the same orderSource, so order numbers can collide; put {store} into the sellerOrderNumber of both, or give each its own orderSource`;
      problems.push(problem(['sellerOrderNumber'], message));
    }
    sources.set(source, name);
  }
}

function checkTimings(times: Timings, report: Report) {
  const least = times.signatureWindow + times.clockSkew + times.requestLife + times.listingLag;
  if (times.settle < least) {
    report(
      ['timings', 'settle'],
      `is ${times.settle / 1000} s; it must be at least signatureWindow + clockSkew + requestLife + listingLag = ${least / 1000} s, or a purchase still on its way could be bought again`,
    );
  }
  const mostSend = times.signatureWindow - times.clockSkew;
  if (times.sendWithin > mostSend) {
    report(
      ['timings', 'sendWithin'],
      `is ${times.sendWithin / 1000} s; it must be at most signatureWindow - clockSkew = ${mostSend / 1000} s, or a purchase could be sent when its signature is refused as too old, or after it was taken for lost`,
    );
  }
}

function checkAlerts({ alerts, timings }: z.output<typeof serviceFile>, report: Report) {
  const { noListing } = alerts;
  if (noListing === undefined || noListing > timings.agentPoll) return;
  report(
    ['alerts', 'noListing'],
    `is ${noListing / 1000} s; it must be more than timings.agentPoll = ${timings.agentPoll / 1000} s, or the alert would be raised between two listings that both work`,
  );
}

/** What changed since the last re-scan must lie in the next one's period, twice over for a missed one. */
function checkReconcile({ every, days }: z.output<typeof reconcile>, report: Report) {
  if (2 * every <= days * 86_400_000) return;
  report(
    ['reconcile', 'days'],
    `is ${days}; it must be at least twice reconcile.every (${every / 3_600_000} h), or a missed re-scan leaves a gap`,
  );
}
