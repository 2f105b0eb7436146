/** Commands that only look. */
import type { Command } from 'commander';
import type { AlertsOptions } from '../alerts.ts';
import { SHOWN_STATES } from '../choices.ts';
import type { Context } from '../context.ts';
import type { HoldsOptions } from '../holds.ts';
import type { OrderOptions } from '../order.ts';
import type { OrdersOptions } from '../orders.ts';
import type { PlanOptions } from '../plan/options.ts';
import { JSON_OUT, ORDER, positive, STORE } from './words.ts';

export function addLooking(program: Command, context: Context) {
  program
    .command('plan <store> [order]')
    .description('shows what would be bought and which rule says so; buys nothing')
    .option('--stored', 'never asks the marketplace')
    .option('--since <when>', 'real recent orders: of the last 7d, or since a date')
    .option('--against <file>', "what another file of the store's settings would change")
    .option('--links <file.csv>', 'SKU links that stand in place of those imported')
    .option('--before-start', "also orders created before the store's start")
    .option('--now', 'orders shipped since as they stand, not as on the day they came in')
    .option('--payloads', "the exact request bodies; they can hold a buyer's address")
    .option('--totals', 'only the totals')
    .option('--all', 'with --against: also the orders that stay as they are')
    .option('--csv <file>', 'writes the rows into a file for a spreadsheet')
    .option(...JSON_OUT)
    .addHelpText('after', PLAN_EXIT_CODES)
    .action(async (store: string, word: string | undefined, options: PlanOptions) =>
      (await import('../plan.ts')).plan(context, store, word, options),
    );
  program
    .command('orders')
    .description('lists the orders, newest first')
    .option('--store <name>', 'only of this store')
    .option('--state <state>', `only in this state: ${SHOWN_STATES.join(', ')}`)
    .option('--limit <n>', 'at most so many', positive, 50)
    .option(...JSON_OUT)
    .action(async (options: OrdersOptions) =>
      (await import('../orders.ts')).orders(context, options),
    );
  program
    .command('order')
    .argument(...ORDER)
    .description("shows an order's whole history")
    .option(...STORE)
    .option(...JSON_OUT)
    .action(async (word: string, options: OrderOptions) =>
      (await import('../order.ts')).order(context, word, options),
    );
  program
    .command('holds')
    .description('lists what waits in front of you, and what to do')
    .option('--store <name>', 'only what concerns this store')
    .option(...JSON_OUT)
    .action(async (options: HoldsOptions) => (await import('../holds.ts')).holds(context, options));
  program
    .command('alerts')
    .description('lists what should have happened by now and has not')
    .option('--store <name>', 'only what concerns this store')
    .option('--all', 'also those that ended in the last 7 days')
    .option(...JSON_OUT)
    .action(async (options: AlertsOptions) =>
      (await import('../alerts.ts')).alerts(context, options),
    );
}

const PLAN_EXIT_CODES = `
Exit code: 0 done, and with --against: nothing differs; 3 --against found differences; 1 a problem, or not all
orders could be read; 2 called wrongly.`;
