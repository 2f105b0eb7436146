/** The doctor. */
import type { Command } from 'commander';
import type { Context } from '../context.ts';
import type { DoctorCommandOptions } from '../doctor.ts';
import { JSON_OUT } from './words.ts';

export function addDoctor(program: Command, context: Context) {
  program
    .command('doctor [store]')
    .description('asks the real systems and this machine what is right; changes nothing')
    .option('--report <file>', 'writes the findings as Markdown, without secrets, to send for help')
    .option(...JSON_OUT)
    .addHelpText('after', '\nExit code: 0 nothing fails, 1 something does.')
    .action(async (store: string | undefined, options: DoctorCommandOptions) =>
      (await import('../doctor.ts')).doctor(context, store, options),
    );
}
