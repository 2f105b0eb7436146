/** Reads and checks everything; what is wrong anywhere is told in one run. */
import { readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { Problem } from '../yaml.ts';
import { checkVariableNames, readEnvironment } from './environment.ts';
import { checkGroups } from './group-check.ts';
import { openGroups } from './groups.ts';
import { checkLogins } from './logins.ts';
import { SettingsError } from './problem.ts';
import { readService } from './service-read.ts';
import { readStoreFile, type StoreFile, type Surroundings } from './store-file.ts';
import { readAccounts, readApps } from './systems.ts';
import { checkTimes } from './timing-checks.ts';
import { checkTogether } from './together.ts';
import type { Environment, Settings, Store } from './types.ts';

/** @throws {SettingsError} listing all problems of all files. */
export function loadSettings(env: Environment): Settings {
  const problems: Problem[] = [];
  const { own, home, service, apps, accounts, booksOf, around } = readHome(env, problems);
  checkGroups(around.groups, around.entries);
  const files = readStores(join(home, 'stores'), around, problems);
  checkTogether(files, booksOf);
  around.groups.tell();
  checkTimes(service.filled, service.report);
  if (problems.length > 0) throw new SettingsError(problems.sort(inReadingOrder));
  const { timings, limits, alerts, reconcile } = service.filled;
  return {
    databaseUrl: own.DATABASE_URL,
    dataFolder: resolve(own.PONBRIDGE_DATA ?? join(home, 'data')),
    keys: own.PONBRIDGE_KEYS,
    host: own.PONBRIDGE_HOST,
    port: own.PONBRIDGE_PORT,
    callbackToken: own.PONBRIDGE_CALLBACK_TOKEN,
    publicUrl: own.PONBRIDGE_PUBLIC_URL,
    logLevel: own.PONBRIDGE_LOG_LEVEL,
    polling: own.PONBRIDGE_POLLING === 'on',
    timings,
    limits,
    alerts,
    reconcile,
    stores: new Map(files.flatMap(({ name, store }) => (store ? [[name, store]] : []))),
    apps,
    accounts,
  };
}

/**
 * A file read as if it were the file of store `asName`, wherever it lies: by the same schema and rules,
 * beside the other stores' files. What these and `ponbridge.yaml` have wrong is not this file's.
 * @throws {SettingsError} listing all problems of the file
 */
export function loadStoreFile(env: Environment, path: string, asName: string): Store {
  const { file, problems, others, home, booksOf, around } = readOne(env, path, asName);
  if (file) {
    const beside = readStores(join(home, 'stores'), around, others);
    checkTogether(
      [...beside.filter(({ name }) => name !== asName), file],
      booksOf,
      (each) => each === file,
    );
  }
  // The group's mistakes are this file's too: it takes them.
  const before = others.length;
  if (file) around.groups.tell(file.file);
  problems.push(...others.slice(before));
  if (!file?.store || problems.length > 0) throw new SettingsError(problems);
  return file.store;
}

/**
 * One store's file with what surrounds it, for looking at where its values come from.
 * @throws {SettingsError} listing all problems of the file
 */
export function readOne(env: Environment, path: string, asName: string) {
  const problems: Problem[] = [];
  const others: Problem[] = [];
  const read = readHome(env, others);
  const file = readStoreFile(path, asName, read.around, problems);
  return { ...read, file, problems, others };
}

/** As a person goes through them: the environment, ponbridge.yaml, the stores; each from its top. */
function inReadingOrder(a: Problem, b: Problem): number {
  const places = ({ file }: Problem) =>
    file === 'environment' ? 0 : file === 'ponbridge.yaml' ? 1 : 2;
  return (
    places(a) - places(b) ||
    a.file.localeCompare(b.file, 'en') ||
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0)
  );
}

/** All but the stores. */
function readHome(env: Environment, problems: Problem[]) {
  const own = readEnvironment(env, problems);
  const home = resolve(own.PONBRIDGE_HOME);
  const service = readService(join(home, 'ponbridge.yaml'), problems);
  const variables = new Set<string>();
  const reader = { env, report: service.report, variables };
  const apps = readApps(service.filled.apps, reader);
  const accounts = readAccounts(service.filled.accounts, reader);
  checkVariableNames(env, variables, problems);
  const booksOf = checkLogins(accounts, service.report);
  const around: Surroundings = {
    entries: { apps: service.apps, accounts: service.accounts },
    groups: openGroups(service.groups, service.report),
  };
  return { own, home, service, apps, accounts, booksOf, around };
}

function readStores(folder: string, around: Surroundings, problems: Problem[]): StoreFile[] {
  const files = new Map<string, StoreFile>();
  for (const path of listYaml(folder, problems)) {
    const name = basename(path).replace(/\.ya?ml$/, '');
    const file = readStoreFile(join(folder, path), name, around, problems);
    if (!file) continue;
    if (files.has(name)) file.report([], 'a store of this name has another file already');
    else files.set(name, file);
  }
  return [...files.values()];
}

function listYaml(folder: string, problems: Problem[]): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => /\.ya?ml$/.test(file))
      .sort();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // No store yet: a new home.
    if (code !== 'ENOENT') {
      const why = code === 'ENOTDIR' ? 'it is a file, and must be a folder' : (code ?? message);
      problems.push({ file: 'stores', message: `cannot be read: ${why}` });
    }
    return [];
  }
}
