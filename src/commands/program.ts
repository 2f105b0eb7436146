/**
 * The commands, their arguments and options: names are public, docs and remedies mention them. Each
 * command's code is loaded when it runs, so that help and a wrong call answer at once.
 * @module
 */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import type { CancelReason } from '../../connectors/marketplace.ts';
import type { Role } from '../main.ts';
import type { AlertsOptions } from './alerts.ts';
import { CANCEL_REASONS, ROLES, SHOWN_STATES } from './choices.ts';
import type { ConnectOptions } from './connect.ts';
import type { Context } from './context.ts';
import type { HoldsOptions } from './holds.ts';
import type { LabelOptions } from './label.ts';
import type { OrderOptions } from './order.ts';
import type { OrdersOptions } from './orders.ts';
import type { PlanOptions } from './plan.ts';
import type { ReconcileOptions } from './reconcile.ts';
import type { ImportOptions } from './skus.ts';
import type { TraceOptions } from './trace.ts';
import type { TrackingOptions } from './tracking.ts';

interface StoreOption {
  readonly store?: string;
}

const STORE = ['--store <name>', 'the store, where several have such an order'] as const;
const JSON_OUT = ['--json', 'as JSON'] as const;
const ORDER = ['<order>', 'order number, marketplace order id, or the id it has here'] as const;

export function createProgram(context: Context, version: string): Command {
  const program = new Command('ponbridge')
    .description('Buys Lazada and Shopee orders at PandaPon and writes their tracking back.')
    .version(version)
    .showHelpAfterError('(--help shows how it is called)')
    .addHelpText('after', ENVIRONMENT);
  addService(program, context);
  addLooking(program, context);
  addOperating(program, context);
  addSkus(program, context);
  return program;
}

const ENVIRONMENT = `
Settings lie in the folder PONBRIDGE_HOME (default: the current one): ponbridge.yaml, stores/<name>.yaml,
and .env for environment variables that are not set otherwise.`;

function addService(program: Command, context: Context) {
  program
    .command('start')
    .description('runs the service until Ctrl-C')
    .addOption(new Option('--role <role>', 'what this process does').choices(ROLES).default('all'))
    .action(async (options: { role: Role }) =>
      (await import('./start.ts')).start(context, options),
    );
  program
    .command('check')
    .description('checks all settings; needs no database')
    .action(async () => (await import('./check.ts')).check(context));
  program
    .command('connect <store>')
    .description("keeps a seller's consent; without --code prints the link to give it")
    .option('--code <code>', 'the code the consent came back with')
    .option('--redirect <url>', 'the callback address registered in the console')
    .action(async (store: string, options: ConnectOptions) =>
      (await import('./connect.ts')).connect(context, store, options),
    );
  program
    .command('pull <store>')
    .description('reads what changed at the marketplace, now')
    .action(async (store: string) => (await import('./pull.ts')).pull(context, store));
  program
    .command('schema')
    .description("prints the JSON Schema of a store's file, for editors")
    .action(async () => (await import('./schema.ts')).schema(context));
}

function addLooking(program: Command, context: Context) {
  program
    .command('plan <store> <order>')
    .description('shows what would be bought and which rule says so; buys nothing')
    .option('--stored', 'never asks the marketplace')
    .option(...JSON_OUT)
    .action(async (store: string, word: string, options: PlanOptions) =>
      (await import('./plan.ts')).plan(context, store, word, options),
    );
  program
    .command('orders')
    .description('lists the orders, newest first')
    .option('--store <name>', 'only of this store')
    .option('--state <state>', `only in this state: ${SHOWN_STATES.join(', ')}`)
    .option('--limit <n>', 'at most so many', positive, 50)
    .option(...JSON_OUT)
    .action(async (options: OrdersOptions) =>
      (await import('./orders.ts')).orders(context, options),
    );
  program
    .command('order')
    .argument(...ORDER)
    .description("shows an order's whole history")
    .option(...STORE)
    .option(...JSON_OUT)
    .action(async (word: string, options: OrderOptions) =>
      (await import('./order.ts')).order(context, word, options),
    );
  program
    .command('holds')
    .description('lists what waits in front of you, and what to do')
    .option('--store <name>', 'only what concerns this store')
    .option(...JSON_OUT)
    .action(async (options: HoldsOptions) => (await import('./holds.ts')).holds(context, options));
  program
    .command('alerts')
    .description('lists what should have happened by now and has not')
    .option('--store <name>', 'only what concerns this store')
    .option('--all', 'also those that ended in the last 7 days')
    .option(...JSON_OUT)
    .action(async (options: AlertsOptions) =>
      (await import('./alerts.ts')).alerts(context, options),
    );
}

function addOperating(program: Command, context: Context) {
  program
    .command('reconcile')
    .description(
      "compares the outside systems' books with ours, repairs or reports every difference",
    )
    .option('--days <n>', 'of the last days', days, 3)
    .option('--store <name>', 'only this store, and the account it buys on')
    .option('--last', 'shows what the last comparison found; asks nobody')
    .option(...JSON_OUT)
    .addHelpText('after', '\nExit code: 0 nothing is left for a person, 1 something is.')
    .action(async (options: ReconcileOptions) =>
      (await import('./reconcile.ts')).reconcile(context, options),
    );
  program
    .command('retry')
    .argument(...ORDER)
    .description('tries an order again; what is still open is only looked up')
    .option(...STORE)
    .action(async (word: string, options: StoreOption) =>
      (await import('./retry.ts')).retry(context, word, options),
    );
  program
    .command('approve')
    .argument(...ORDER)
    .description('lets a purchase happen (stores with purchase.mode manual)')
    .option(...STORE)
    .action(async (word: string, options: StoreOption) =>
      (await import('./approve.ts')).approve(context, word, options),
    );
  program
    .command('tracking')
    .argument(...ORDER)
    .argument('<number>', 'the tracking number to tell the marketplace')
    .argument('[carrier]', "the marketplace's name of the carrier")
    .description('enters a tracking number that only you know')
    .option(...STORE)
    .option('--package <id>', 'the package, where several want a number')
    .action(
      async (word: string, number: string, carrier: string | undefined, options: TrackingOptions) =>
        (await import('./tracking.ts')).tracking(context, word, number, carrier, options),
    );
  program
    .command('label')
    .argument(...ORDER)
    .description('writes the labels kept of an order into files')
    .option(...STORE)
    .option('--out <folder>', 'where the files go', '.')
    .action(async (word: string, options: LabelOptions) =>
      (await import('./label.ts')).label(context, word, options),
    );
  program
    .command('trace')
    .argument(...ORDER)
    .description('asks the marketplace for the way of its packages')
    .option(...STORE)
    .action(async (word: string, options: TraceOptions) =>
      (await import('./trace.ts')).trace(context, word, options),
    );
  program
    .command('adopt')
    .argument(...ORDER)
    .argument('<agent-order>', "the agent's order id or order number")
    .description("says which of the agent's orders is this purchase")
    .option(...STORE)
    .action(async (word: string, agentOrder: string, options: StoreOption) =>
      (await import('./adopt.ts')).adopt(context, word, agentOrder, options),
    );
  program
    .command('cancel')
    .argument(...ORDER)
    .description('cancels the order at the marketplace, as its seller')
    .addOption(new Option('--reason <reason>', 'why').choices(CANCEL_REASONS).makeOptionMandatory())
    .option('--force', 'also when the purchase is paid')
    .option(...STORE)
    .action(
      async (word: string, options: StoreOption & { reason: CancelReason; force?: boolean }) =>
        (await import('./cancel.ts')).cancel(context, word, options),
    );
}

function addSkus(program: Command, context: Context) {
  const skus = program.command('skus').description('SKU links as CSV');
  skus
    .command('import')
    .addArgument(new Argument('<file.csv>', 'columns sku, itemId, skuId, quantity, price, store'))
    .description('imports SKU links; what the file says of a SKU replaces what was known of it')
    .option('--dry-run', 'only checks the file')
    .option('--good-rows', 'imports the right rows although others are wrong')
    .action(async (file: string, options: ImportOptions) =>
      (await import('./skus.ts')).importSkus(context, file, options),
    );
  skus
    .command('export [file]')
    .description('writes all SKU links; to standard output without a file')
    .action(async (file: string | undefined) =>
      (await import('./skus.ts')).exportSkus(context, file),
    );
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 1_000_000) {
    throw new InvalidArgumentError('It is a whole number from 1.');
  }
  return value;
}

function days(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 60) {
    throw new InvalidArgumentError('It is a whole number from 1 to 60.');
  }
  return value;
}
