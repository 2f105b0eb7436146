/** The short run; `npm run fuzz` is the long one. The seed is new each time and stands in every failure. */
import { randomInt } from 'node:crypto';
import { Registry } from 'prom-client';
import { expect, inject, test } from 'vitest';
import { createApp } from '../../src/http/app.ts';
import type { Service } from '../../src/service.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';
import { printReport } from './report.ts';
import { run } from './run.ts';

const INPUTS = 2_500;

test('inputs that nobody expects break nothing, change nothing unverified, and cause no flood of reads', async () => {
  const seed = randomInt(2 ** 31);
  console.log(`fuzz: seed ${seed}, ${INPUTS} inputs`);
  const databaseUrl = await freshDatabase(inject('databaseUrl'));
  try {
    const say = () => {};
    const report = await run({ databaseUrl, inputs: INPUTS, seed, slowBodies: false, say });
    expect(report.findings, printReport(report)).toEqual([]);
    expect(report.inputs).toBeGreaterThanOrEqual(INPUTS);
    expect(report.forged.sent).toBeGreaterThan(INPUTS / 5);
  } finally {
    await dropDatabase(inject('databaseUrl'), databaseUrl);
  }
}, 120_000);

test('every address the service answers is fuzzed: a new one belongs into plan.ts', () => {
  const settings = { apps: new Map(), accounts: new Map() };
  const app = createApp({ settings } as unknown as Service, new Registry());
  expect(routesOf(app.router.stack)).toEqual([
    '/health',
    '/metrics',
    '/oauth/:marketplace/callback',
    '/reach/:nonce',
    '/push/:marketplace/:app',
    '/callback/:agent/:account/:token',
  ]);
});

interface Layer {
  readonly route?: { readonly path: unknown } | undefined;
  readonly handle: unknown;
}

function routesOf(stack: readonly Layer[]): string[] {
  return stack.flatMap(({ route, handle }) => {
    if (route) return [String(route.path)];
    const inner = (handle as { stack?: readonly Layer[] }).stack;
    return inner ? routesOf(inner) : [];
  });
}
