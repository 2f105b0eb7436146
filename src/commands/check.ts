/** `ponbridge check`: are all settings right? Needs no database. */
import { didYouMean } from '../../mappings/near-miss.ts';
import { type EffectiveSetting, effectiveSettings } from '../config/effective.ts';
import { loadSettings, type Settings, SettingsError, type Store } from '../config.ts';
import { plainTable } from '../report/table.ts';
import { createSecretBox } from '../secrets.ts';
import type { Problem } from '../yaml.ts';
import { settingsTable } from './check-table.ts';
import { type Context, printJson } from './context.ts';
import { Misuse } from './errors.ts';

export interface CheckOptions {
  readonly all?: boolean;
  readonly effective?: boolean;
  readonly json?: boolean;
}

export function check(context: Context, names: readonly string[], options: CheckOptions): void {
  if (options.effective && names.length !== 1) {
    throw new Misuse('--effective shows one store: ponbridge check <store> --effective');
  }
  const { settings, problems } = checkAll(context);
  if (!settings) {
    if (!options.json) throw new SettingsError(problems);
    printJson(context, { right: false, problems });
    process.exitCode = 1;
    return;
  }
  const stores = chosen(settings, names);
  const [only] = stores;
  if (options.effective && only) {
    const rows = effectiveSettings(context.env, only.name) ?? [];
    if (options.json) printJson(context, { store: only.name, settings: rows });
    else context.print(effectiveTable(rows));
  } else if (options.json) printJson(context, { right: true, stores: stores.map(asJson) });
  else {
    const isChosen = names.length > 0;
    context.print(settingsTable(settings, stores, context.home, isChosen || options.all === true));
  }
}

interface Checked {
  /** Undefined when something is wrong. */
  readonly settings: Settings | undefined;
  readonly problems: readonly Problem[];
}

function checkAll(context: Context): Checked {
  const problems: Problem[] = [...keyProblems(context.env)];
  let settings: Settings | undefined;
  try {
    settings = loadSettings(context.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    problems.push(...error.problems);
  }
  return { settings: problems.length > 0 ? undefined : settings, problems };
}

/** What the start would refuse, though every file is right. */
function keyProblems({ PONBRIDGE_KEYS: keys, DATABASE_URL: url }: Context['env']): Problem[] {
  const of = (message: string) => [{ file: 'environment', path: 'PONBRIDGE_KEYS', message }];
  if (!keys) {
    return url
      ? of(
          'must be set together with DATABASE_URL; make one with: echo "k1:$(openssl rand -base64 32)", and keep it safe',
        )
      : [];
  }
  try {
    createSecretBox(keys);
    return [];
  } catch (error) {
    return of((error as Error).message);
  }
}

function chosen(settings: Settings, names: readonly string[]): Store[] {
  const all = [...settings.stores.values()];
  if (names.length === 0) return all;
  return names.map((name) => {
    const store = settings.stores.get(name);
    if (store) return store;
    const hint = didYouMean(name, [...settings.stores.keys()]);
    throw new Misuse(`there is no stores/${name}.yaml${hint && `; ${hint}`}`);
  });
}

function asJson({ name, currency, settings }: Store) {
  const { marketplace, country, sellerId, group, paused, purchase } = settings;
  const { mode, dailyCap, pay, agent, account } = purchase;
  return {
    store: name,
    marketplace,
    country,
    sellerId,
    currency,
    group: group ?? null,
    paused,
    mode,
    dailyCapFen: dailyCap ?? null,
    paysByItself: pay.auto,
    account: `${agent}/${account}`,
  };
}

function effectiveTable(rows: readonly EffectiveSetting[]): string {
  return plainTable(
    ['setting', 'value', 'from'],
    rows.map(({ key, value, from, file, line, group }) => {
      const place = file && `${file}${line ? `:${line}` : ''}`;
      return [
        key,
        typeof value === 'string' ? value : JSON.stringify(value),
        from === 'group' ? `group ${group}, ${place}` : (place ?? from),
      ];
    }),
  );
}
