/** A state that is good, in an address that no consent page sends: it stays good. */
import type { HttpRequest } from './inputs.ts';
import { MARK } from './marks.ts';

/** A name and its value, encoded already: broken encodings must get through. */
export type Pair = readonly [name: string, value: string];

export interface Spoiled {
  readonly marketplace: string;
  readonly state: string;
  readonly code: string;
  readonly odd: string;
}

export interface Spoil {
  readonly how: string;
  readonly request: (good: Spoiled) => HttpRequest;
}

export const MARKED = encodeURIComponent(MARK);

export function callbackPath(marketplace: string, pairs: readonly Pair[]): string {
  return `/oauth/${marketplace}/callback?${pairs.map((pair) => pair.join('=')).join('&')}`;
}

export function get(path: string, headers: HttpRequest['headers'] = {}): HttpRequest {
  return { method: 'GET', path, headers, body: Buffer.alloc(0) };
}

/** The good address with more pairs before or behind it. */
const among =
  (before: readonly Pair[], after: readonly Pair[] = []) =>
  ({ marketplace, state, code }: Spoiled) =>
    get(callbackPath(marketplace, [...before, ['code', code], ['state', state], ...after]));

/** The text behind the callback's path. */
const ending =
  (
    end: (good: Spoiled) => string,
    headers: (good: Spoiled) => HttpRequest['headers'] = () => ({}),
  ) =>
  (good: Spoiled) =>
    get(`/oauth/${good.marketplace}/callback${end(good)}`, headers(good));

const many = Array.from({ length: 60 }, (_, nth): Pair => [`p${nth}`, MARKED]);
const onlyCode = ({ code }: Spoiled) => `?code=${code}`;

export const SPOILS: readonly Spoil[] = [
  { how: 'a state twice', request: (good) => among([['state', good.state]])(good) },
  { how: 'a second state', request: (good) => among([['state', good.odd]])(good) },
  { how: 'a code twice', request: (good) => among([], [['code', good.odd]])(good) },
  { how: 'an odd name twice', request: among([[`%1B${MARKED}`, MARKED]], [[`%1B${MARKED}`, '']]) },
  { how: 'too long', request: among([], [['shop_id', '1'.repeat(3_000)]]) },
  { how: 'a name too long', request: among([[`${MARKED}${'x'.repeat(3_000)}`, '1']]) },
  { how: 'too many', request: among([], many) },
  { how: 'longer than any head', request: among([], [['x', 'y'.repeat(20_000)]]) },
  { how: 'another name', request: ending(({ state, code }) => `?code=${code}&State=${state}`) },
  {
    how: 'a list of states',
    request: ending(({ state, code }) => `?code=${code}&state[]=${state}`),
  },
  {
    how: 'behind a semicolon',
    request: ending(({ state, code }) => `?code=${code};state=${state}`),
  },
  {
    how: 'behind a question',
    request: ending(({ state, code }) => `?code=${code}?state=${state}`),
  },
  {
    how: 'as one name',
    request: ending(({ state, code }) => `?code%3D${code}%26state%3D${state}`),
  },
  { how: 'in the path', request: ending(({ state, code }) => `%3Fcode=${code}&state=${state}`) },
  {
    how: 'more of a path',
    request: ending(({ state, code }) => `/more?code=${code}&state=${state}`),
  },
  { how: 'in a cookie', request: ending(onlyCode, ({ state }) => ({ cookie: `state=${state}` })) },
  {
    how: 'in headers',
    request: ending(onlyCode, ({ state }) => ({ state, 'x-original-url': `/?state=${state}` })),
  },
  { how: 'a HEAD', request: (good) => ({ ...among([])(good), method: 'HEAD' }) },
  {
    how: 'a HEAD called GET',
    request: (good) => ({
      ...among([])(good),
      method: 'HEAD',
      headers: { 'x-http-method-override': 'GET' },
    }),
  },
  {
    how: 'a form',
    request: ({ marketplace, state, code }) => ({
      method: 'POST',
      path: `/oauth/${marketplace}/callback`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: Buffer.from(`state=${state}&code=${code}`),
    }),
  },
];
