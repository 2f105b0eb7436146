import { expect, test } from 'vitest';
import { lazada } from '../../connectors/lazada/index.ts';
import { signPush } from '../../connectors/lazada/sign.ts';
import { APP_KEY, fixture, SECRET } from './given.ts';

const pushes = lazada.pushes({ appKey: APP_KEY, appSecret: SECRET });

function body(value: object | string): Buffer {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
}

test.each([
  ['push-trade.json', '1234567', 'vn', '260422900198363', 'order'],
  ['push-trade-returned.json', '1000114855', 'vn', '252883361348153', 'order'],
  ['push-fulfilment.json', '100056775', 'sg', '57244869716603', 'package'],
  ['push-reverse.json', '12345', 'sg', '416557324702006', 'order'],
])('%s points at its order', (name, sellerId, country, orderId, topic) => {
  const raw = body(fixture(name));
  expect(pushes.isProbe(raw)).toBe(false);
  expect(pushes.read(raw)).toMatchObject({ sellerId, country, orderId, topic });
});

test("the console's message is a probe, and only it", () => {
  expect(pushes.isProbe(body(fixture('push-probe.json')))).toBe(true);
  expect(pushes.isProbe(body('no json'))).toBe(false);
  expect(pushes.isProbe(body('null'))).toBe(false);
});

test('the token alert names its seller inside, and concerns the authorisation', () => {
  const alert = {
    seller_id: 'null',
    message_type: 8,
    data: { seller_id: 1001 },
    site: 'LAZADA_MY',
  };
  expect(pushes.read(body(alert))).toMatchObject({
    sellerId: '1001',
    country: 'my',
    orderId: undefined,
    topic: 'authorisation',
  });
  expect(pushes.read(body({ seller_id: 5, message_type: 13, data: {} })).topic).toBe(
    'authorisation',
  );
  expect(pushes.read(body({ seller_id: 5, message_type: 21 })).topic).toBe('21');
});

test.each(['constructor', '__proto__', 'toString'])('a type called %s is only a name', (type) => {
  const raw = `{"seller_id":"5","message_type":"${type}","data":{}}`;
  expect(pushes.read(body(raw)).topic).toBe(type);
});

test('ids beyond 2^53 keep their digits', () => {
  const raw = fixture('push-reverse.json').replace('416557324702006', '1051400341536827267');
  expect(pushes.read(body(raw)).orderId).toBe('1051400341536827267');
});

test('a repeat has the same key, another message another', () => {
  const trade = JSON.parse(fixture('push-trade.json'));
  const key = (value: object) => pushes.read(body(value)).messageKey;
  expect(key({ ...trade, timestamp: 1 })).toBe(key(trade));
  expect(key({ site: 'LAZADA_VN', ...trade, seller_id: 1234567 })).toBe(key(trade));
  const numbers = { ...trade.data, trade_order_id: 260422900198363 };
  expect(key({ ...trade, data: numbers })).toBe(key(trade));
  expect(key({ ...trade, data: { ...trade.data, order_status: 'pending' } })).not.toBe(key(trade));
  expect(key({ ...trade, seller_id: '7' })).not.toBe(key(trade));
  expect(key({ ...trade, message_type: 10 })).not.toBe(key(trade));
});

test('the daily alert is a new message each day', () => {
  const alert = (timestamp: number) =>
    pushes.read(body({ message_type: 8, data: { seller_id: 1 }, timestamp })).messageKey;
  expect(alert(1)).not.toBe(alert(2));
});

test.each(['', 'x', '[]', 'null', '{}', '{"message_type":0,"data":{}}', '{"message_type":14}'])(
  'the body %s is refused',
  (raw) => {
    expect(() => pushes.read(body(raw))).toThrow(Error);
  },
);

test('the signature is checked over the raw bytes', () => {
  const raw = body(fixture('push-trade.json'));
  const signature = signPush(APP_KEY, SECRET, raw);
  expect(pushes.signatureHeader).toBe('authorization');
  expect(pushes.verify(raw, signature)).toBe(true);
  expect(pushes.verify(body(JSON.stringify(JSON.parse(raw.toString()), null, 1)), signature)).toBe(
    false,
  );
  expect(pushes.verify(raw, undefined)).toBe(false);
  expect(pushes.answer).toEqual({ status: 200, body: '' });
});
