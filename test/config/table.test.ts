/** What `ponbridge check` shows of right settings: readable with one store and with a thousand. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { writeManyStores } from '../../bench/many-stores.ts';
import { settingsTable } from '../../src/commands/check-table.ts';
import { loadSettings } from '../../src/config.ts';

test('many stores are counted by kind; a row for each is shown when asked for', () => {
  const home = mkdtempSync(join(tmpdir(), 'ponbridge-table-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const settings = loadSettings(writeManyStores(home, 90));
  const stores = [...settings.stores.values()];

  const counted = settingsTable(settings, stores, home, false).split('\n');
  expect(counted[0]).toMatch(/^GROUP +MARKETPLACE +PURCHASE +PAYMENT +ACCOUNT +STORES +E\.G\.$/);
  expect(counted.join('\n')).toMatch(/^cn-warehouse +shopee sg +manual .* 3 +store-0$/m);
  expect(counted.length).toBeLessThan(60);
  expect(counted.join('\n')).toContain('ponbridge check --all');
  const sum = counted.slice(1, -3).reduce((all, row) => all + Number(row.split(/ {2,}/).at(-2)), 0);
  expect(sum).toBe(90);

  const all = settingsTable(settings, stores, home, true).split('\n');
  expect(all).toHaveLength(90 + 3);
  expect(all.join('\n')).toMatch(/^store-7 +lazada my .* auto +60 min +5000\.00 CNY/m);
  expect(all.at(-1)).toContain('All settings are right: 90 stores, 2 apps, 10 agent accounts');
});
