/**
 * The commands, their arguments and options: names are public, docs and remedies mention them. Each
 * command's code is loaded when it runs, so that help and a wrong call answer at once.
 * @module
 */
import { Command } from 'commander';
import type { Context } from './context.ts';
import { addDoctor } from './program/doctor.ts';
import { addLooking } from './program/looking.ts';
import { addOperating } from './program/operating.ts';
import { addService } from './program/service.ts';
import { addSkus } from './program/skus.ts';
import { addStores } from './program/stores.ts';

export function createProgram(context: Context, version: string): Command {
  const program = new Command('ponbridge')
    .description('Buys Lazada and Shopee orders at PandaPon and writes their tracking back.')
    .version(version)
    .showHelpAfterError('(--help shows how it is called)')
    .addHelpText('after', ENVIRONMENT);
  program.commandsGroup('Set up and run:');
  addService(program, context);
  addDoctor(program, context);
  program.commandsGroup('Stores:');
  addStores(program, context);
  program.commandsGroup('Look:');
  addLooking(program, context);
  program.commandsGroup('Act on orders:');
  addOperating(program, context);
  program.commandsGroup('SKU links:');
  addSkus(program, context);
  return program;
}

const ENVIRONMENT = `
Settings lie in the folder PONBRIDGE_HOME (default: the current one): ponbridge.yaml, stores/<name>.yaml,
and .env for environment variables that are not set otherwise.`;
