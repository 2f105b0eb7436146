import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { signPush, signRequest, verifyPush } from '../../connectors/lazada/sign.ts';

const official: [string, string][] = [
  ['access_token', 'test'],
  ['app_key', '123456'],
  ['order_id', '1234'],
  ['sign_method', 'sha256'],
  ['timestamp', '1517820392000'],
];
const OFFICIAL_SIGN = '4190D32361CFB9581350222F345CB77F3B19F0E31D162316848A2C1FFD5FAB4A';

const pushBody = '{"seller_id":"1234567", "message_type":0, "data":{...}..}';
const PUSH_SIGN = 'f3d2ca947f16a50b577c036adecd18bec126ea19cadedd59816e255d3b6104ab';
const PUSH_SECRET = '3412gyo124goi3124';

function hmac(text: string): string {
  return createHmac('sha256', 'helloworld').update(text).digest('hex').toUpperCase();
}

test('the official request vector (document 108069)', () => {
  expect(signRequest('helloworld', '/order/get', official)).toBe(OFFICIAL_SIGN);
});

test('the official push vector (document 120168)', () => {
  expect(signPush('123456', PUSH_SECRET, Buffer.from(pushBody))).toBe(PUSH_SIGN);
  expect(verifyPush('123456', PUSH_SECRET, Buffer.from(pushBody), PUSH_SIGN)).toBe(true);
  expect(verifyPush('123456', PUSH_SECRET, Buffer.from(pushBody), PUSH_SIGN.toUpperCase())).toBe(
    true,
  );
});

const joined = official.map(([name, value]) => name + value).join('');
test.each([
  ['the path with /rest', hmac(`/rest/order/get${joined}`)],
  ['the path without its slash', hmac(`order/get${joined}`)],
  ['the method before the path', hmac(`GET/order/get${joined}`)],
  ['no path', hmac(joined)],
  ['pairs with = and &', hmac(`/order/get${official.map((pair) => pair.join('=')).join('&')}`)],
  ['the access token left out', hmac(`/order/get${joined.replace('access_tokentest', '')}`)],
  ['a body behind the parameters', hmac(`/order/get${joined}{}`)],
  ['lower-case hex', OFFICIAL_SIGN.toLowerCase()],
  [
    'a plain hash around the secret',
    createHash('sha256')
      .update(`helloworld/order/get${joined}helloworld`)
      .digest('hex')
      .toUpperCase(),
  ],
])('a request is not signed by %s', (_name, wrong) => {
  expect(signRequest('helloworld', '/order/get', official)).not.toBe(wrong);
});

test('values are signed raw, not URL-encoded', () => {
  const raw: [string, string][] = [['update_after', '2018-02-10T16:00:00+08:00']];
  expect(signRequest('helloworld', '/orders/get', raw)).toBe(
    hmac('/orders/getupdate_after2018-02-10T16:00:00+08:00'),
  );
});

test('names are sorted by their bytes, not by a locale', () => {
  const names: [string, string][] = ['foobar', 'foo_bar', 'foo', 'Foo'].map((name) => [name, '1']);
  expect(signRequest('helloworld', '/x', names)).toBe(hmac('/xFoo1foo1foo_bar1foobar1'));
});

test('the order of the parameters does not matter, and empty ones change nothing', () => {
  const parameters = fc.uniqueArray(fc.tuple(fc.string({ minLength: 1 }), fc.string()), {
    selector: ([name]) => name,
  });
  fc.assert(
    fc.property(parameters, fc.func(fc.integer()), (pairs, weight) => {
      const shuffled = pairs.toSorted((a, b) => weight(a[0]) - weight(b[0]));
      const filled = pairs.filter(([, value]) => value !== '');
      const sign = signRequest('s', '/p', pairs);
      expect(signRequest('s', '/p', shuffled)).toBe(sign);
      expect(signRequest('s', '/p', filled)).toBe(sign);
    }),
  );
});

test('a push of which one byte was changed is refused', () => {
  fc.assert(
    fc.property(
      fc.nat({ max: pushBody.length - 1 }),
      fc.integer({ min: 1, max: 255 }),
      (at, by) => {
        const body = Buffer.from(pushBody);
        body[at] = ((body[at] ?? 0) + by) % 256;
        expect(verifyPush('123456', PUSH_SECRET, body, PUSH_SIGN)).toBe(false);
      },
    ),
  );
});

const key = (text: string, secret = PUSH_SECRET) =>
  createHmac('sha256', secret).update(text).digest('hex');
test.each([
  ['no signature', undefined],
  ['an empty signature', ''],
  ['a signature cut short', PUSH_SIGN.slice(0, 62)],
  ['a longer signature', `${PUSH_SIGN}00`],
  ['no hex', 'z'.repeat(64)],
  ['HMAC without the app key', key(pushBody)],
  ['the app key behind the body', key(`${pushBody}123456`)],
  ['an empty secret', key(`123456${pushBody}`, '')],
  ['a body written anew', key(`123456${pushBody.replaceAll(', ', ',')}`)],
])('a push with %s is refused', (_name, signature) => {
  expect(verifyPush('123456', PUSH_SECRET, Buffer.from(pushBody), signature)).toBe(false);
});
