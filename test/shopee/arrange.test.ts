import { describe, expect, test } from 'vitest';
import { planArrange } from '../../connectors/shopee/arrange.ts';
import type { ShopeeOptions } from '../../connectors/shopee/index.ts';
import { fixture, optionsOf } from './server.ts';

const ADDRESSES = [
  { address_id: 1, address_flag: ['return_address'], time_slot_list: null },
  {
    address_id: '1051400341536827267',
    address_flag: ['pickup_address'],
    time_slot_list: [{ pickup_time_id: '1737104400_5' }, { pickup_time_id: '1737190800' }],
  },
  { address_id: 3, address_flag: ['default_address'], time_slot_list: [] },
];

function plan(needed: object, options: Partial<ShopeeOptions> = {}, more: object = {}) {
  const parameter = { info_needed: needed, pickup: { address_list: ADDRESSES }, ...more };
  return planArrange(parameter, optionsOf(options));
}

describe('the way of handing over', () => {
  test('the documented sample: drop-off, nothing to fill in', () => {
    const made = planArrange(fixture('samples').shippingParameter.response, optionsOf());
    expect(made).toMatchObject({
      mode: 'dropoff',
      fields: {},
      owner: 'marketplace',
      blocked: undefined,
    });
  });

  test('the documented sample with pickup preferred: an address without a time', () => {
    const parameter = fixture('samples').shippingParameter.response;
    expect(planArrange(parameter, optionsOf({ shipMode: 'pickup' }))).toMatchObject({
      mode: 'pickup',
      fields: { address_id: '123' },
      owner: 'marketplace',
    });
  });

  test.each([
    [{ dropoff: [] }, {}, 'dropoff'],
    [{ pickup: ['address_id'] }, {}, 'pickup'],
    [{ non_integrated: ['tracking_no'] }, {}, 'non_integrated'],
    [{ dropoff: [], pickup: ['address_id'] }, { shipMode: 'pickup' }, 'pickup'],
    [{ dropoff: [] }, { shipMode: 'pickup' }, 'dropoff'],
    [{ dropoff: null, pickup: ['address_id'] }, {}, 'pickup'],
  ] as const)('offered %j with %j: %s', (needed, options, mode) => {
    expect(plan(needed, options).mode).toBe(mode);
  });

  test('nothing that is known is offered: blocked', () => {
    expect(plan({}).blocked?.reason).toContain('offered: none');
    expect(plan({ drone: [] }).blocked?.reason).toContain('offered: drone');
  });

  test('a name that is not known: blocked', () => {
    expect(plan({ dropoff: ['shoe_size'] }).blocked?.reason).toContain('shoe_size');
  });
});

describe('who owns the number', () => {
  test.each([
    [{ dropoff: [] }, 'marketplace'],
    [{ pickup: ['address_id', 'pickup_time_id'] }, 'marketplace'],
    [{ dropoff: ['tracking_no'] }, 'seller'],
    [{ dropoff: ['tracking_number'] }, 'seller'],
    [{ pickup: ['address_id', 'tracking_no'] }, 'seller'],
    [{ non_integrated: ['tracking_no'] }, 'seller'],
    [{ non_integrated: ['tracking_number'] }, 'seller'],
    [{ non_integrated: [] }, 'seller-untold'],
  ])('%j: %s', (needed, owner) => {
    expect(plan(needed)).toMatchObject({ owner, blocked: undefined });
  });

  test('where a name or a number will do, a set name keeps the number with Shopee', () => {
    const needed = { dropoff: ['sender_real_name', 'tracking_no'] };
    expect(plan(needed)).toMatchObject({ owner: 'seller', fields: {}, blocked: undefined });
    expect(plan(needed, { senderRealName: 'Lim' })).toMatchObject({
      owner: 'marketplace',
      fields: { sender_real_name: 'Lim' },
    });
  });
});

describe('what the way wants to be told', () => {
  const pickup = { pickup: ['address_id', 'pickup_time_id'] };

  test('the marked address and its first time', () => {
    expect(plan(pickup).fields).toEqual({
      address_id: '1051400341536827267',
      pickup_time_id: '1737104400_5',
    });
    expect(plan(pickup, { pickupAddress: 'default_address' }).fields).toEqual({ address_id: '3' });
  });

  test('no time where none is asked for', () => {
    expect(plan({ pickup: ['address_id'] }).fields).toEqual({ address_id: '1051400341536827267' });
  });

  test('several addresses and none marked: blocked; a single one is taken', () => {
    const unmarked = { pickup: { address_list: ADDRESSES.slice(0, 1) } };
    expect(plan(pickup, {}, unmarked).fields).toEqual({ address_id: '1' });
    const two = { pickup: { address_list: [ADDRESSES[0], { address_id: 9, address_flag: null }] } };
    expect(plan(pickup, {}, two).blocked?.reason).toContain('pickup_address');
    expect(plan(pickup, {}, { pickup: null }).blocked?.code).toBe('shipping-choice-refused');
  });

  test('a branch, a courier and a sender come from the settings, or it is blocked', () => {
    const dropoff = {
      branch_list: [{ branch_id: 77 }],
      slug_list: [{ slug: 'S1' }, { slug: 'S2' }],
    };
    expect(plan({ dropoff: ['branch_id'] }, {}, { dropoff }).blocked?.reason).toContain('77');
    expect(plan({ dropoff: ['slug'] }, {}, { dropoff }).blocked?.reason).toContain('dropoffSlug');
    expect(plan({ dropoff: ['sender_real_name'] }).blocked?.reason).toContain('senderRealName');
    const options = { dropoffBranchId: '77', dropoffSlug: 'S2', senderRealName: 'Lim' };
    const all = { dropoff: ['branch_id', 'slug', 'sender_real_name'] };
    expect(plan(all, options, { dropoff }).fields).toEqual({
      branch_id: '77',
      slug: 'S2',
      sender_real_name: 'Lim',
    });
  });
});
