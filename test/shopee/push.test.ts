import { describe, expect, test } from 'vitest';
import { readLostPushes, shopee } from '../../connectors/shopee/index.ts';
import { createPushHandler } from '../../connectors/shopee/push.ts';
import { signPush } from '../../connectors/shopee/sign.ts';
import { appAt, done, fixture, KEY, PARTNER, scripted } from './server.ts';

const URL_ = 'https://bridge.example/push/shopee';
const KEYS = { callbackUrl: URL_, partnerKey: KEY };
const handler = createPushHandler(KEYS);
const raw = (body: unknown) => Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
const pushes = fixture('samples').pushes;

describe('the signature of a push', () => {
  const body = raw(pushes.orderStatus);

  test('is checked with the push key where one is set, else with the partner key', () => {
    expect(handler.verify(body, signPush(KEY, URL_, body))).toBe(true);
    const own = createPushHandler({ ...KEYS, pushKey: 'push-key' });
    expect(own.verify(body, signPush('push-key', URL_, body))).toBe(true);
    expect(own.verify(body, signPush(KEY, URL_, body))).toBe(false);
  });

  test('of the previous key is accepted while keys change', () => {
    const rotating = createPushHandler({ ...KEYS, pushKey: 'new', previousPushKey: 'old' });
    expect(rotating.verify(body, signPush('new', URL_, body))).toBe(true);
    expect(rotating.verify(body, signPush('old', URL_, body))).toBe(true);
    expect(rotating.verify(body, signPush('older', URL_, body))).toBe(false);
  });

  test('missing or over another address is refused', () => {
    expect(handler.verify(body, undefined)).toBe(false);
    expect(handler.verify(body, '')).toBe(false);
    expect(handler.verify(body, signPush(KEY, `${URL_}/`, body))).toBe(false);
  });

  test('an empty key is refused when the handler is made', () => {
    expect(() => createPushHandler({ ...KEYS, pushKey: '' })).toThrow(RangeError);
    expect(() => createPushHandler({ ...KEYS, previousPushKey: ' ' })).toThrow(RangeError);
    expect(() => createPushHandler({ ...KEYS, partnerKey: '' })).toThrow(RangeError);
  });

  test('is in the Authorization header, and the answer is 2xx and empty', () => {
    expect(handler.signatureHeader).toBe('authorization');
    expect(handler.answer).toEqual({ status: 200, body: '' });
  });
});

describe("the console's probe", () => {
  test.each([
    ['code 0', { code: 0, data: { verify_info: 'This is a Verification message.' } }],
    ['code 0 with a filled shop', { code: 0, shop_id: 0, data: { verify_info: 'x' } }],
    ['no code', { data: { verify_info: 'x' } }],
  ])('%s is one', (_what, body) => {
    expect(handler.isProbe(raw(body))).toBe(true);
  });

  test.each([
    ['a message about an order', pushes.orderStatus],
    ['code 0 that names a shop', { code: 0, shop_id: 7, data: { verify_info: 'x' } }],
    ['code 0 that names an order', { code: 0, data: { verify_info: 'x', ordersn: 'A' } }],
    [
      'an order under cover of verify_info',
      { ...pushes.orderStatus, data: { verify_info: 'x', ordersn: 'A' } },
    ],
    ['another code with verify_info', { code: 3, data: { verify_info: 'x' } }],
    ['an empty object', {}],
    ['no JSON', 'code=0'],
    ['nothing', ''],
  ])('%s is none', (_what, body) => {
    expect(handler.isProbe(raw(body))).toBe(false);
  });
});

describe('what a push points at', () => {
  test.each([
    ['orderStatus', { topic: 'order', orderId: '220810QSK8S7BX', sellerId: '727720655' }],
    ['trackingNumber', { topic: 'package', orderId: '220809MDBFYFT2', sellerId: '296363855' }],
    ['document', { topic: 'package', orderId: '201118BCKPJQQ8', sellerId: '296363855' }],
    ['packageInfo', { topic: 'package', orderId: '2512017TFPB0HF', sellerId: '220688102' }],
    ['authorised', { topic: 'authorisation', orderId: undefined, sellerId: undefined }],
    ['expiring', { topic: 'authorisation', orderId: undefined, sellerId: undefined }],
  ])('%s', (name, expected) => {
    expect(handler.read(raw(pushes[name]))).toMatchObject({ ...expected, country: undefined });
  });

  test('code 30, and a shop inside the data', () => {
    const body = {
      code: 30,
      data: {
        shop_id: 5,
        ordersn: 'A',
        package_number: 'P',
        fulfillment_status: 'S',
        update_time: 1,
      },
    };
    expect(handler.read(raw(body))).toMatchObject({
      topic: 'package',
      orderId: 'A',
      sellerId: '5',
    });
  });

  test('a kind we do not use keeps its number', () => {
    expect(handler.read(raw({ code: 22, shop_id: 5, data: {} })).topic).toBe('22');
  });

  test('a shop id beyond 2^53 keeps its digits', () => {
    const body = '{"code":3,"shop_id":1051400341536827267,"data":{"ordersn":"A","update_time":1}}';
    expect(handler.read(raw(body)).sellerId).toBe('1051400341536827267');
  });

  test.each([
    ['no JSON', 'hello'],
    ['a list', []],
    ['no code', { data: { ordersn: 'A' } }],
    ['an order push without an order', { code: 3, shop_id: 1, data: { status: 'READY' } }],
  ])('%s is refused', (_what, body) => {
    expect(() => handler.read(raw(body))).toThrow();
  });
});

describe('the key of a message', () => {
  const key = (body: unknown) => handler.read(raw(body)).messageKey;

  test('is msg_id where there is one', () => {
    expect(key({ ...pushes.orderStatus, msg_id: '0123456789abcdef0123456789abcdef' })).toBe(
      '0123456789abcdef0123456789abcdef',
    );
  });

  test('is the same for a repeat, sent later or with its fields in another order', () => {
    const again = {
      code: 3,
      timestamp: 1660129999,
      shop_id: 727720655,
      data: {
        update_time: 1660123127,
        ordersn: '220810QSK8S7BX',
        status: 'PROCESSED',
        completed_scenario: '',
        items: [],
      },
    };
    expect(key(again)).toBe(key(pushes.orderStatus));
  });

  test('differs with the shop, the order, the content, the time of change', () => {
    const { data } = pushes.orderStatus;
    const all = [
      pushes.orderStatus,
      { ...pushes.orderStatus, shop_id: 1 },
      { ...pushes.orderStatus, data: { ...data, ordersn: 'B' } },
      { ...pushes.orderStatus, data: { ...data, status: 'SHIPPED' } },
      { ...pushes.orderStatus, data: { ...data, update_time: 1660123128 } },
      pushes.authorised,
      { ...pushes.authorised, timestamp: 1760616631 },
    ];
    expect(new Set(all.map(key)).size).toBe(all.length);
  });
});

describe('lost pushes', () => {
  test('are read from text and objects alike, and confirmed up to the last', async () => {
    const script = await scripted((call) =>
      call.operation === 'get_lost_push_message'
        ? done({
            push_message_list: [
              {
                shop_id: 727720655,
                code: 3,
                timestamp: 9,
                data: JSON.stringify(pushes.orderStatus),
              },
              { shop_id: 296363855, code: 15, timestamp: 9, data: pushes.document.data },
              { shop_id: 1, code: 3, timestamp: 9, data: '-' },
            ],
            has_next_page: true,
            last_message_id: '1051400341536827267',
          })
        : { error: '', message: '', request_id: 'r' },
    );
    const page = await readLostPushes(appAt(script.url));
    expect(page.hints.map((hint) => hint.orderId)).toEqual(['220810QSK8S7BX', '201118BCKPJQQ8']);
    expect(page.hints[0]?.messageKey).toBe(handler.read(raw(pushes.orderStatus)).messageKey);
    expect(page.unreadable).toHaveLength(1);
    expect(page.more).toBe(true);
    expect(script.calls).toHaveLength(1);
    await page.confirm();
    expect(script.calls[1]?.body).toBe('{"last_message_id":1051400341536827267}');
    expect(script.calls.map((call) => [call.method, call.fault])).toEqual([
      ['GET', undefined],
      ['POST', undefined],
    ]);
  });

  test('an empty page has nothing to confirm', async () => {
    const script = await scripted(() =>
      done({ push_message_list: [], has_next_page: false, last_message_id: 0 }),
    );
    const page = await readLostPushes(appAt(script.url));
    await page.confirm();
    expect(page).toMatchObject({ hints: [], unreadable: [], more: false });
    expect(script.calls).toHaveLength(1);
  });
});

describe('settings of an app', () => {
  const app = { partnerId: PARTNER, partnerKey: KEY };

  test('default to the production host; ids may be numbers', () => {
    const read = shopee.appSchema.parse({ ...app, partnerId: 2001887 });
    expect(read).toMatchObject({ address: 'https://partner.shopeemobile.com', partnerId: PARTNER });
  });

  test.each([
    ['a path in the address', { address: 'https://partner.shopeemobile.com/api/v2' }],
    ['a query in the address', { address: 'https://partner.shopeemobile.com/?a=1' }],
    ['no address', { address: 'partner.shopeemobile.com' }],
    ['an empty key', { partnerKey: ' ' }],
    ['an empty push key', { pushKey: '' }],
    ['a partner id with letters', { partnerId: 'abc' }],
    ['a name that is not known', { partner_key: 'x' }],
  ])('%s is an error', (_what, wrong) => {
    expect(shopee.appSchema.safeParse({ ...app, ...wrong }).success).toBe(false);
  });

  test('a slash at the end of the address is taken off', () => {
    const read = shopee.appSchema.parse({ ...app, address: 'http://127.0.0.1:8080/' });
    expect(read.address).toBe('http://127.0.0.1:8080');
  });

  test('without a callback address pushes cannot be checked', () => {
    expect(() => shopee.pushes(shopee.appSchema.parse(app))).toThrow(/callbackUrl/);
    const withUrl = shopee.appSchema.parse({ ...app, callbackUrl: URL_ });
    const body = raw(pushes.orderStatus);
    expect(shopee.pushes(withUrl).verify(body, signPush(KEY, URL_, body))).toBe(true);
  });
});
