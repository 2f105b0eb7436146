/** A slip is told with the word that was probably meant. */
import { describe, expect, test } from 'vitest';
import { formatProblem } from '../../src/config.ts';
import { change, problemsOf, SECRETS, SERVICE, STORE } from './home.ts';

const service = (piece: string, by: string) => ({ service: change(SERVICE, piece, by) });
const store = (piece: string, by: string) => ({ stores: { 'tea.yaml': change(STORE, piece, by) } });

async function said(files: Parameters<typeof problemsOf>[0]): Promise<string[]> {
  return (await problemsOf(files)).map(formatProblem);
}

test.each<[string, Parameters<typeof problemsOf>[0], string]>([
  ['a marketplace', store('marketplace: lazada', 'marketplace: lazda'), 'did you mean lazada?'],
  ['a country', store('country: sg', 'country: xx'), 'known: sg, my, th, vn, ph, id'],
  [
    'an app',
    store('country: sg', 'country: sg\napp: mian'),
    'apps.lazada.mian; did you mean main?',
  ],
  [
    'an account',
    store('mode: auto', 'mode: auto\n  account: mian'),
    'accounts.pandapon.mian; did you mean main?',
  ],
  [
    'an agent',
    store('mode: auto', 'mode: auto\n  agent: pandapom'),
    'purchase.agent: ponbridge.yaml has no accounts.pandapom; did you mean pandapon?',
  ],
  ['a key', store('country: sg', 'country: sg\nretntion: 5d'), 'did you mean retention?'],
  ['a word', store('mode: auto', 'mode: atuo'), 'did you mean auto?'],
  [
    'a word that chooses the shape',
    store('kind: warehouse', 'kind: warehous'),
    'did you mean warehouse?',
  ],
  ['a name in a template', store('{order}', '{ordr}'), 'did you mean {order}?'],
  [
    'a part of a pattern',
    store('links: both', 'pattern: "{itemId}-{skuld}"'),
    'did you mean {skuId}?',
  ],
  ['a marketplace in ponbridge.yaml', service('lazada:', 'lazda:'), 'did you mean lazada?'],
  [
    'a variable that is set under a like name',
    { ...service('LAZADA_SECRET', 'LAZADA_SECRT') },
    'the environment variable LAZADA_SECRT is not set; did you mean LAZADA_SECRET? It is set',
  ],
  [
    'a variable of ponbridge',
    { env: { PONBRIDGE_PROT: '80' } },
    'environment: PONBRIDGE_PROT: is no variable of ponbridge; did you mean PONBRIDGE_PORT?',
  ],
])('%s', async (_what, files, expected) => {
  const found = await said(files);
  expect(found.join('\n')).toContain(expected);
});

describe('a variable of another kind is left alone', () => {
  test.each([{ PONBRIDGE_LAZADA_KEY: 'x' }, { PONDRIDGE_PORT: '1' }, { PONBRIDGE_PROT: '' }])(
    '%o',
    async (env) => expect(await said({ env })).toEqual([]),
  );

  test('one that ponbridge.yaml names', async () => {
    const files = service('LAZADA_SECRET', 'PONBRIDGE_KEY');
    expect(await said({ ...files, env: { PONBRIDGE_KEY: 'a secret' } })).toEqual([]);
  });
});

test('what stands where the name of a variable belongs may be the secret: it is not repeated', async () => {
  const [found] = await said(service('LAZADA_SECRET', 'hunter2hunter2'));
  expect(found).toContain('never the secret itself');
  expect(found).not.toContain('hunter2');
});

describe('a key in the wrong place is told where it belongs, never as a slip of itself', () => {
  test.each<[string, Parameters<typeof problemsOf>[0], string]>([
    [
      'of another rule',
      store('- links: both', '- links: both\n    parts: []'),
      'lines.0.parts: does not go with links; it belongs to bundle',
    ],
    [
      'of another receiver',
      store('  address:', '  kind_: x\n  address:'),
      'receiver.kind_: is not a known setting; did you mean kind?',
    ],
    [
      'of another price',
      store(
        '- links: both',
        '- bundle: A\n    parts: [{ itemId: 1, skuId: 2, price: { fen: 1, fixed: "1" } }]',
      ),
      'lines.0.parts.0.price: fen with a whole number, or fixed with an amount in yuan',
    ],
    [
      'of another block',
      store('pay: { auto: true }', 'pay: { auto: true, dailyCap: 5 }'),
      'purchase.pay.dailyCap: is not a known setting; write it as purchase.dailyCap',
    ],
    [
      'of a block, at the top',
      store('poll: 5m', 'poll: 5m\nsmallestMargin: 5%'),
      'smallestMargin: is not a known setting; write it as budget.smallestMargin',
    ],
  ])('%s', async (_what, files, expected) => {
    const found = (await said(files)).join('\n');
    expect(found).toContain(expected);
    expect(found).not.toMatch(/\.(\w+): is not a known setting; did you mean \1\?/);
  });

  test('a warehouse’s key at a buyer', async () => {
    const found = await said({
      stores: {
        'tea.yaml': STORE.replace(
          /^receiver:(\n {2}.*)+\n/m,
          'receiver: { kind: buyer, zip: "1" }\n',
        ),
      },
    });
    expect(found).toEqual([
      expect.stringContaining(
        'receiver.zip: does not go with kind: buyer; it belongs to kind: warehouse',
      ),
    ]);
  });
});

test('rules over several keys speak also when another key is wrong', async () => {
  const wrong = change(change(STORE, 'tracking: { leg: agent }\n', ''), '  dailyCap: "500"\n', '');
  const found = await problemsOf({ stores: { 'tea.yaml': change(wrong, 'poll: 5m', 'poll: 5') } });
  expect(found.map(({ path }) => path).sort()).toEqual([
    'poll',
    'purchase.dailyCap',
    'tracking.leg',
  ]);
});

test('one mistake in ponbridge.yaml hides no other: apps and groups are judged all the same', async () => {
  const found = await said({
    service: `${SERVICE}timings: { settle: soon }\n`,
    stores: { 'tea.yaml': change(STORE, 'country: sg', 'country: sg\napp: mian\ngroup: x') },
    env: { ...SECRETS, LAZADA_SECRET: undefined },
  });
  expect(found.map((line) => line.split(': ')[1])).toEqual([
    'apps.lazada.main.appSecret',
    'timings.settle',
    'app',
    'group',
  ]);
});
