/** `ponbridge mode <store> off|manual|auto`: how a store buys. `auto` only with the cap beside it. */
import { yuan as yuanSetting } from '../../mappings/store.ts';
import type { Store } from '../config.ts';
import type { Database } from '../database/connect.ts';
import type { Edit } from '../edit-yaml.ts';
import { span, yuan } from '../report/table.ts';
import { type Changed, changeStores, chooseStores, type StoreChoice } from './change-stores.ts';
import type { Context } from './context.ts';
import { settingsOf } from './core.ts';
import { Misuse } from './errors.ts';

export const MODES = ['off', 'manual', 'auto'] as const;
type Mode = (typeof MODES)[number];

export interface ModeOptions extends StoreChoice {
  /** Yuan. */
  readonly dailyCap?: string;
  readonly pay?: boolean;
}

/** @param words the stores' names, then the mode */
export async function mode(
  context: Context,
  words: readonly string[],
  options: ModeOptions,
): Promise<void> {
  const wanted = modeOf(words.at(-1));
  if (wanted === 'auto' && options.group !== undefined) {
    throw new Misuse('auto is switched on by naming the stores, never by a group');
  }
  const cap = capOf(wanted, options.dailyCap);
  const stores = chooseStores(settingsOf(context), words.slice(0, -1), options);
  const edits: Edit[] = [
    { path: ['purchase', 'mode'], value: wanted },
    ...(cap === undefined ? [] : [{ path: ['purchase', 'dailyCap'], value: cap }]),
    ...(options.pay === undefined
      ? []
      : [{ path: ['purchase', 'pay', 'auto'], value: options.pay }]),
  ];
  await changeStores(context, stores, edits, countUnbought, tell);
}

function modeOf(word: string | undefined): Mode {
  const found = MODES.find((each) => each === word);
  if (found) return found;
  throw new Misuse(
    `the last word is the mode: ${MODES.join(', ')}; for example: ponbridge mode tea-sg manual`,
  );
}

/** As it is written in the file: `2000.00`. */
function capOf(wanted: Mode, text: string | undefined): string | undefined {
  if (text === undefined) {
    if (wanted !== 'auto') return undefined;
    throw new Misuse(
      'auto buys without asking, so it is switched on only together with the most it may spend in a day: --daily-cap <yuan>, for example --daily-cap 2000',
    );
  }
  const read = yuanSetting.safeParse(text);
  if (!read.success || read.data <= 0) {
    throw new Misuse(`--daily-cap ${text}: an amount in yuan above 0, for example 2000 or 1500.50`);
  }
  return (read.data / 100).toFixed(2);
}

/** Orders that are not bought, and that nothing but the mode or a word keeps from it. */
async function countUnbought(db: Database, { name }: Store): Promise<number> {
  const row = await db
    .selectFrom('sales_order')
    .select((each) => each.fn.countAll<string>().as('orders'))
    .where('store', '=', name)
    .where((each) =>
      each.or([
        each('state', '=', 'waiting'),
        each.and([each('state', '=', 'planned'), each('state_reason', 'is', null)]),
      ]),
    )
    .executeTakeFirstOrThrow();
  return Number(row.orders);
}

function tell({ written, processes }: Changed, store: Store, waiting: number): string {
  const { name } = store;
  const { mode: its, pay } = store.settings.purchase;
  const head = written.has(name) ? `${name}: ${its}.` : `${name} is ${its} already.`;
  const lines = [`${head} ${MEANINGS[its](store, waiting, processes.length > 0)}`];
  if (its === 'manual' && pay.auto) {
    const cap = yuan(store.settings.purchase.dailyCap);
    lines.push(`What you approve is paid by itself, up to ${cap} a day.`);
  }
  if (its !== 'off' && store.settings.paused) {
    lines.push(`It is paused, so nothing is bought before: ponbridge resume ${name}`);
  }
  if (its === 'auto') {
    lines.push(
      `To stop it: ponbridge pause ${name}, or ponbridge mode ${name} off. What is bought by then goes on.`,
    );
  }
  return lines.join('\n');
}

const MEANINGS: Readonly<
  Record<Mode, (store: Store, waiting: number, isServed: boolean) => string>
> = {
  off: (_store, waiting) =>
    `Nothing new is bought; orders are pulled and planned.${waiting > 0 ? ` ${counted(waiting)} not bought yet: they stay planned.` : ''} What is bought already goes on.`,
  manual: (_store, waiting) =>
    `Each purchase waits for: ponbridge approve <order>.${waiting > 0 ? ` ${counted(waiting)} not bought yet.` : ''}`,
  auto: ({ settings }, waiting, isServed) => {
    const { agent, account, dailyCap, delay, pay } = settings.purchase;
    const act = pay.auto
      ? 'bought and paid by itself'
      : "bought by itself; you pay it in the agent's console";
    const after = delay > 0 ? ` A new order is bought ${span(delay)} after it came in.` : '';
    const when = isServed && !settings.paused ? 'bought now' : 'bought then';
    const orders =
      waiting > 0
        ? ` ${waiting === 1 ? '1 order waits and is' : `${waiting} orders wait and are`} ${when}.`
        : '';
    return `Up to ${yuan(dailyCap)} a day on ${agent}/${account} is ${act}.${after}${orders}`;
  },
};

function counted(orders: number): string {
  return orders === 1 ? '1 order is' : `${orders} orders are`;
}
