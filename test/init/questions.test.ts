/** The real command in a terminal of its own. */
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { run } from '../cli/home.ts';
import { emptyHome, filesOf, hasTerminal, KEYS, STORE, type Typed, typeInto } from './home.ts';

const ENTER = '\r';
const DOWN = '\u001b[B';
const CLEAR = '\u0015';
const CTRL_C = '\u0003';

const SHOP: readonly Typed[] = [
  ['Which marketplace', ENTER],
  ['In which country', ENTER],
  ['Name of the store', `my-shop${ENTER}`],
  ["Lazada's id", `1000114855${ENTER}`],
];

const RULES: readonly Typed[] = [
  ['orderSource', ENTER],
  ['What do your SKUs say', ENTER],
  ['Type one of your SKUs', `TB-600126245031041190-5016042822039-1250${ENTER}`],
  ['Which pattern', ENTER],
  ['Where does the supplier', ENTER],
  ["Receiver's name", ENTER],
  ['mobile phone', `15000000000${ENTER}`],
  ['Province', `浙江省${ENTER}`],
  ['City', `杭州市${ENTER}`],
  ['District', `余杭区${ENTER}`],
  ['Street', `仓前街道 8 号${ENTER}`],
  ['Add the order number', ENTER],
  ['Postal code', ENTER],
  ['which number is told', ENTER],
  ['How many yuan', `5.35${ENTER}`],
  ['So 100 SGD are 535 yuan', ENTER],
  ['Largest purchase', `much${ENTER}`],
  ['an amount in yuan', `${CLEAR}300${ENTER}`],
  ['Smallest margin', ENTER],
  ['From which day', ENTER],
];

const KEYS_TYPED: readonly Typed[] = [
  ['Public address', `https://bridge.example.com${ENTER}`],
  ["Make the token for PandaPon's", ENTER],
  ['Lazada: App Key', `${KEYS.LAZADA_APP_KEY}${ENTER}`],
  ['Lazada: App Secret', `${KEYS.LAZADA_APP_SECRET}${ENTER}`],
  ['Where the account is', ENTER],
  ['Access Key', `${KEYS.PANDAPON_ACCESS_KEY}${ENTER}`],
  ['Access Secret', `${KEYS.PANDAPON_ACCESS_SECRET}${ENTER}`],
  ['User id', `${KEYS.PANDAPON_USER_ID}${ENTER}`],
];

describe.skipIf(!hasTerminal).concurrent('ponbridge init, asked in a terminal', () => {
  test('makes an empty folder into settings that check takes, and shows no secret', async () => {
    const home = await emptyHome();
    const { shown, code } = await typeInto(home, [
      ...SHOP,
      ...RULES,
      ...KEYS_TYPED,
      ['Write this?', ENTER],
    ]);
    expect(code, shown).toBe(0);
    expect(shown).toMatch(/item 600126245031041190, source SKU 5016042822039, 12\.50 CNY a unit/);
    expect(shown).toMatch(/npx ponbridge mode my-shop manual/);
    const files = await filesOf(home);
    const env = parseEnv(files['.env'] ?? '');
    expect(env).toMatchObject({
      LAZADA_APP_SECRET: KEYS.LAZADA_APP_SECRET,
      PANDAPON_USER_ID: KEYS.PANDAPON_USER_ID,
      PONBRIDGE_PUBLIC_URL: 'https://bridge.example.com',
      PONBRIDGE_CALLBACK_TOKEN: expect.stringMatching(/^[0-9a-f]{48}$/),
    });
    expect((await stat(join(home, '.env'))).mode & 0o777).toBe(0o600);
    const elsewhere = `${shown}${files['ponbridge.yaml']}${files['stores/my-shop.yaml']}`;
    const { LAZADA_APP_SECRET, PANDAPON_ACCESS_KEY, PANDAPON_ACCESS_SECRET } = KEYS;
    const token = String(env.PONBRIDGE_CALLBACK_TOKEN);
    for (const secret of [LAZADA_APP_SECRET, PANDAPON_ACCESS_KEY, PANDAPON_ACCESS_SECRET, token]) {
      expect(elsewhere).not.toContain(secret);
    }
    const checked = await run(['check'], { PONBRIDGE_HOME: home });
    expect(checked.err).toBe('');
    expect(checked.out).toMatch(/my-shop +lazada sg +1000114855 +SGD +off /);
  });

  test.each([
    ['at the first question', [['Which marketplace', CTRL_C]]],
    ['at a secret', [...SHOP, ...RULES, ...KEYS_TYPED.slice(0, 3), ['App Secret', CTRL_C]]],
    ['at the last question', [...SHOP, ...RULES, ...KEYS_TYPED, ['Write this?', CTRL_C]]],
  ] as [string, Typed[]][])('Ctrl-C %s writes nothing', async (_when, lines) => {
    const home = await emptyHome();
    const { shown, code } = await typeInto(home, lines);
    expect(shown).toMatch(/Nothing was written/);
    expect(code).toBe(130);
    expect(await filesOf(home)).toEqual({});
  });

  test('refuses the name and the shop of a store that is there, and uses its app and account', async () => {
    const home = await emptyHome();
    const answers = join(home, 'answers.yaml');
    await writeFile(answers, STORE);
    await writeFile(join(home, '.env'), entries(KEYS));
    await run(['init', '--answers', answers], { PONBRIDGE_HOME: home });
    const before = await filesOf(home);
    const { shown, code } = await typeInto(home, [
      ['Which marketplace', ENTER],
      ['In which country', ENTER],
      ['Name of the store', `tea-sg${ENTER}`],
      ['there is a stores/tea-sg.yaml already', `${CLEAR}tea-sg2${ENTER}`],
      ["Lazada's id", `1000114855${ENTER}`],
      ['is the shop of stores/tea-sg.yaml already', `${CLEAR}1000114856${ENTER}`],
      ['Which app at Lazada', ENTER],
      ['Which PandaPon account', ENTER],
      ...RULES,
      ['Public address', ENTER],
      ['Write this?', ENTER],
    ]);
    expect(code, shown).toBe(0);
    const { 'stores/tea-sg2.yaml': made, ...rest } = await filesOf(home);
    expect(rest).toEqual(before);
    // Two stores on one account: their numbers are kept apart.
    expect(made).toMatch(/^sellerOrderNumber: "\{store\}-\{order\}"$/m);
  });

  test('a SKU without ids leads to the table of links', async () => {
    const home = await emptyHome();
    const { shown } = await typeInto(home, [
      ...SHOP,
      ['orderSource', ENTER],
      ['What do your SKUs say', `${DOWN}${DOWN}${ENTER}`],
      ['Type one of your SKUs', `MUG-RED${ENTER}`],
      ['No two source ids are found', `${DOWN}${DOWN}${ENTER}`],
      ['Where does the supplier', CTRL_C],
    ]);
    expect(shown).toMatch(/use the table of SKU links/);
  });
});

test('without a terminal it says what to do instead', async () => {
  const answer = await run(['init'], { PONBRIDGE_HOME: await emptyHome() });
  expect(answer.code).toBe(2);
  expect(answer.err).toMatch(/no terminal to ask in.*ponbridge init --answers answers\.yaml/);
});

function entries(variables: Record<string, string>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}
