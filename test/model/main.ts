/**
 * The long mode: `npm run model -- --runs 10000 [--seed S] [--path P] [--replay-path R] [--seconds N]`.
 * Prints how far it is, how often each thing happened, and a history that breaks a promise, made short.
 * @module
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import fc from 'fast-check';
import { connectDatabase, migrateDatabase } from '../../src/database/connect.ts';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { missing, table } from './coverage.ts';
import { describe, type Figures, historyProperty } from './property.ts';
import { openStage } from './real.ts';

function whole(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number)) throw new InvalidArgumentError('a whole number');
  return number;
}

const options = new Command('model')
  .option('--runs <n>', 'histories to run', whole, 1_000)
  .option('--seed <n>', 'of the histories; else a fresh one, printed', whole, Date.now() % 2 ** 31)
  .option('--path <path>', 'replays one history, with its seed')
  .option('--replay-path <path>', 'the commands of it that ran')
  .option('--commands <n>', 'most commands of a history', whole, 50)
  .option('--seconds <n>', 'stops after this time', whole)
  .option('--shrink-seconds <n>', 'for making a broken history shorter', whole, 180)
  .option('--no-shrink', 'stops at the first failure as it is')
  .parse()
  .opts<{
    runs: number;
    seed: number;
    path?: string;
    replayPath?: string;
    commands: number;
    seconds?: number;
    shrinkSeconds: number;
    shrink: boolean;
  }>();

const folder = await mkdtemp(join(tmpdir(), 'ponbridge-model-'));
const server = await startEmbeddedPostgres({ folder, fsync: false });
const setUp = connectDatabase(server.url, { size: 1 });
await migrateDatabase(setUp);
await setUp.destroy();
const stage = await openStage(server.url);
const figures: Figures = { runs: 0, commands: 0 };
const began = Date.now();
const seconds = () => Math.round((Date.now() - began) / 1_000);
console.log(
  `seed ${options.seed}, ${options.runs} histories of up to ${options.commands} commands`,
);
const progress = setInterval(() => {
  console.log(`${seconds()} s: ${figures.runs} histories, ${figures.commands} commands`);
}, 15_000);

const { shrink } = options;
const result = await fc.check(
  historyProperty(stage, figures, {
    maxCommands: options.commands,
    replayPath: options.replayPath,
    shrinkForMs: options.shrinkSeconds * 1_000,
    onBreach: (what) => console.log(`\nBroken, and now made shorter: ${what}\n`),
  }),
  {
    numRuns: options.runs,
    seed: options.seed,
    endOnFailure: !shrink,
    ...(options.path === undefined ? {} : { path: options.path }),
    ...(options.seconds === undefined
      ? {}
      : { interruptAfterTimeLimit: options.seconds * 1_000, markInterruptAsFailure: false }),
  },
);
clearInterval(progress);
await stage.stop();
await server.release();
await removeEmbeddedPostgres({ folder });
await rm(folder, { recursive: true, force: true });

console.log(table(stage.counts));
console.log(
  `${figures.runs} histories, ${figures.commands} commands in ${seconds()} s; seed ${options.seed}`,
);
if (result.failed) {
  console.log(`\nA promise was broken after ${result.numRuns} histories:`);
  console.log(result.errorInstance instanceof Error ? result.errorInstance.message : '');
  const [setup, commands] = result.counterexample ?? [];
  console.log(describe(setup, commands));
  const [, replayPath = ''] = /replayPath="([^"]*)"/.exec(String(commands)) ?? [];
  console.log(
    `\nAgain: npm run model -- --seed ${result.seed} --path "${result.counterexamplePath}" --replay-path "${replayPath}"`,
  );
  process.exitCode = 1;
} else if (figures.runs >= 5_000) {
  const never = missing(stage.counts);
  if (never.length > 0) {
    console.log(`Never met, so nothing was tested of it: ${never.join(', ')}`);
    process.exitCode = 1;
  }
}
