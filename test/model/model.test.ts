/** The short mode: a fresh seed each time, printed when a history breaks a promise. Long: npm run model. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { dropDatabase, freshDatabase } from '../database-server.ts';
import { type Figures, historyProperty } from './property.ts';
import { openStage, type Stage } from './real.ts';

/** Enough to meet every kind of command; a slow machine stops at the time. */
const RUNS = 40;
const MOST_MS = 10_000;

let databaseUrl: string;
let stage: Stage;

beforeAll(async () => {
  databaseUrl = await freshDatabase(inject('databaseUrl'));
  stage = await openStage(databaseUrl);
});

afterAll(async () => {
  await stage.stop();
  await dropDatabase(inject('databaseUrl'), databaseUrl);
});

test('no random history of callbacks, polls, answers, crashes and operators breaks a promise', async () => {
  const figures: Figures = { runs: 0, commands: 0 };
  const property = historyProperty(stage, figures, { maxCommands: 50, shrinkForMs: 5_000 });
  const result = await fc.check(property, {
    numRuns: RUNS,
    interruptAfterTimeLimit: MOST_MS,
    markInterruptAsFailure: false,
  });
  const why = result.errorInstance instanceof Error ? result.errorInstance.message : '';
  const again = `npm run model -- --seed ${result.seed} --runs ${RUNS}`;
  expect(result.failed, `${why}\nagain: ${again}`).toBe(false);
  expect(figures.runs).toBeGreaterThan(0);
});
