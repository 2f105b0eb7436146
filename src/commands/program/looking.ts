/** Commands that only look. */
import type { Command } from 'commander';
import type { AlertsOptions } from '../alerts.ts';
import { SHOWN_STATES } from '../choices.ts';
import type { Context } from '../context.ts';
import type { HoldsOptions } from '../holds.ts';
import type { OrderOptions } from '../order.ts';
import type { OrdersOptions } from '../orders.ts';
import type { PlanOptions } from '../plan.ts';
import { JSON_OUT, ORDER, positive, STORE } from './words.ts';

export function addLooking(program: Command, context: Context) {
  program
    .command('plan <store> <order>')
    .description('shows what would be bought and which rule says so; buys nothing')
    .option('--stored', 'never asks the marketplace')
    .option(...JSON_OUT)
    .action(async (store: string, word: string, options: PlanOptions) =>
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
