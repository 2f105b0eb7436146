/** Ways in which a state that is good comes back, and what each must lead to. */
import fc from 'fast-check';
import { ODD_VALUES } from './consents.ts';
import type { HttpRequest } from './inputs.ts';
import { callbackPath, get, MARKED, type Pair, SPOILS } from './spoils.ts';

/** What a visit can bring; codes are given out when they are asked for. */
export interface Brought {
  readonly marketplace: string;
  readonly state: string;
  readonly shopId: string;
  readonly otherShopId: string;
  readonly mainAccountId: string;
  /** A code as a consent page gives it for these shops. */
  code(...shopIds: string[]): string;
  /** The same for a main account; Shopee's. */
  mainCode(...shopIds: string[]): string;
  /** Good, but given out by the other marketplace. */
  foreignCode(): string;
  /** It connected a store already. */
  readonly spentCode: string;
  readonly odd: string;
}

/** `untouched`: the state stays as good, or as bad, as it was. */
export type ReturnEnd = 'connected' | 'refused' | 'untouched';

interface Way {
  readonly how: string;
  readonly ends: ReturnEnd;
  readonly only?: 'lazada' | 'shopee';
  /** Its code is for the other store's shop as well. */
  readonly coversBoth?: boolean;
  /** The state is given out so that it cannot lead to anything. */
  readonly begun?: 'over' | 'for another app';
  readonly request: (brought: Brought) => HttpRequest;
}

export interface Return extends Way {
  readonly marketplace: 'lazada' | 'shopee';
  readonly odd: string;
  /** Requests at the same time. */
  readonly times: number;
}

/** Short enough to be looked at. */
const ODD = ODD_VALUES.filter((value) => !/^a{2001,}$/.test(value));

/** As the consent page sends it, with something else in place of it or behind it. */
function sent(brought: Brought, code: string, more: readonly Pair[] = []): HttpRequest {
  const { marketplace, state, shopId } = brought;
  const hasShop = more.some(([name]) => name === 'shop_id' || name === 'main_account_id');
  const shop: Pair[] = marketplace === 'shopee' && !hasShop ? [['shop_id', shopId]] : [];
  return get(callbackPath(marketplace, [['code', code], ...shop, ['state', state], ...more]));
}

export function asThePageSendsIt(brought: Brought): HttpRequest {
  return sent(brought, brought.code(brought.shopId));
}

const everySign = (text: string) =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('');

const CONNECTED: readonly Way[] = [
  { how: 'as the page sends it', ends: 'connected', request: asThePageSendsIt },
  {
    how: 'with odd names beside',
    ends: 'connected',
    request: (brought) =>
      sent(
        brought,
        brought.code(brought.shopId),
        [MARKED, '__proto__', 'state[]', 'STATE', 'constructor', '%1B', '', '%E0%A4%A'].map(
          (name) => [name, brought.odd],
        ),
      ),
  },
  {
    how: 'every sign encoded',
    ends: 'connected',
    request: ({ marketplace, state, code, shopId }) =>
      get(
        callbackPath(marketplace, [
          ['st%61te', everySign(state)],
          ['%63ode', everySign(code(shopId))],
        ]),
      ),
  },
  {
    how: 'with a number that is none',
    ends: 'connected',
    only: 'shopee',
    request: (brought) => sent(brought, brought.code(brought.shopId), [['shop_id', MARKED]]),
  },
  {
    how: 'for both shops',
    ends: 'connected',
    coversBoth: true,
    request: (brought) => {
      const shops = [brought.shopId, brought.otherShopId];
      if (brought.marketplace === 'lazada') return sent(brought, brought.code(...shops));
      const more: Pair = ['main_account_id', brought.mainAccountId];
      return sent(brought, brought.mainCode(...shops), [more]);
    },
  },
  {
    how: 'a main account and a shop, both its own',
    ends: 'connected',
    only: 'shopee',
    coversBoth: true,
    request: (brought) =>
      sent(brought, brought.mainCode(brought.shopId, brought.otherShopId), [
        ['main_account_id', brought.mainAccountId],
        ['shop_id', brought.otherShopId],
      ]),
  },
];

const REFUSED: readonly Way[] = [
  { how: 'an odd code', ends: 'refused', request: (brought) => sent(brought, brought.odd) },
  { how: 'a spent code', ends: 'refused', request: (brought) => sent(brought, brought.spentCode) },
  {
    how: "another marketplace's code",
    ends: 'refused',
    request: (brought) => sent(brought, brought.foreignCode()),
  },
  {
    how: "another store's code",
    ends: 'refused',
    request: (brought) => sent(brought, brought.code(brought.otherShopId)),
  },
  {
    how: "another store's code and shop",
    ends: 'refused',
    only: 'shopee',
    request: (brought) =>
      sent(brought, brought.code(brought.otherShopId), [['shop_id', brought.otherShopId]]),
  },
  {
    how: "another store's shop",
    ends: 'refused',
    only: 'shopee',
    request: (brought) =>
      sent(brought, brought.code(brought.shopId), [['shop_id', brought.otherShopId]]),
  },
  {
    how: "a main account's code without this shop",
    ends: 'refused',
    only: 'shopee',
    request: (brought) =>
      sent(brought, brought.mainCode(brought.otherShopId), [
        ['main_account_id', brought.mainAccountId],
      ]),
  },
  {
    how: "a shop's code and a main account",
    ends: 'refused',
    only: 'shopee',
    request: (brought) =>
      sent(brought, brought.code(brought.shopId), [
        ['shop_id', brought.shopId],
        ['main_account_id', '9999999999999999999'],
      ]),
  },
  {
    how: 'a no in odd words',
    ends: 'refused',
    request: (brought) =>
      sent(brought, brought.code(brought.shopId), [
        ['error', 'access_denied'],
        ['error_description', brought.odd],
      ]),
  },
  {
    how: 'a no in words that mean something',
    ends: 'refused',
    request: (brought) => sent(brought, '', [['error', `${MARKED}%1B%5B2J%0d%0a%E2%80%AE`]]),
  },
  {
    how: 'no code',
    ends: 'refused',
    request: ({ marketplace, state }) => get(callbackPath(marketplace, [['state', state]])),
  },
  {
    how: 'for another app',
    ends: 'refused',
    begun: 'for another app',
    request: asThePageSendsIt,
  },
];

const UNTOUCHED: readonly Way[] = [
  { how: 'over', ends: 'untouched', begun: 'over', request: asThePageSendsIt },
  {
    how: 'at another marketplace',
    ends: 'untouched',
    request: (brought) => {
      const marketplace = brought.marketplace === 'lazada' ? 'shopee' : 'lazada';
      return sent({ ...brought, marketplace }, brought.code(brought.shopId));
    },
  },
  ...SPOILS.map(
    ({ how, request }): Way => ({
      how: `spoiled, ${how}`,
      ends: 'untouched',
      request: ({ marketplace, state, code, shopId, odd }) =>
        request({ marketplace, state, code: code(shopId), odd }),
    }),
  ),
];

const USED = [...CONNECTED, ...REFUSED];
/** Those come by the hundred among the other inputs too. */
const UNTOUCHED_A_ROUND = 12;
export const ROUND = USED.length + UNTOUCHED_A_ROUND;

/** Every way that uses a state up, and some of the others. */
export function returnRound(): fc.Arbitrary<Return[]> {
  const all = { minLength: USED.length };
  const some = { minLength: UNTOUCHED_A_ROUND, maxLength: UNTOUCHED_A_ROUND };
  const rest = fc.tuple(
    fc.constantFrom('lazada' as const, 'shopee' as const),
    fc.constantFrom(...ODD),
    fc.constantFrom(1, 1, 2, 20),
  );
  return fc
    .tuple(
      fc.shuffledSubarray(USED, all),
      fc.shuffledSubarray([...UNTOUCHED], some),
      fc.array(rest, { minLength: ROUND, maxLength: ROUND }),
    )
    .map(([used, untouched, rests]) =>
      rests.flatMap(([at, odd, times], index) => {
        const way = [...used, ...untouched][index];
        return way ? [{ ...way, marketplace: way.only ?? at, odd, times }] : [];
      }),
    );
}
