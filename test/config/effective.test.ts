/** Which value is in force for a store, and whose it is. */
import { expect, test } from 'vitest';
import { effectiveSettings } from '../../src/config/effective.ts';
import { SECRETS, SERVICE, STORE, writeHome } from './home.ts';

async function effective(files: Parameters<typeof writeHome>[0]) {
  const home = await writeHome(files);
  const rows = effectiveSettings({ PONBRIDGE_HOME: home, ...SECRETS }, 'tea') ?? [];
  return new Map(rows.map(({ key, ...rest }) => [key, rest]));
}

test('each setting comes from the store’s file, its group, or is a default', async () => {
  const rows = await effective({
    service: `${SERVICE}groups:\n  cn:\n    overlap: 9m\n    budget: { drift: 1% }\n    poll: 1h\n`,
    stores: { 'tea.yaml': `${STORE}group: cn\n` },
  });
  expect(rows.get('poll')).toEqual({
    value: '5m',
    from: 'store',
    file: 'stores/tea.yaml',
    line: 22,
  });
  expect(rows.get('overlap')).toEqual({
    value: '9m',
    from: 'group',
    group: 'cn',
    file: 'ponbridge.yaml',
    line: 15,
  });
  expect(rows.get('budget.drift')).toMatchObject({ value: '1%', from: 'group', line: 16 });
  expect(rows.get('budget.cnyPerUnit')).toMatchObject({ from: 'store' });
  expect(rows.get('lines[0]')).toMatchObject({ value: { links: 'both' }, from: 'store', line: 7 });
  expect(rows.get('retention')).toEqual({ value: '90d', from: 'default' });
  expect(rows.get('options.sofStatus.status')).toEqual({ value: 'InTransit', from: 'default' });
  expect(rows.get('receiver.country')).toEqual({ value: '中国', from: 'default' });
  // Made by code: three polls, at least half an hour.
  expect(rows.get('alerts.noPull')).toEqual({ value: '30m', from: 'default' });
  expect(rows.has('ship.warehouse.name')).toBe(false);
});

test('a store without a file has none', async () => {
  expect((await effective({ stores: {} })).size).toBe(0);
});

test('of a wrong file the mistakes are told, also those of its group', async () => {
  const wrong = effective({
    service: `${SERVICE}groups: { cn: { retention: long } }\n`,
    stores: { 'tea.yaml': `${STORE}group: cn\n` },
  });
  await expect(wrong).rejects.toThrow('ponbridge.yaml:13:28: groups.cn.retention: a duration');
});
