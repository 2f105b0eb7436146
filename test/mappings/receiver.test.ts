import { expect, test } from 'vitest';
import { mapReceiver } from '../../mappings/receiver.ts';
import { aStore, BUYER, FILE } from './build.ts';

const VALUES = { order: 'N9001', orderId: '9001', store: 'sg1', country: 'sg', seller: '7' };
const warehouse = aStore().receiver;
const buyer = aStore({ receiver: { kind: 'buyer' } }).receiver;

test('the warehouse, with its templates filled in, each field explained', () => {
  const { explained, holds } = mapReceiver(warehouse, BUYER, VALUES);
  expect(holds).toEqual([]);
  expect(explained.receiver).toMatchObject({
    name: 'Ponbridge sg1',
    address: '测试路 1 号 N9001',
    country: '中国',
    mobilePhone: '13800000000',
    phone: '',
  });
  expect(explained.fields).toContainEqual({
    field: 'name',
    from: 'template',
    template: 'Ponbridge {store}',
  });
  expect(explained.fields).toContainEqual({ field: 'city', from: 'setting' });
  expect(explained.fields).toContainEqual({ field: 'phone', from: 'none' });
});

test('a masked buyer does not matter where a warehouse receives', () => {
  expect(mapReceiver(warehouse, { ...BUYER, masked: true }, VALUES).holds).toEqual([]);
});

test('the buyer, with the phone as mobile phone', () => {
  const { explained, holds } = mapReceiver(buyer, BUYER, VALUES);
  expect(holds).toEqual([]);
  expect(explained.receiver).toEqual({
    name: 'Tan Mei',
    phone: '',
    mobilePhone: '6591234567',
    country: 'Singapore',
    state: 'Singapore',
    city: 'Singapore',
    district: '',
    address: '1 North Bridge Road',
    zip: '179103',
  });
  expect(explained.fields).toContainEqual({ field: 'zip', from: 'buyer' });
});

test("the store's country replaces the buyer's", () => {
  const settings = aStore({ receiver: { kind: 'buyer', country: '新加坡' } }).receiver;
  const { explained, holds } = mapReceiver(settings, { ...BUYER, country: undefined }, VALUES);
  expect(holds).toEqual([]);
  expect(explained.receiver.country).toBe('新加坡');
  expect(explained.fields).toContainEqual({ field: 'country', from: 'setting' });
});

test('a masked buyer is held, naming the fields and never their content', () => {
  const masked = { ...BUYER, name: 'T**** M', phone: '65******67', masked: true };
  expect(mapReceiver(buyer, masked, VALUES).holds).toEqual([
    { code: 'receiver-masked', detail: 'masked: name, phone' },
  ]);
});

test('stars are noticed even where the marketplace part did not say masked, and the reverse', () => {
  expect(mapReceiver(buyer, { ...BUYER, address: '4***0' }, VALUES).holds).toMatchObject([
    { code: 'receiver-masked' },
  ]);
  expect(mapReceiver(buyer, { ...BUYER, masked: true }, VALUES).holds).toEqual([
    { code: 'receiver-masked', detail: 'masked: the marketplace does not say which fields' },
  ]);
});

test.each(['name', 'phone', 'country', 'state', 'city', 'address'] as const)(
  'a buyer without %s is held',
  (field) => {
    for (const empty of [undefined, '', ' ']) {
      expect(mapReceiver(buyer, { ...BUYER, [field]: empty }, VALUES).holds).toEqual([
        { code: 'receiver-incomplete', detail: `missing: ${field}` },
      ]);
    }
  },
);

test('masked and incomplete are both said', () => {
  const both = { ...BUYER, name: '****', city: '', masked: true };
  expect(mapReceiver(buyer, both, VALUES).holds.map(({ code }) => code)).toEqual([
    'receiver-masked',
    'receiver-incomplete',
  ]);
});

test('braces in a warehouse text are literal when doubled', () => {
  const settings = aStore({ receiver: { ...FILE.receiver, name: '{{A}} {order}' } }).receiver;
  expect(mapReceiver(settings, BUYER, VALUES).explained.receiver.name).toBe('{A} N9001');
});
