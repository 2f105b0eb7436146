/** The service itself, and what sets it up. */
import { Argument, type Command, Option } from 'commander';
import type { Role } from '../../main.ts';
import { SCHEMAS, type SchemaName } from '../../published-schema.ts';
import type { CheckOptions } from '../check.ts';
import { ROLES } from '../choices.ts';
import type { ConnectOptions } from '../connect.ts';
import type { Context } from '../context.ts';
import type { InitOptions } from '../init.ts';
import { JSON_OUT } from './words.ts';

export function addService(program: Command, context: Context) {
  program
    .command('start')
    .description('runs the service until Ctrl-C')
    .addOption(new Option('--role <role>', 'what this process does').choices(ROLES).default('all'))
    .action(async (options: { role: Role }) =>
      (await import('../start.ts')).start(context, options),
    );
  program
    .command('init')
    .description('asks a few questions and writes the settings of a new store; it buys nothing yet')
    .option('--answers <file>', 'answers of one or many stores, instead of the questions')
    .option('--dry-run', 'only shows what would be written')
    .action(async (options: InitOptions) => (await import('../init.ts')).init(context, options));
  program
    .command('check')
    .argument('[store...]', 'shows only these; all are checked')
    .description('checks all settings; needs no database')
    .option('--all', 'a row for each store, however many')
    .option('--effective', 'every setting of one store, and where each comes from')
    .option(...JSON_OUT)
    .action(async (stores: string[], options: CheckOptions) =>
      (await import('../check.ts')).check(context, stores, options),
    );
  program
    .command('connect <store>')
    .description("prints the link for a seller's consent, and waits until it is given")
    .option(
      '--paste [address-or-code]',
      'takes the address the browser ended at, or the code in it: asks for it, or as an argument in quotes',
    )
    .option('--wait <time>', 'how long the link is good, such as 10m', '30m')
    .action(async (store: string, options: ConnectOptions) =>
      (await import('../connect.ts')).connect(context, store, options),
    );
  program
    .command('pull <store>')
    .description('reads what changed at the marketplace, now')
    .action(async (store: string) => (await import('../pull.ts')).pull(context, store));
  program
    .command('schema')
    .description('prints a JSON Schema, for editors')
    .addArgument(
      new Argument('[file]', "of a store's file, or of ponbridge.yaml")
        .choices(SCHEMAS)
        .default('store'),
    )
    .action(async (which: SchemaName) => (await import('../schema.ts')).schema(context, which));
}
