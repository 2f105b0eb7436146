/** The command line; runs on import. Exit codes: 0 done, 1 a problem, 2 called wrongly, 3 differs. */
import { CommanderError } from 'commander';
import { ROOT, readManifest } from '../bin/bootstrap.js';
import { type Context, openContext } from './commands/context.ts';
import { createProgram } from './commands/program.ts';

// `ponbridge orders | head` closes the pipe early. That is no error, and what the command does is done.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE' || process.exitCode === 1) return;
  process.exitCode = 1;
  process.stderr.write(`error: the answer cannot be written (${error.code ?? error.message})\n`);
});
// There is nobody left to tell.
process.stderr.on('error', () => {});

await main();

async function main(): Promise<void> {
  let context: Context | undefined;
  try {
    context = openContext(process.env);
    const program = createProgram(context, String(readManifest(ROOT).version));
    for (const command of [
      program,
      ...program.commands,
      ...program.commands.flatMap((each) => each.commands),
    ]) {
      command.exitOverride();
    }
    await program.parseAsync(process.argv);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has said what is wrong; help and the version are no errors.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const { explainError, exitCodeOf } = await import('./commands/errors.ts');
    const level = process.env.PONBRIDGE_LOG_LEVEL;
    const withStack = level === 'debug' || level === 'trace';
    process.stderr.write(`${explainError(error, context?.home ?? '.', withStack)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}
