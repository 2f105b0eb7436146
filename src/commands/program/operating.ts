/** Commands that act on orders. */
import { type Command, Option } from 'commander';
import type { CancelReason } from '../../../connectors/marketplace.ts';
import { CANCEL_REASONS } from '../choices.ts';
import type { Context } from '../context.ts';
import type { LabelOptions } from '../label.ts';
import type { ReconcileOptions } from '../reconcile.ts';
import type { TraceOptions } from '../trace.ts';
import type { TrackingOptions } from '../tracking.ts';
import { days, JSON_OUT, ORDER, STORE, type StoreOption } from './words.ts';

export function addOperating(program: Command, context: Context) {
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
      (await import('../reconcile.ts')).reconcile(context, options),
    );
  program
    .command('retry')
    .argument(...ORDER)
    .description('tries an order again; what is still open is only looked up')
    .option(...STORE)
    .action(async (word: string, options: StoreOption) =>
      (await import('../retry.ts')).retry(context, word, options),
    );
  program
    .command('approve')
    .argument(...ORDER)
    .description('lets a purchase happen (stores with purchase.mode manual)')
    .option(...STORE)
    .action(async (word: string, options: StoreOption) =>
      (await import('../approve.ts')).approve(context, word, options),
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
        (await import('../tracking.ts')).tracking(context, word, number, carrier, options),
    );
  program
    .command('label')
    .argument(...ORDER)
    .description('writes the labels kept of an order into files')
    .option(...STORE)
    .option('--out <folder>', 'where the files go', '.')
    .action(async (word: string, options: LabelOptions) =>
      (await import('../label.ts')).label(context, word, options),
    );
  program
    .command('trace')
    .argument(...ORDER)
    .description('asks the marketplace for the way of its packages')
    .option(...STORE)
    .action(async (word: string, options: TraceOptions) =>
      (await import('../trace.ts')).trace(context, word, options),
    );
  program
    .command('adopt')
    .argument(...ORDER)
    .argument('<agent-order>', "the agent's order id or order number")
    .description("says which of the agent's orders is this purchase")
    .option(...STORE)
    .action(async (word: string, agentOrder: string, options: StoreOption) =>
      (await import('../adopt.ts')).adopt(context, word, agentOrder, options),
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
        (await import('../cancel.ts')).cancel(context, word, options),
    );
}
