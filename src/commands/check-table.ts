/** The stores of right settings: a row each, or how many there are of each kind when there are many. */
import type { Settings, Store } from '../config.ts';
import { plainTable, span, yuan } from '../report/table.ts';

/** More rows than a screen has are counted instead. */
const MOST_ROWS = 40;

export function settingsTable(
  settings: Settings,
  stores: readonly Store[],
  home: string,
  showsAll: boolean,
): string {
  if (stores.length === 0) {
    return `The settings of ${home} are right, but there is no store yet: ponbridge init, or write stores/<name>.yaml (its schema: ponbridge schema).`;
  }
  const isCounted = stores.length > MOST_ROWS && !showsAll;
  const database = settings.databaseUrl
    ? 'the server of DATABASE_URL'
    : `PostgreSQL of its own in ${settings.dataFolder}`;
  return [
    isCounted ? counts(stores) : rows(stores),
    '',
    ...(isCounted
      ? ['A row for each store: ponbridge check --all. Some: ponbridge check <store> <store>.']
      : []),
    `All settings are right: ${counted(settings.stores.size, 'store')}, ${counted(settings.apps.size, 'app')}, ${counted(settings.accounts.size, 'agent account')}; database: ${database}.`,
  ].join('\n');
}

function rows(stores: readonly Store[]): string {
  // Columns without a word in them are left out, so that a row fits into 100 characters.
  const hasGroups = stores.some(({ settings }) => settings.group !== undefined);
  const hasDelays = stores.some(({ settings }) => settings.purchase.delay > 0);
  const hasCaps = stores.some(({ settings }) => settings.purchase.dailyCap !== undefined);
  const head = [
    'store',
    'market',
    'seller',
    'currency',
    ...(hasGroups ? ['group'] : []),
    'mode',
    ...(hasDelays ? ['delay'] : []),
    ...(hasCaps ? ['daily cap'] : []),
    'payment',
    'account',
    'receiver',
    'rules',
  ];
  return plainTable(
    head,
    stores.map(({ name, settings: store, currency }) => {
      const { purchase } = store;
      return [
        name,
        `${store.marketplace} ${store.country}`,
        store.sellerId,
        currency,
        ...(hasGroups ? [store.group] : []),
        modeOf(store),
        ...(hasDelays ? [span(purchase.delay)] : []),
        ...(hasCaps ? [yuan(purchase.dailyCap)] : []),
        purchase.pay.auto ? 'by itself' : 'by hand',
        `${purchase.agent}/${purchase.account}`,
        store.receiver.kind,
        store.lines.length,
      ];
    }),
  );
}

function counts(stores: readonly Store[]): string {
  const kinds = Map.groupBy(stores, ({ settings }) =>
    JSON.stringify([
      settings.group ?? '',
      `${settings.marketplace} ${settings.country}`,
      modeOf(settings),
      settings.purchase.pay.auto ? 'by itself' : 'by hand',
      `${settings.purchase.agent}/${settings.purchase.account}`,
    ]),
  );
  return plainTable(
    ['group', 'marketplace', 'purchase', 'payment', 'account', 'stores', 'e.g.'],
    [...kinds]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, its]) => [...(JSON.parse(kind) as string[]), its.length, its[0]?.name]),
  );
}

function modeOf({ paused, purchase }: Store['settings']): string {
  return paused ? 'paused' : purchase.mode;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
