/** What would be written, whole, and the proof that the settings take it: nothing is written here. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../bin/bootstrap.js';
import { formatProblem, loadSettings, SettingsError } from '../config.ts';
import { publishedSchema } from '../published-schema.ts';
import { marketplaces } from '../registry.ts';
import { settingsWith } from '../store-file.ts';
import type { Problem } from '../yaml.ts';
import type { StoreAnswers } from './answers.ts';
import { fillEnv } from './env-file.ts';
import type { KnownHome } from './known.ts';
import { extendService, type ServiceEntry } from './service-file.ts';
import { storeFile } from './store-file.ts';

const SCHEMA = 'docs/schema/store.schema.json';

export interface Wanted {
  readonly stores: readonly StoreAnswers[];
  readonly entries: readonly ServiceEntry[];
  /** For `.env`. */
  readonly variables: ReadonlyMap<string, string>;
}

export interface DraftFile {
  /** Below the home folder. */
  readonly path: string;
  readonly text: string;
  readonly isNew: boolean;
  /** Readable by its owner only. */
  readonly isSecret: boolean;
}

/** The files as they would be; unchanged ones are left out. */
export function draftFiles(home: KnownHome, wanted: Wanted, today: string): DraftFile[] {
  const files: DraftFile[] = [];
  if (wanted.entries.length > 0) {
    const text = extendService(home.serviceText, wanted.entries);
    files.push({
      path: 'ponbridge.yaml',
      text,
      isNew: home.serviceText === undefined,
      isSecret: false,
    });
  }
  if (wanted.variables.size > 0) {
    const text = fillEnv(home.envText, wanted.variables);
    files.push({ path: '.env', text, isNew: home.envText === undefined, isSecret: true });
  }
  const schema = schemaPlace(home.folder);
  if (schema.isOwn && wanted.stores.length > 0) {
    const path = 'stores/.schema.json';
    files.push({
      path,
      text: schemaText(),
      isNew: !existsSync(join(home.folder, path)),
      isSecret: false,
    });
  }
  for (const answers of wanted.stores) {
    const module = marketplaces.get(answers.marketplace);
    const text = storeFile({
      answers,
      group: answers.group === undefined ? undefined : home.groups.get(answers.group),
      title: module?.title ?? answers.marketplace,
      currency: module?.countries[answers.country]?.currency ?? '',
      today,
      schema: schema.reference,
      sharesNumbers: sharesNumbers(answers, home, wanted.stores),
    });
    files.push({
      path: `stores/${answers.name}.yaml`,
      text,
      isNew: true,
      isSecret: false,
    });
  }
  return files;
}

/** A clone has the published schema; a home folder of its own gets a copy beside its stores. */
function schemaPlace(folder: string): { readonly reference: string; readonly isOwn: boolean } {
  return existsSync(join(folder, SCHEMA))
    ? { reference: `../${SCHEMA}`, isOwn: false }
    : { reference: '.schema.json', isOwn: true };
}

/** The published one, which says what each key means; else the bare one. */
function schemaText(): string {
  try {
    return readFileSync(join(ROOT, SCHEMA), 'utf8');
  } catch {
    return publishedSchema('store');
  }
}

/** Does another store buy on the same account under the same source? */
function sharesNumbers(
  answers: StoreAnswers,
  home: KnownHome,
  together: readonly StoreAnswers[],
): boolean {
  const key = sourceOf(answers, home);
  return (
    together.some((other) => other.name !== answers.name && sourceOf(other, home) === key) ||
    home.stores.some((store) => `${store.account} ${store.orderSource}` === key)
  );
}

function sourceOf({ account, orderSource, group, marketplace }: StoreAnswers, home: KnownHome) {
  const ofGroup = group === undefined ? undefined : home.groups.get(group)?.orderSource;
  return `pandapon/${account} ${orderSource ?? ofGroup ?? marketplace}`;
}

/** What `ponbridge check` would say of the home with these files in it, beyond what it says today. */
export function problemsOf(
  home: KnownHome,
  files: readonly DraftFile[],
  wanted: Wanted,
): Problem[] {
  const env = { ...home.env, ...Object.fromEntries(wanted.variables) };
  const texts = new Map(
    files.filter((file) => !file.isSecret).map(({ path, text }) => [path, text]),
  );
  const today = problemsIn(() => loadSettings({ ...env, PONBRIDGE_HOME: home.folder }));
  const known = new Set(today.map(formatProblem));
  return problemsIn(() => settingsWith(home.folder, env, texts)).filter(
    (problem) => !known.has(formatProblem(problem)),
  );
}

function problemsIn(load: () => unknown): readonly Problem[] {
  try {
    load();
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
    throw error;
  }
}
