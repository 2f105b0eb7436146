/** The apps at the marketplaces and the accounts at the agents, their secrets filled in. */
import type { z } from 'zod';
import { didYouMean } from '../../mappings/near-miss.ts';
import { explainIssues } from '../issues.ts';
import { agents, marketplaces } from '../registry.ts';
import type { Report } from './problem.ts';
import type { Account, App, Environment } from './types.ts';

type NamedEntries = Record<string, Record<string, Record<string, unknown>>>;

/** Reads the entries of one section; wrong ones are reported and left out. */
export interface EntryReader {
  readonly env: Environment;
  readonly report: Report;
  /** Variables that entries name, filled while reading. */
  readonly variables: Set<string>;
}

export function readApps(systems: NamedEntries, reader: EntryReader): Map<string, App> {
  const apps = new Map<string, App>();
  for (const [marketplace, entries] of Object.entries(systems)) {
    const module = marketplaces.get(marketplace);
    if (!module) {
      reader.report(['apps', marketplace], noSuchSystem(marketplace, [...marketplaces.keys()]));
      continue;
    }
    for (const [name, raw] of Object.entries(entries)) {
      const settings = readEntry(['apps', marketplace, name], module.appSchema, raw, reader);
      if (settings === undefined) continue;
      const address = addressOf(settings);
      apps.set(`${marketplace}/${name}`, { marketplace, name, settings, address });
    }
  }
  return apps;
}

export function readAccounts(systems: NamedEntries, reader: EntryReader): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const [agent, entries] of Object.entries(systems)) {
    const module = agents.get(agent);
    if (!module) {
      reader.report(['accounts', agent], noSuchSystem(agent, [...agents.keys()]));
      continue;
    }
    for (const [name, raw] of Object.entries(entries)) {
      const settings = readEntry(['accounts', agent, name], module.accountSchema, raw, reader);
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
function readEntry(
  path: readonly string[],
  schema: z.ZodType,
  raw: Record<string, unknown>,
  { env, report, variables }: EntryReader,
): unknown {
  const filled: Record<string, unknown> = {};
  const unset = new Set<PropertyKey>();
  for (const [key, value] of Object.entries(raw)) {
    const variable = isEnvReference(value) ? value.env : undefined;
    filled[key] = variable === undefined ? value : env[variable];
    if (variable === undefined) continue;
    variables.add(variable);
    if (env[variable]) continue;
    unset.add(key);
    report([...path, key], notSet(variable, env));
  }
  const parsed = schema.safeParse(filled);
  if (parsed.success) return unset.size > 0 ? undefined : parsed.data;
  for (const issue of explainIssues(parsed.error, schema, filled)) {
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

/** As variables are usually named. Anything else may be the secret itself, put in the wrong place. */
const VARIABLE = /^[A-Z_][A-Z0-9_]*$/;

function notSet(variable: string, env: Environment): string {
  if (!VARIABLE.test(variable)) {
    return 'the environment variable named here is not set; env takes the name of a variable, e.g. LAZADA_APP_SECRET, never the secret itself';
  }
  const set = Object.keys(env).filter((name) => VARIABLE.test(name) && env[name]);
  const hint = didYouMean(variable, set);
  const remedy =
    hint === '' ? 'export it before starting, or put it into .env' : `${hint} It is set`;
  return `the environment variable ${variable} is not set; ${remedy}`;
}

function noSuchSystem(typed: string, known: readonly string[]): string {
  return `no such system; ${didYouMean(typed, known) || `known: ${known.join(', ')}`}`;
}
