/** The service itself, and what sets it up. */
import { type Command, Option } from 'commander';
import type { Role } from '../../main.ts';
import { ROLES } from '../choices.ts';
import type { ConnectOptions } from '../connect.ts';
import type { Context } from '../context.ts';

export function addService(program: Command, context: Context) {
  program
    .command('start')
    .description('runs the service until Ctrl-C')
    .addOption(new Option('--role <role>', 'what this process does').choices(ROLES).default('all'))
    .action(async (options: { role: Role }) =>
      (await import('../start.ts')).start(context, options),
    );
  program
    .command('check')
    .description('checks all settings; needs no database')
    .action(async () => (await import('../check.ts')).check(context));
  program
    .command('connect <store>')
    .description("keeps a seller's consent; without --code prints the link to give it")
    .option('--code <code>', 'the code the consent came back with')
    .option('--redirect <url>', 'the callback address registered in the console')
    .action(async (store: string, options: ConnectOptions) =>
      (await import('../connect.ts')).connect(context, store, options),
    );
  program
    .command('pull <store>')
    .description('reads what changed at the marketplace, now')
    .action(async (store: string) => (await import('../pull.ts')).pull(context, store));
  program
    .command('schema')
    .description("prints the JSON Schema of a store's file, for editors")
    .action(async () => (await import('../schema.ts')).schema(context));
}
