import { expect, test } from 'vitest';
import { callBase, hexHmac, pushBase } from '../../connectors/shopee/sandbox/signature.ts';
import { DEMO_KEY } from './caller.ts';

const PATH = '/api/v2/shop/get_shop_info';
const SHOP_PARAMETERS = { accessToken: '59777174636562737266615546704c6d', shopId: '14701711' };
const SIGN = 'b914bea03c13799deb036bb9d10e689f5a6bade160c44af568646f1ef7d796c1';

test('the recomputed call vector of shopee.md 1.4 comes out', () => {
  const base = callBase('2001887', PATH, '1655714431', SHOP_PARAMETERS);
  expect(base).toBe(
    '2001887/api/v2/shop/get_shop_info165571443159777174636562737266615546704c6d14701711',
  );
  expect(hexHmac(DEMO_KEY, base)).toBe(SIGN);
});

test('the push vector of shopee.md 6.1 comes out', () => {
  const base = pushBase('https://example.com/shopee/push', '{"shop_id":123,"code":1}');
  expect(hexHmac(DEMO_KEY, base)).toBe(
    '5f2ca9f6c64e58aa5af5d28ae9e62a49363df59072cdc501232e444720923f89',
  );
});

test('a public base ends with the timestamp', () => {
  expect(callBase('1', '/api/v2/auth/token/get', '1655714431')).toBe(
    '1/api/v2/auth/token/get1655714431',
  );
});
