/** `ponbridge pause <store>`, `ponbridge resume <store>`: a store rests, and nothing of it is lost. */
import type { Store } from '../config.ts';
import type { Database } from '../database/connect.ts';
import { type Changed, changeStores, chooseStores, type StoreChoice } from './change-stores.ts';
import type { Context } from './context.ts';
import { settingsOf } from './core.ts';

export async function pause(context: Context, names: readonly string[], choice: StoreChoice) {
  await setPaused(context, names, choice, true);
}

export async function resume(context: Context, names: readonly string[], choice: StoreChoice) {
  await setPaused(context, names, choice, false);
}

async function setPaused(
  context: Context,
  names: readonly string[],
  choice: StoreChoice,
  paused: boolean,
): Promise<void> {
  const stores = chooseStores(settingsOf(context), names, choice);
  await changeStores(context, stores, [{ path: ['paused'], value: paused }], countLive, tell);
}

interface Live {
  readonly bought: number;
  readonly unbought: number;
}

async function countLive(db: Database, { name }: Store): Promise<Live> {
  const rows = await db
    .selectFrom('sales_order')
    .select((each) => ['state', each.fn.countAll<string>().as('orders')])
    .where('store', '=', name)
    .where('state', 'not in', ['done', 'cancelled', 'ignored'])
    .groupBy('state')
    .execute();
  const isBought = (state: string) => state === 'open' || state === 'cancelling';
  const sum = (bought: boolean) =>
    rows
      .filter((row) => isBought(row.state) === bought)
      .reduce((total, row) => total + Number(row.orders), 0);
  return { bought: sum(true), unbought: sum(false) };
}

function tell({ written }: Changed, store: Store, { bought, unbought }: Live): string {
  const { name, settings } = store;
  const already = written.has(name) ? '' : ' already';
  if (settings.paused) {
    const goesOn = bought > 0 ? ` ${orders(bought)} bought already: followed to the end.` : '';
    const waits = unbought > 0 ? ` ${orders(unbought)} kept for later.` : '';
    return `${name} is paused${already}: nothing is pulled, bought or paid.${goesOn}${waits} To go on: ponbridge resume ${name}`;
  }
  const waits = unbought > 0 ? ` ${orders(unbought)} looked at again now.` : '';
  return `${name} ${already === '' ? 'goes on' : 'is not paused'}: it is pulled from where it stopped (purchase mode ${settings.purchase.mode}).${waits}`;
}

function orders(count: number): string {
  return count === 1 ? '1 order is' : `${count} orders are`;
}
