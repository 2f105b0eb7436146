/** Consents that come back to us with nothing to show for: no state of ours, or one that is spent. */
import fc from 'fast-check';
import { rawBytes } from './bodies.ts';
import type { Facts } from './facts.ts';
import type { Input } from './inputs.ts';
import { FORGED, SLIPPED } from './marks.ts';
import { rawConsents } from './raw-consents.ts';
import { callbackPath, get, MARKED, type Pair, SPOILS } from './spoils.ts';

export const ODD_VALUES: readonly string[] = [
  ...[
    '',
    '%',
    '%E0%A4%A',
    '%00',
    '%ff%fe',
    '%ED%A0%80',
    '%u0041',
    '+',
    '%2B',
    '%25%32%35',
    '%C0%80',
  ],
  ...[MARKED, `${MARKED.repeat(20)}`, '%3Cscript%3Ealert(1)%3C%2Fscript%3E', '%1B%5B31m%E2%80%AE'],
  ...[
    `%0d%0a${SLIPPED}:%20fuzzz%0d%0a%0d%0a%3Cfuzzz`,
    `%0a${MARKED}`,
    '%E2%80%A8%E2%80%A9',
    '%F0%9F%AB%96',
  ],
  ...[
    '0',
    '-1',
    '1e999',
    'NaN',
    '9999999999999999999',
    '99999999999999999999',
    '0220688102',
    '%D9%A1',
  ],
  ...[
    '__proto__',
    'constructor',
    'null',
    '[]',
    '%7B%7D',
    "'%20or%201=1--",
    '$%7Bjndi:ldap:%7D',
    '..%2f',
  ],
  ...[
    'a'.repeat(1_990),
    'a'.repeat(2_001),
    '%E2%82%AC'.repeat(700),
    'a'.repeat(9_000),
    'a'.repeat(20_000),
  ],
];

const AT = fc.constantFrom('lazada' as const, 'shopee' as const);

const NAMES = [
  ...[
    'code',
    'shop_id',
    'main_account_id',
    'error',
    'error_description',
    'message',
    'STATE',
    'state%00',
  ],
  ...[
    'state[]',
    'state%20',
    '__proto__',
    'constructor',
    'redirect_uri',
    '',
    '%',
    MARKED,
    'a'.repeat(2_001),
  ],
  ...[`${MARKED}${'x'.repeat(2_000)}`, '%0d%0a', '%1B%5B2J', 'app_key', 'country'],
];

const ODD_PAIRS = fc.array(
  fc.tuple(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom(...NAMES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }).map(encoded) },
    ),
    fc.oneof(
      { weight: 3, arbitrary: fc.constantFrom(...ODD_VALUES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map(encoded) },
      { weight: 1, arbitrary: fc.nat().map((nth) => `${FORGED}${nth}`) },
    ),
  ),
  { maxLength: 6 },
);

/** Whatever a stranger brings: it is refused, and neither a row nor a marketplace notices. */
export function strayConsents(facts: Facts): fc.Arbitrary<Input> {
  return fc.oneof(
    { weight: 12, arbitrary: withoutState(facts) },
    { weight: 4, arbitrary: spoiled(facts) },
    { weight: 3, arbitrary: otherMethods(facts) },
    { weight: 5, arbitrary: rawConsents(facts) },
  );
}

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed());
}

function forgedInput(how: string, request: Input['request']): Input {
  return { endpoint: 'consent', kind: how, standing: 'forged', request };
}

/** States that were never given out, that are spent or over, or that are another marketplace's. */
function withoutState(facts: Facts): fc.Arbitrary<Input> {
  const { live, used, ended } = facts.consents;
  const near = Object.entries(live).flatMap(([marketplace, state]) =>
    nearlyEqual(state).map((each) => [marketplace, 'nearly a state of ours', each] as const),
  );
  const known = [
    ...used.map(([marketplace, state]) => [marketplace, 'used before', state] as const),
    ...ended.map(([marketplace, state]) => [marketplace, 'over', state] as const),
    ['lazada', "another marketplace's", live.shopee] as const,
    ['shopee', "another marketplace's", live.lazada] as const,
    ...[
      'amazon',
      '__proto__',
      'constructor',
      'lazada%00',
      'lazada%20',
      '%E0%A4%A',
      'LAZADA',
      MARKED,
    ].map((name) => [name, 'no marketplace', live.lazada] as const),
  ];
  const state = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...known) },
    { weight: 2, arbitrary: fc.constantFrom(...near) },
    {
      weight: 2,
      arbitrary: fc.tuple(
        AT,
        fc.constant('never given out'),
        fc.nat().map((nth) => FORGED + nth),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(AT, fc.constant('an odd state'), fc.constantFrom(...ODD_VALUES)),
    },
  );
  const code = fc.oneof(
    fc.constantFrom(...Object.values(facts.consents.codes)),
    fc.nat().map((nth) => FORGED + nth),
    fc.constantFrom(...ODD_VALUES),
  );
  return fc
    .tuple(state, code, ODD_PAIRS, fc.boolean(), fc.nat())
    .map(([[marketplace, how, value], given, more, isBare, at]) => {
      const pairs: Pair[] = [['code', given], ...(isBare ? [] : more)];
      pairs.splice(at % (pairs.length + 1), 0, ['state', value]);
      return forgedInput(how, get(callbackPath(marketplace, pairs)));
    });
}

function nearlyEqual(state: string): string[] {
  const swapped = state.replace(/[a-z]/i, (sign) =>
    sign === sign.toUpperCase() ? sign.toLowerCase() : sign.toUpperCase(),
  );
  return [
    ...[state.slice(0, -1), `${state}x`, swapped, state.slice(0, 20), `${state.slice(0, -1)}~`],
    ...[[...state].reverse().join(''), `${state}%00`, `%20${state}`, `${state}+`, `${state}%0a`],
    ...[`${state}%E2%80%8B`, `%25${Buffer.from(state).toString('hex')}`, `${state},${state}`],
    Buffer.from(state, 'base64url').toString('hex'),
    `${state}=`,
  ];
}

function spoiled(facts: Facts): fc.Arbitrary<Input> {
  const { live, codes } = facts.consents;
  return fc
    .tuple(AT, fc.constantFrom(...SPOILS), fc.constantFrom(...ODD_VALUES))
    .map(([marketplace, { how, request }, odd]) => {
      const good = { marketplace, state: live[marketplace], code: codes[marketplace], odd };
      return forgedInput(`spoiled, ${how}`, request(good));
    });
}

const METHODS = [
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'QUERY',
  'LINK',
  'PURGE',
];

function otherMethods(facts: Facts): fc.Arbitrary<Input> {
  const { live, codes } = facts.consents;
  return fc.tuple(AT, fc.constantFrom(...METHODS), rawBytes).map(([at, method, body]): Input => {
    const [state, code] = [live[at], codes[at]];
    const path = callbackPath(at, [
      ['code', code],
      ['state', state],
    ]);
    const request = {
      method,
      path,
      headers: {},
      body: method === 'TRACE' ? Buffer.alloc(0) : body,
    };
    // OPTIONS is answered with what there is.
    return { endpoint: 'consent', kind: 'another method', standing: 'unverified', request };
  });
}
