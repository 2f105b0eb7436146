/** `ponbridge check`: are all settings right? Needs no database. */

import type { Settings } from '../config.ts';
import { plainTable, span } from '../report/table.ts';
import { createSecretBox } from '../secrets.ts';
import type { Context } from './context.ts';
import { settingsOf } from './core.ts';
import { Problem } from './errors.ts';

export function check(context: Context): void {
  const settings = settingsOf(context);
  checkKeys(settings);
  context.print(summary(settings, context.home));
}

/** What the start would refuse, though every file is right. */
function checkKeys(settings: Settings) {
  if (settings.keys) {
    try {
      createSecretBox(settings.keys);
    } catch (error) {
      throw new Problem(`environment: PONBRIDGE_KEYS: ${(error as Error).message}`);
    }
  } else if (settings.databaseUrl) {
    throw new Problem(
      'environment: PONBRIDGE_KEYS: must be set together with DATABASE_URL; make one with: echo "k1:$(openssl rand -base64 32)", and keep it safe',
    );
  }
}

function summary(settings: Settings, home: string): string {
  const stores = [...settings.stores.values()];
  if (stores.length === 0) {
    return `The settings of ${home} are right, but there is no store yet: write stores/<name>.yaml (its schema: ponbridge schema).`;
  }
  const rows = stores.map(({ name, settings: store, currency }) => {
    const { purchase } = store;
    return [
      name,
      `${store.marketplace} ${store.country}`,
      store.sellerId,
      currency,
      store.paused ? 'paused' : purchase.mode,
      span(purchase.delay),
      purchase.pay.auto ? `up to ${(purchase.pay.dailyCap / 100).toFixed(2)} CNY a day` : 'by hand',
      `${purchase.agent}/${purchase.account}`,
      store.receiver.kind,
      store.lines.length,
    ];
  });
  const head = [
    'store',
    'marketplace',
    'seller',
    'currency',
    'purchase',
    'delay',
    'payment',
    'account',
    'receiver',
    'line rules',
  ];
  const database = settings.databaseUrl
    ? 'the server of DATABASE_URL'
    : `PostgreSQL of its own in ${settings.dataFolder}`;
  return [
    plainTable(head, rows),
    '',
    `All settings are right: ${counted(stores.length, 'store')}, ${counted(settings.apps.size, 'app')}, ${counted(settings.accounts.size, 'agent account')}; database: ${database}.`,
  ].join('\n');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
