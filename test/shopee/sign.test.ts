import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { publicBase, shopBase, sign, signPush, verifyPush } from '../../connectors/shopee/sign.ts';

/** Printed in Shopee's own demo; the signatures are recomputed (shopee.md 1.4, 6.1). */
const KEY = '57615053704d6470644f554a78656d50484143644964436a5568777544524579';
const CALL = {
  partnerId: '2001887',
  path: '/api/v2/shop/get_shop_info',
  timestamp: 1655714431,
  accessToken: '59777174636562737266615546704c6d',
  shopId: '14701711',
};
const SIGN = 'b914bea03c13799deb036bb9d10e689f5a6bade160c44af568646f1ef7d796c1';

describe('signing a call', () => {
  test('the vector of a shop call', () => {
    expect(shopBase(CALL)).toBe(
      '2001887/api/v2/shop/get_shop_info165571443159777174636562737266615546704c6d14701711',
    );
    expect(sign(KEY, shopBase(CALL))).toBe(SIGN);
  });

  test('a call without a shop signs neither token nor shop', () => {
    expect(publicBase(CALL)).toBe('2001887/api/v2/shop/get_shop_info1655714431');
  });

  test('known wrong variants give another signature', () => {
    const base = shopBase(CALL);
    const separated = [CALL.partnerId, CALL.path, CALL.timestamp, CALL.accessToken, CALL.shopId];
    const decoded = createHmac('sha256', Buffer.from(KEY, 'hex')).update(base).digest('hex');
    const variants = [
      decoded,
      sign(KEY, separated.join('|')),
      sign(KEY, separated.join('&')),
      sign(KEY, base.replace('1655714431', '1655714431000')),
      sign(KEY, base.replace('/api', 'https://partner.shopeemobile.com/api')),
      sign(KEY, base.replace('/api/v2', '')),
      sign(KEY, publicBase(CALL)),
      sign(`shpk${KEY}`, base),
    ];
    expect(new Set([...variants, SIGN]).size).toBe(variants.length + 1);
  });

  test.each([
    ['a time stamp in milliseconds', { timestamp: 1655714431000 }],
    ['a broken time stamp', { timestamp: 1655714431.5 }],
    ['a full address', { path: 'https://partner.shopeemobile.com/api/v2/shop/get_shop_info' }],
    ['a path with a query', { path: '/api/v2/shop/get_shop_info?page=1' }],
    ['a path without /api/v2', { path: '/shop/get_shop_info' }],
  ])('refuses %s', (_what, wrong) => {
    expect(() => shopBase({ ...CALL, ...wrong })).toThrow(RangeError);
  });

  test('refuses an empty key', () => {
    expect(() => sign('', 'base')).toThrow(RangeError);
    expect(() => signPush('', 'https://example.com', Buffer.from('{}'))).toThrow(RangeError);
  });

  test('the key is used as text, also with its shpk prefix', () => {
    const key = `shpk${KEY}`;
    const expected = createHmac('sha256', Buffer.from(key, 'utf8')).update('x').digest('hex');
    expect(sign(key, 'x')).toBe(expected);
  });
});

describe('checking a push', () => {
  const url = 'https://example.com/shopee/push';
  const body = Buffer.from('{"shop_id":123,"code":1}');
  const signature = '5f2ca9f6c64e58aa5af5d28ae9e62a49363df59072cdc501232e444720923f89';

  test('the vector', () => {
    expect(signPush(KEY, url, body)).toBe(signature);
    expect(verifyPush(KEY, url, body, signature)).toBe(true);
  });

  test('known wrong variants are refused', () => {
    const bodyOnly = createHmac('sha256', KEY).update(body).digest('hex');
    const glued = createHmac('sha256', KEY).update(url).update(body).digest('hex');
    const variants = [
      bodyOnly,
      glued,
      signature.toUpperCase(),
      `sha256=${signature}`,
      `Bearer ${signature}`,
      signature.slice(0, 63),
      '',
    ];
    for (const wrong of variants) expect(verifyPush(KEY, url, body, wrong), wrong).toBe(false);
    expect(verifyPush(KEY, `${url}/`, body, signature)).toBe(false);
    expect(verifyPush(KEY, 'http://example.com/shopee/push', body, signature)).toBe(false);
  });

  test('any change of the body is noticed', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1 }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (bytes, at, flip) => {
          const sent = Buffer.from(bytes);
          const changed = Buffer.from(bytes);
          const index = at % changed.length;
          changed[index] = (changed[index] ?? 0) ^ flip;
          const made = signPush(KEY, url, sent);
          expect(verifyPush(KEY, url, sent, made)).toBe(true);
          expect(verifyPush(KEY, url, changed, made)).toBe(false);
        },
      ),
    );
  });
});
