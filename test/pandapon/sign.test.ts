import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { makeNonce, signature, signedHeaders } from '../../connectors/pandapon/sign.ts';

// No official vector exists: the vendor's paragraph on signatures was not seen (pandapon.md 2). This
// one was computed from the rule with another program:
//   printf %s "${accessKey}${timestamp}${nonce}${secret}" | md5sum | tr a-f A-F
const parts = {
  accessKey: '58c0201dfdf148eca63cbf6bb5e7cf03',
  timestamp: '1715669977',
  nonce: 'AbCdEfGhIjKlMnOpQrStUvWxYz012345',
  accessSecret: '0123456789abcdef0123456789abcdef',
};
const VECTOR = 'E7C717068571143B428C302058FAA732';

const md5 = (text: string) => createHash('md5').update(text, 'utf8').digest('hex');

describe('the signature', () => {
  test('is the vector computed by hand', () => {
    expect(signature(parts)).toBe(VECTOR);
  });

  test('is the upper-case MD5 of the four parts without separators, spelled out', () => {
    const spelled =
      '58c0201dfdf148eca63cbf6bb5e7cf03' +
      '1715669977' +
      'AbCdEfGhIjKlMnOpQrStUvWxYz012345' +
      '0123456789abcdef0123456789abcdef';
    expect(signature(parts)).toBe(md5(spelled).toUpperCase());
  });

  const { accessKey, timestamp, nonce, accessSecret } = parts;
  const named = { 'access-key': accessKey, timestamp, 'nonce-str': nonce };
  const sorted = Object.entries(named).sort(([a], [b]) => (a < b ? -1 : 1));
  test.each([
    ['sorted parameters', sorted.map(([, value]) => value).join('') + accessSecret],
    ['sorted names and values', `${sorted.flat().join('')}${accessSecret}`],
    ['a query string', `${sorted.map((pair) => pair.join('=')).join('&')}&secret=${accessSecret}`],
    ['separators', [accessKey, timestamp, nonce, accessSecret].join('&')],
    ['the secret in front', accessSecret + accessKey + timestamp + nonce],
    ['the body signed too', `${accessKey + timestamp + nonce}{"orderId":"1"}${accessSecret}`],
    ['milliseconds for seconds', `${accessKey + timestamp}000${nonce}${accessSecret}`],
    ['no nonce', accessKey + timestamp + accessSecret],
  ])('is not the known wrong variant: %s', (_variant, text) => {
    expect(signature(parts)).not.toBe(md5(text).toUpperCase());
  });

  test('is not lower case', () => {
    expect(signature(parts)).not.toBe(VECTOR.toLowerCase());
    expect(signature(parts)).toMatch(/^[0-9A-F]{32}$/);
  });
});

describe('the signed headers', () => {
  const account = { accessKey: 'k', accessSecret: 's', userId: 'u' };
  const at = new Date(1715669977982);

  test('state the time in whole seconds, never rounded up', () => {
    expect(signedHeaders({ ...account, timestampUnit: 'seconds' }, at).timestamp).toBe(
      '1715669977',
    );
  });

  test('state the time in milliseconds where the account says so, and sign that text', () => {
    const headers = signedHeaders({ ...account, timestampUnit: 'milliseconds' }, at, 'n');
    expect(headers).toEqual({
      'access-key': 'k',
      timestamp: '1715669977982',
      'nonce-str': 'n',
      'user-id': 'u',
      signature: md5('k1715669977982ns').toUpperCase(),
    });
  });
});

test('nonces are 32 letters and digits and do not repeat', () => {
  const nonces = Array.from({ length: 500 }, makeNonce);
  for (const nonce of nonces) expect(nonce).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(new Set(nonces).size).toBe(500);
});
