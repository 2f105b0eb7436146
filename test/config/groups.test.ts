/** Groups of stores: what they give, what they may not, and where their mistakes are told. */
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/config.ts';
import { change, load, problemsOf, SERVICE, STORE } from './home.ts';

const group = (lines: string) => `${SERVICE}groups:\n  cn:\n${lines.replace(/^/gm, '    ')}\n`;
const IN_GROUP = `${STORE}group: cn\n`;

async function said(files: Parameters<typeof problemsOf>[0]): Promise<string[]> {
  return (await problemsOf(files)).map(formatProblem);
}

const storeOf = async (files: Parameters<typeof load>[0]) =>
  (await load(files)).stores.get('tea')?.settings;

describe('what a group gives', () => {
  test('blocks are merged key by key, lists and single values of the store stand for the group’s', async () => {
    const service = group(
      [
        'poll: 7m',
        'lines: [{ skip: [A], reason: b }, { links: shared }]',
        'budget: { largestOrder: "9.00", drift: 1% }',
        'tracking: { parcels: last, carriers: { A: B } }',
      ].join('\n'),
    );
    const store = await storeOf({ service, stores: { 'tea.yaml': IN_GROUP } });
    expect(store).toMatchObject({
      group: 'cn',
      poll: 300_000,
      lines: [{ links: 'both' }],
      budget: { largestOrder: 30_000, drift: 0.01, cnyPerUnit: '5.35' },
      tracking: { leg: 'agent', parcels: 'last', carriers: { A: 'B' } },
    });
  });

  test('nearly everything may come from it', async () => {
    const [own, shared] = [
      'sellerId: "1000114855"\ngroup: cn\n',
      STORE.replace(/^sellerId.*\n/m, '').replace(/^purchase:(\n {2}.*)+\n/m, ''),
    ];
    const settings = await load({ service: group(shared.trim()), stores: { 'tea.yaml': own } });
    const store = settings.stores.get('tea');
    expect(store?.currency).toBe('SGD');
    expect(store?.settings.purchase).toMatchObject({ mode: 'off', pay: { auto: false } });
  });

  test('a receiver of another kind stands for the group’s whole receiver', async () => {
    const receiver = STORE.match(/^receiver:(\n {2}.*)+\n/m)?.[0] ?? '';
    const store = await storeOf({
      service: group(receiver.trim()),
      stores: { 'tea.yaml': change(IN_GROUP, receiver, 'receiver: { kind: buyer }\n') },
    });
    expect(store?.receiver).toEqual({ kind: 'buyer' });
  });

  test('an empty group gives nothing, and is no mistake', async () => {
    const service = `${SERVICE}groups: { cn: }\n`;
    expect(await said({ service, stores: { 'tea.yaml': IN_GROUP } })).toEqual([]);
  });

  test('a key that JavaScript knows is none of the group', async () => {
    const service = group('tracking:\n  carriers: { __proto__: EVIL, constructor: X }');
    const store = await storeOf({ service, stores: { 'tea.yaml': IN_GROUP } });
    expect(Object.entries(store?.tracking.carriers ?? {})).toContainEqual(['constructor', 'X']);
    expect(({} as Record<string, unknown>).EVIL).toBeUndefined();
  });
});

describe('what a group may not set is refused with the reason', () => {
  test.each([
    ['sellerId: "1"', 'groups.cn.sellerId: must not be set in a group: each shop has its own'],
    ['group: other', 'groups.cn.group: must not be set in a group: a group takes nothing from'],
    ['paused: true', 'groups.cn.paused: must not be set in a group: a store is paused in its own'],
    [
      'purchase: { mode: auto }',
      'groups.cn.purchase.mode: must not be set in a group: a store buys only once its own file says so',
    ],
    [
      'purchase: { dailyCap: 5 }',
      'groups.cn.purchase.dailyCap: must not be set in a group: the cap stands beside the mode',
    ],
    [
      'purchase: { pay: { auto: true } }',
      'groups.cn.purchase.pay: must not be set in a group: a store pays only once',
    ],
  ])('%s', async (lines, expected) => {
    const found = await said({ service: group(lines), stores: { 'tea.yaml': IN_GROUP } });
    expect(found).toEqual([expect.stringContaining(expected)]);
    expect(found[0]).toMatch(/^ponbridge\.yaml:15:\d+: /);
  });

  test('and it has no effect beside that: a store that says nothing stays off', async () => {
    const silent = IN_GROUP.replace(/^purchase:(\n {2}.*)+\n/m, '');
    const service = group('purchase: { mode: auto, pay: { auto: true }, delay: soon }');
    const found = await said({ service, stores: { 'tea.yaml': silent } });
    // Would the store take the mode, it would miss its cap; the rest of the block is still read.
    expect(found.map((line) => line.split(': ')[1])).toEqual([
      'groups.cn.purchase.mode',
      'groups.cn.purchase.pay',
      'groups.cn.purchase.delay',
    ]);
  });
});

describe('a mistake in a group', () => {
  const shops = (count: number) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [
        `s${index}.yaml`,
        `${change(IN_GROUP, '"1000114855"', `"${index + 1}"`)}sellerOrderNumber: "{store}-{order}"\n`,
      ]),
    );

  test('is told once, at its line in ponbridge.yaml, however many stores use it', async () => {
    const service = group('retention: long\ncancel: { buyerWish: hodl }');
    expect(await said({ service, stores: shops(5) })).toEqual([
      'ponbridge.yaml:15:16: groups.cn.retention: a duration such as "90s", "30m", "24h" or "7d"',
      'ponbridge.yaml:16:26: groups.cn.cancel.buyerWish: Invalid option: expected one of "hold"|"accept"|"reject"; did you mean hold?',
    ]);
  });

  test('that shows only with its stores names one of them', async () => {
    const service = group('alerts: { noPull: 4m }');
    const [found, ...others] = await said({ service, stores: shops(3) });
    expect(others).toEqual([]);
    expect(found).toMatch(
      /^ponbridge\.yaml:15:\d+: groups\.cn\.alerts\.noPull: is 240 s; it must be more than poll = 300 s/,
    );
    expect(found).toContain('(as stores/s0.yaml and 2 more take it)');
  });

  test('is told also when no store uses the group', async () => {
    const service = group(
      'lines: [{ skip: [A] }]\napp: mian\noptions: { shipMod: pickup }\npol: 5m',
    );
    expect(await said({ service })).toEqual([
      'ponbridge.yaml:15:13: groups.cn.lines.0.reason: is missing; expected string',
      expect.stringMatching(/groups\.cn\.app: ponbridge\.yaml has no apps\.\w+\.mian/),
      expect.stringMatching(/groups\.cn\.options\.shipMod: is not a known setting/),
      'ponbridge.yaml:18:10: groups.cn.pol: is not a known setting; did you mean poll?',
    ]);
  });

  test('right parts of any marketplace are no mistake while no store uses them', async () => {
    expect(await said({ service: group('options: { shipMode: pickup }') })).toEqual([]);
    expect(await said({ service: group('country: br\npoll: 30s') })).toEqual([]);
    expect(await said({ service: group('ship: { warehouse: { name: A } }') })).toEqual([]);
  });

  test('another kind of value than a block is told', async () => {
    expect(await said({ service: `${SERVICE}groups: { cn: [1] }\n` })).toEqual([
      'ponbridge.yaml:13:15: groups.cn: Invalid input: expected record, received array',
    ]);
    const [name] = await said({ service: `${SERVICE}groups: { "My Group": {} }\n` });
    expect(name).toContain('groups.My Group: is no name; expected lower-case letters');
  });
});

describe('a store and its group', () => {
  test('a group that is not there is told with the one that was meant', async () => {
    const stores = { 'tea.yaml': `${STORE}group: cnn\n` };
    expect(await said({ service: group('poll: 5m'), stores })).toEqual([
      'stores/tea.yaml:23:8: group: ponbridge.yaml has no groups.cnn; did you mean cn?',
    ]);
    expect(await said({ stores })).toEqual([
      'stores/tea.yaml:23:8: group: ponbridge.yaml has no groups.cnn; it has no groups yet',
    ]);
  });

  test('what the group would have given is then not missed, but the store’s own mistakes are told', async () => {
    const own = 'sellerId: "1"\ngroup: cnn\npoll: soon\n';
    const found = await said({ service: group('poll: 5m'), stores: { 'tea.yaml': own } });
    expect(found.map((line) => line.split(': ')[1])).toEqual(['group', 'poll']);
  });

  test('what neither has is missing in the store’s file', async () => {
    const own = change(IN_GROUP, 'orderSource: lazada\n', '');
    expect(await said({ service: group('poll: 5m'), stores: { 'tea.yaml': own } })).toEqual([
      'stores/tea.yaml:1:1: orderSource: is missing; expected string',
    ]);
  });

  test('a mistake of the store’s own is told in its file', async () => {
    const own = change(IN_GROUP, 'poll: 5m', 'poll: soon');
    const [found] = await said({ service: group('poll: 5m'), stores: { 'tea.yaml': own } });
    expect(found).toMatch(/^stores\/tea\.yaml:22:7: poll: a duration/);
  });
});
