/**
 * All settings of one process, checked. The environment is read here and nowhere else.
 *
 * - environment: the database, the encryption key, where to listen, and the secrets that files name
 * - `ponbridge.yaml`: the marketplaces' apps, the agents' accounts, and timings
 * - `stores/<name>.yaml`: one store each
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { z } from 'zod';
import { duration, type StoreSettings, storeSettings } from '../mappings/store.ts';
import { agents, marketplaces } from './registry.ts';
import { type Problem, parseYamlFile } from './yaml.ts';

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
  })
  .prefault({});

const named = z.record(z.string(), z.record(z.string(), z.unknown()));

const serviceFile = z.strictObject({
  apps: z.record(z.string(), named).default({}),
  accounts: z.record(z.string(), named).default({}),
  timings,
  limits,
});

const environment = z.object({
  DATABASE_URL: z.string().optional(),
  PONBRIDGE_HOME: z.string().default('.'),
  PONBRIDGE_DATA: z.string().optional(),
  PONBRIDGE_KEYS: z.string().optional(),
  PONBRIDGE_HOST: z.string().default('127.0.0.1'),
  PONBRIDGE_PORT: z.coerce.number().int().min(0).max(65_535).default(8473),
  PONBRIDGE_CALLBACK_TOKEN: z
    .string()
    .min(24, 'at least 24 characters that nobody can guess')
    .optional(),
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
  readonly logLevel: string;
  /** With `false` nothing is pulled or listed by the clock; pushes and callbacks alone drive. */
  readonly polling: boolean;
  readonly timings: Timings;
  readonly limits: z.output<typeof limits>;
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
export function loadSettings(env: Readonly<Record<string, string | undefined>>): Settings {
  const problems: Problem[] = [];
  const parsed = environment.safeParse(env);
  if (!parsed.success) {
    throw new SettingsError(
      parsed.error.issues.map((issue) => ({
        file: 'environment',
        path: issue.path.join('.'),
        message: issue.message,
      })),
    );
  }
  const home = resolve(parsed.data.PONBRIDGE_HOME);
  const service = parseYamlFile(join(home, 'ponbridge.yaml'), serviceFile, problems, {
    optional: true,
  });
  const filled = service ?? serviceFile.parse({});
  const apps = readApps(filled.apps, env, problems);
  const accounts = readAccounts(filled.accounts, env, problems);
  const stores = readStores(join(home, 'stores'), apps, accounts, problems);
  checkTimings(filled.timings, problems);
  if (problems.length > 0) throw new SettingsError(problems);
  return {
    databaseUrl: parsed.data.DATABASE_URL || undefined,
    dataFolder: resolve(parsed.data.PONBRIDGE_DATA ?? join(home, 'data')),
    keys: parsed.data.PONBRIDGE_KEYS || undefined,
    host: parsed.data.PONBRIDGE_HOST,
    port: parsed.data.PONBRIDGE_PORT,
    callbackToken: parsed.data.PONBRIDGE_CALLBACK_TOKEN,
    logLevel: parsed.data.PONBRIDGE_LOG_LEVEL,
    polling: parsed.data.PONBRIDGE_POLLING === 'on',
    timings: filled.timings,
    limits: filled.limits,
    stores,
    apps,
    accounts,
  };
}

type Environment = Readonly<Record<string, string | undefined>>;
type NamedEntries = Record<string, Record<string, Record<string, unknown>>>;

function readApps(groups: NamedEntries, env: Environment, problems: Problem[]) {
  const apps = new Map<string, App>();
  for (const [marketplace, entries] of Object.entries(groups)) {
    const module = marketplaces.get(marketplace);
    if (!module) {
      problems.push(unknownSystem('apps', marketplace, [...marketplaces.keys()]));
      continue;
    }
    for (const [name, raw] of Object.entries(entries)) {
      const settings = checkEntry(
        `apps.${marketplace}.${name}`,
        module.appSchema,
        raw,
        env,
        problems,
      );
      if (settings !== undefined) {
        apps.set(`${marketplace}/${name}`, {
          marketplace,
          name,
          settings,
          address: addressOf(settings),
        });
      }
    }
  }
  return apps;
}

function readAccounts(groups: NamedEntries, env: Environment, problems: Problem[]) {
  const accounts = new Map<string, Account>();
  for (const [agent, entries] of Object.entries(groups)) {
    const module = agents.get(agent);
    if (!module) {
      problems.push(unknownSystem('accounts', agent, [...agents.keys()]));
      continue;
    }
    for (const [name, raw] of Object.entries(entries)) {
      const settings = checkEntry(
        `accounts.${agent}.${name}`,
        module.accountSchema,
        raw,
        env,
        problems,
      );
      if (settings !== undefined) {
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
  }
  return accounts;
}

function addressOf(settings: unknown): string {
  const address = (settings as { address?: unknown }).address;
  return typeof address === 'string' ? address : '';
}

/** Fills `{ env: NAME }` values from the environment, then checks the entry by its module's schema. */
function checkEntry(
  path: string,
  schema: z.ZodType,
  raw: Record<string, unknown>,
  env: Environment,
  problems: Problem[],
): unknown {
  const filled: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(raw)) {
    const variable = isEnvReference(value) ? value.env : undefined;
    if (variable === undefined) {
      filled[key] = value;
    } else if (env[variable]) {
      filled[key] = env[variable];
    } else {
      problems.push({
        file: 'ponbridge.yaml',
        path: `${path}.${key}`,
        message: `the environment variable ${variable} is not set; export it before starting`,
      });
      return undefined;
    }
  }
  const parsed = schema.safeParse(filled);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    problems.push({
      file: 'ponbridge.yaml',
      path: [path, ...issue.path].join('.'),
      message: issue.message,
    });
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

function unknownSystem(group: string, found: string, known: readonly string[]): Problem {
  return {
    file: 'ponbridge.yaml',
    path: `${group}.${found}`,
    message: `no such system; known: ${known.join(', ')}`,
  };
}

function readStores(
  folder: string,
  apps: ReadonlyMap<string, App>,
  accounts: ReadonlyMap<string, Account>,
  problems: Problem[],
) {
  const stores = new Map<string, Store>();
  for (const file of listYaml(folder)) {
    const before = problems.length;
    const settings = parseYamlFile(join(folder, file), storeSettings, problems);
    if (!settings || problems.length > before) continue;
    const where = (path: string, message: string) =>
      problems.push({ file: join('stores', file), path, message });
    const module = marketplaces.get(settings.marketplace);
    if (!module) {
      where(
        'marketplace',
        `"${settings.marketplace}" is not known; use ${[...marketplaces.keys()].join(' or ')}`,
      );
      continue;
    }
    const country = module.countries[settings.country];
    if (!country) {
      const known = Object.keys(module.countries).join(', ');
      where('country', `${module.title} has no shops in "${settings.country}"; known: ${known}`);
      continue;
    }
    const options = module.optionsSchema.safeParse(settings.options);
    if (!options.success) {
      for (const issue of options.error.issues)
        where(['options', ...issue.path].join('.'), issue.message);
      continue;
    }
    if (!apps.has(`${settings.marketplace}/${settings.app}`)) {
      where('app', `ponbridge.yaml has no apps.${settings.marketplace}.${settings.app}`);
    }
    const { agent, account } = settings.purchase;
    if (!accounts.has(`${agent}/${account}`)) {
      where('purchase.account', `ponbridge.yaml has no accounts.${agent}.${account}`);
    }
    const name = basename(file).replace(/\.ya?ml$/, '');
    stores.set(name, {
      name,
      settings: { ...settings, options: options.data as Record<string, unknown> },
      currency: country.currency,
    });
  }
  checkTogether([...stores.values()], problems);
  return stores;
}

function listYaml(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.ya?ml$/.test(file))
      .sort();
  } catch {
    return [];
  }
}

/** What only shows when stores are looked at together. */
function checkTogether(stores: readonly Store[], problems: Problem[]) {
  const sellers = new Map<string, string>();
  const sources = new Map<string, string>();
  for (const { name, settings } of stores) {
    const file = join('stores', `${name}.yaml`);
    const seller = `${settings.marketplace} ${settings.country} ${settings.sellerId}`;
    const twin = sellers.get(seller);
    if (twin) {
      problems.push({
        file,
        path: 'sellerId',
        message: `is the shop of stores/${twin}.yaml too; a shop has one file`,
      });
    }
    sellers.set(seller, name);
    // Lazada gives both halves of a basket that spans two shops the same number.
    if (settings.sellerOrderNumber.includes('{store}')) continue;
    const source = `${settings.purchase.agent} ${settings.purchase.account} ${settings.orderSource}`;
    const other = sources.get(source);
    if (other) {
      problems.push({
        file,
        path: 'sellerOrderNumber',
        message: `stores/${other}.yaml buys on the same account with the same orderSource, so order numbers can collide; put {store} into the sellerOrderNumber of both, or give each its own orderSource`,
      });
    }
    sources.set(source, name);
  }
}

function checkTimings(times: Timings, problems: Problem[]) {
  const least = times.signatureWindow + times.clockSkew + times.requestLife + times.listingLag;
  if (times.settle < least) {
    problems.push({
      file: 'ponbridge.yaml',
      path: 'timings.settle',
      message: `is ${times.settle / 1000} s; it must be at least signatureWindow + clockSkew + requestLife + listingLag = ${least / 1000} s, or a purchase still on its way could be bought again`,
    });
  }
}

/** Where the stores' folder is, for commands that write there. */
export function storesFolder(env: Environment): string {
  return join(resolve(env.PONBRIDGE_HOME ?? '.'), 'stores');
}

export function readText(path: string): string {
  return readFileSync(path, 'utf8');
}
