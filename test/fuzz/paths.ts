/** Paths and methods that are no push and no callback, and encodings around those that are. */
import { brotliCompressSync, constants, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { rawBytes } from './bodies.ts';
import type { Facts } from './facts.ts';
import type { Input } from './inputs.ts';

const METHODS = [
  ...['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'PURGE'],
  ...['MKCOL', 'SEARCH', 'LINK', 'QUERY'],
];

const PATHS = [
  ...['/', '//', '/.', '/..', '/../../etc/passwd', '/%2e%2e/%2e%2e/etc/passwd', '/.git/config'],
  ...['/.env', '/push', '/push/', '/push/lazada', '/push/lazada/', '/push/amazon/main'],
  ...['/push/lazada/other', '/push/__proto__/main', '/push/lazada/__proto__', '/push/%00/main'],
  ...[
    '/push/constructor/constructor',
    '/push/lazada%2fmain',
    '/push/lazada/main/more',
    '/PUSH/x/y',
  ],
  ...['/push/lazada/main%00', '/push/lazada/main;x', '/push/%E0%A4%A/main', '/push/lazada/%ff'],
  ...['/callback', '/callback/', '/callback/pandapon', '/callback/pandapon/main', '/api', '/login'],
  ...[
    '/callback/pandapon/main/',
    '/oauth/callback?code=1',
    '/__sandbox/books',
    '/health/',
    '/metrics/x',
  ],
  ...[
    '/health?x=%',
    '/?a[__proto__]=1&a[b]=2',
    '/?constructor=1',
    '/a%',
    '/%',
    '/*',
    '/:marketplace',
  ],
  ...['/\\..\\..', '/http://evil.example/', '//evil.example/push', '/push/lazada/main?token=1#x'],
  ...['/%c0%ae%c0%ae/', '/$%7Bjndi:ldap:%7D', '/index.php', '/favicon.ico', '/robots.txt'],
];

/** Whatever the path and the verb: no address, and nothing happens. */
export function otherPaths(): fc.Arbitrary<Input> {
  const path = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...PATHS) },
    { weight: 2, arbitrary: fc.webPath().map((each) => `/${each}`) },
    {
      weight: 1,
      arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((each) => {
        const wellFormed = each.toWellFormed();
        return `/push/${encodeURIComponent(wellFormed)}/main`;
      }),
    },
    { weight: 1, arbitrary: fc.constantFrom(2_000, 12_000).map((n) => `/${'a'.repeat(n)}`) },
    { weight: 1, arbitrary: fc.constantFrom(500, 4_000).map((n) => '/x'.repeat(n)) },
    { weight: 1, arbitrary: fc.constantFrom(500, 3_000).map((n) => `/?${'a=1&'.repeat(n)}`) },
  );
  return fc
    .tuple(fc.constantFrom(...METHODS), path, rawBytes)
    .map(([method, where, body]): Input => {
      const isBare = method === 'GET' || method === 'HEAD' || method === 'TRACE';
      return {
        endpoint: 'other path',
        kind: 'path and method',
        standing: 'unverified',
        request: { method, path: where, headers: {}, body: isBare ? Buffer.alloc(0) : body },
      };
    });
}

/** The two pages for operators, asked in every way. */
export function pages(): fc.Arbitrary<Input> {
  return fc
    .tuple(
      fc.constantFrom('/health', '/metrics'),
      fc.constantFrom(...METHODS, 'GET', 'GET', 'GET', 'GET'),
      rawBytes,
    )
    .map(([path, method, body]): Input => {
      const isBare = ['GET', 'HEAD', 'TRACE'].includes(method);
      return {
        endpoint: 'health, metrics',
        kind: 'any method',
        standing: 'unverified',
        request: { method, path, headers: {}, body: isBare ? Buffer.alloc(0) : body },
      };
    });
}

const LIMIT = 256 * 1024;
const bombs = {
  gzip: gzipSync(Buffer.alloc(32 << 20, ' ')),
  deflate: deflateSync(Buffer.alloc(32 << 20, '[')),
  br: brotliCompressSync(Buffer.alloc(32 << 20, '{'), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 4 },
  }),
} as const;

/** Bodies around the limit, and bodies that grow when they are unpacked. */
export function heavyBodies(facts: Facts): fc.Arbitrary<Input> {
  const places = [
    ['push lazada', '/push/lazada/main'],
    ['push shopee', '/push/shopee/main'],
    ['callback', `/callback/pandapon/main/${facts.token}`],
    ['other path', '/nothing/here'],
  ] as const;
  const plain = fc.constantFrom(LIMIT - 1, LIMIT, LIMIT + 1, 1 << 20).map((size) => ({
    how: size > LIMIT ? 'over the limit' : 'at the limit',
    body: Buffer.alloc(size, 'x'),
    headers: {},
  }));
  const packed = fc
    .tuple(fc.constantFrom('gzip', 'deflate', 'br'), fc.constantFrom('bomb', 'cut', 'lie', 'small'))
    .map(([encoding, way]) => {
      const bomb = bombs[encoding as keyof typeof bombs];
      const bodies: Record<string, Buffer> = {
        bomb,
        cut: bomb.subarray(0, bomb.length >> 1),
        lie: Buffer.from('{"code":0}'),
        small: gzipSync('{"code":3}'),
      };
      return {
        how: `${encoding}, ${way}`,
        body: bodies[way] ?? bomb,
        headers: { 'content-encoding': encoding },
      };
    });
  const named = fc
    .constantFrom('gzip, gzip', 'compress', 'zstd', 'identity', 'utf-8', '__proto__', 'GZIP', '')
    .map((encoding) => ({
      how: 'odd encoding',
      body: Buffer.from('{"code":3}'),
      headers: { 'content-encoding': encoding },
    }));
  return fc.tuple(fc.constantFrom(...places), fc.oneof(plain, packed, named)).map(
    ([[endpoint, path], { how, body, headers }]): Input => ({
      endpoint,
      kind: how,
      standing: how === 'over the limit' || how.endsWith('bomb') ? 'oversized' : 'unverified',
      request: { method: 'POST', path, headers, body },
    }),
  );
}
