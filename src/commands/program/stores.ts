/** Commands that act on whole stores, and on the settings of the running service. */
import type { Command } from 'commander';
import type { StoreChoice } from '../change-stores.ts';
import type { Context } from '../context.ts';
import type { ModeOptions } from '../mode.ts';
import type { RemoveOptions } from '../remove.ts';
import type { StoresOptions } from '../stores.ts';
import { JSON_OUT } from './words.ts';

const GROUP = ['--group <name>', 'all stores of this group'] as const;

export function addStores(program: Command, context: Context) {
  program
    .command('stores')
    .description('lists the stores: how they buy, and whether they are well')
    .option('--all', 'also those that were removed')
    .option(...JSON_OUT)
    .action(async (options: StoresOptions) =>
      (await import('../stores.ts')).stores(context, options),
    );
  program
    .command('reload')
    .description('lets the running service read its settings again, every process of it')
    .option(...JSON_OUT)
    .addHelpText('after', RELOAD)
    .action(async (options: { readonly json?: boolean }) =>
      (await import('../reload.ts')).reload(context, options),
    );
  program
    .command('mode')
    .argument('<store...>', 'the stores, then the mode: off, manual or auto')
    .usage('[options] <store...> <off|manual|auto>')
    .description('sets how a store buys, in its file, and lets the running service follow')
    .option('--daily-cap <yuan>', 'most that is spent in a day; auto needs it')
    .option('--pay', 'what is bought is paid by itself too, within the cap')
    .option('--no-pay', "a person pays in the agent's console")
    .option('--group <name>', 'all stores of this group (not for auto)')
    .action(async (words: string[], options: ModeOptions) =>
      (await import('../mode.ts')).mode(context, words, options),
    );
  program
    .command('pause')
    .argument('[store...]', 'one or more stores')
    .description('pulls, buys and pays nothing more for a store; what is bought goes on')
    .option(...GROUP)
    .action(async (names: string[], options: StoreChoice) =>
      (await import('../pause.ts')).pause(context, names, options),
    );
  program
    .command('resume')
    .argument('[store...]', 'one or more stores')
    .description('lets a paused store go on from where it stopped')
    .option(...GROUP)
    .action(async (names: string[], options: StoreChoice) =>
      (await import('../pause.ts')).resume(context, names, options),
    );
  program
    .command('remove <store>')
    .description('takes a store out of service; its orders stay readable')
    .option('--force', 'also with purchases on their way, which are then yours to follow')
    .action(async (store: string, options: RemoveOptions) =>
      (await import('../remove.ts')).remove(context, store, options),
    );
}

const RELOAD = `
Nothing is asked of the service when a file is wrong. DATABASE_URL, PONBRIDGE_DATA, PONBRIDGE_KEYS,
PONBRIDGE_HOST and PONBRIDGE_PORT take effect with the next start only.`;
