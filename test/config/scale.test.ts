/** Many stores cost as many times what one costs, not more. `npm run bench -- settings` measures 1,000. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeManyStores } from '../../bench/many-stores.ts';
import { loadSettings } from '../../src/config.ts';

/** Processor time of loading so many stores, in ms: other processes do not count. */
function costOf(stores: number): number {
  const home = mkdtempSync(join(tmpdir(), 'ponbridge-scale-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const env = writeManyStores(home, stores);
  const before = process.cpuUsage();
  expect(loadSettings(env).stores.size).toBe(stores);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

test('ten times the stores cost about ten times as much', () => {
  costOf(40);
  const few = costOf(40);
  const many = costOf(400);
  // Were it quadratic it would be 100 times.
  expect(many).toBeLessThan(30 * few);
  expect(many).toBeLessThan(6_000);
});
