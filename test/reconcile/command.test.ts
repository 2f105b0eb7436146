/** `ponbridge reconcile` as it is called: what it prints, keeps and ends with. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { LAZADA } from '../../src/demo/settings.ts';
import { CUP, type Home, openHome } from '../cli/home.ts';

let home: Home;
let number: string;

beforeAll(async () => {
  home = await openHome();
  number = home.world.lazada.addOrder({
    country: 'sg',
    sellerId: LAZADA.sellerId,
    lines: [CUP],
  });
  await home.take('tea-sg', number);
});

afterAll(async () => {
  await home?.stop();
});

test.each([
  [['--days', '0'], 'It is a whole number from 1 to 60.'],
  [['--days', 'x'], 'It is a whole number from 1 to 60.'],
  [['--days', '1.5'], 'It is a whole number from 1 to 60.'],
  [['--store', 'nosuch'], 'there is no store "nosuch" (stores/nosuch.yaml); known: tea-my, tea-sg'],
])('%s is a wrong call', async (args, message) => {
  const { code, out, err } = await home.run('reconcile', ...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});

test('before the first one there is nothing to show; afterwards everything is in order', async () => {
  expect(await home.run('reconcile', '--last')).toMatchObject({
    code: 0,
    out: '',
    err: expect.stringContaining('Nothing was compared yet'),
  });
  const { code, out } = await home.run('reconcile');
  expect(out).toMatch(
    /^store tea-my: 0 orders of 3 days compared, 0 differences, 0 repaired, 0 left/m,
  );
  expect(out).toMatch(
    /^store tea-sg: 1 order of 3 days compared, 0 differences, 0 repaired, 0 left/m,
  );
  expect(out).toMatch(/^account pandapon\/main: 0 orders of 3 days compared/m);
  expect(out).toContain('0 differences: 0 repaired, 0 left for a person.');
  expect(code).toBe(0);
});

test('a difference for a person ends it with 1, and stays shown', async () => {
  home.world.pandapon.addManualOrder({
    lines: [{ itemId: '1', skuId: '2', quantity: 1, priceFen: 100 }],
    orderSource: 'lazada',
    sellerOrderNumber: '4711',
  });
  const printed = await home.run('reconcile', '--store', 'tea-sg', '--days', '1');
  expect(printed.code).toBe(1);
  expect(printed.out).toMatch(/^WHERE +ORDER +WHAT +THERE +HERE +DONE$/m);
  expect(printed.out).toMatch(
    /^pandapon\/main +4711 +bought there, no such order here +\d+, \w+ +no order 4711 +for a person: /m,
  );
  expect(printed.out).toContain('1 difference: 0 repaired, 1 left for a person.');
  expect(printed.out).not.toContain('tea-my');

  const json = await home.run('reconcile', '--json');
  expect(json.code).toBe(1);
  expect(JSON.parse(json.out)).toMatchObject({
    results: [
      { subject: { kind: 'store', name: 'tea-my' }, days: 3 },
      { subject: { kind: 'store', name: 'tea-sg' }, compared: 1 },
      {
        subject: { kind: 'account', name: 'pandapon/main' },
        differences: [{ code: 'no-such-order', orderNumber: '4711', outcome: 'for-a-person' }],
      },
    ],
    totals: { differences: 1, repaired: 0, left: 1 },
  });
  const calls = home.world.pandapon.shell.calls.length;
  const last = await home.run('reconcile', '--last', '--json');
  expect(JSON.parse(last.out)).toEqual(JSON.parse(json.out));
  expect(last.code).toBe(1);
  expect(home.world.pandapon.shell.calls).toHaveLength(calls);
});
