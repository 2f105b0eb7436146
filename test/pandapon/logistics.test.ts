import { describe, expect, test } from 'vitest';
import { toParcels } from '../../connectors/pandapon/logistics.ts';
import { connect, ok, scriptedServer } from './support.ts';

// The documented shape (pandapon.md 8), newest trace first.
const detail = {
  mailNo: '78772098123456',
  logisticsPartner: [{ companyImageUrl: null, company: '中通快递', companyContact: '95311' }],
  logisticsTraces: [
    {
      statusDesc: '离开【杭州转运中心】，下一站【余杭】',
      standerdDesc: '运输中',
      action: 'TMS_STATION_OUT',
      time: '2023-12-14 21:39:11',
      status: 'TRANSPORT',
    },
    { standerdDesc: '已揽收', time: '2023-12-14 18:00:00', status: 'COLLECTED' },
  ],
  receiver: { name: '收货人' },
  logisticsGoods: [{ title: 't', quantity: '1' }],
};

const parcelsOf = (...details: unknown[]) => toParcels('200033789041', details);
const withTraces = (...logisticsTraces: unknown[]) =>
  parcelsOf({ mailNo: 'M', logisticsTraces })[0];

describe.each([
  ['v1', '/open/order/logistics/detail/get'],
  ['v2', '/v2/taobao/order/logistics/detail/get'],
])('parcels, %s', (generation, path) => {
  test(`are asked for at ${path} by the line's id`, async () => {
    await using server = await scriptedServer(() =>
      ok({ purchaseOrderOuterId: '1', pnmLogisticsDetails: [detail] }),
    );
    const parcels = await connect(server.url, { generation }).parcels('200033789041');
    expect(parcels).toEqual([
      {
        subPurchaseOrderId: '200033789041',
        trackingNumber: '78772098123456',
        carrier: '中通快递',
        status: 'TRANSPORT',
        lastTraceAt: new Date('2023-12-14T13:39:11Z'),
        lastTrace: '运输中',
        delivered: false,
      },
    ]);
    expect(server.arrived).toHaveLength(1);
    expect(server.arrived[0]).toMatchObject({ method: 'GET', path });
    expect(server.arrived[0]?.query.toString()).toBe('subPurchaseOrderId=200033789041');
  });

  test.each([[null], [{}], [{ pnmLogisticsDetails: null }], [{ pnmLogisticsDetails: [] }]])(
    'are none while the data is %j',
    async (data) => {
      await using server = await scriptedServer(() => ok(data));
      expect(await connect(server.url, { generation }).parcels('1')).toEqual([]);
    },
  );
});

describe('a line with several packages', () => {
  test('has a parcel for each number, and none for a detail without one', () => {
    const numbers = parcelsOf(detail, { ...detail, mailNo: 'B' }, { mailNo: '' }, { mailNo: null });
    expect(numbers.map((parcel) => parcel.trackingNumber)).toEqual(['78772098123456', 'B']);
  });

  test('has one parcel for a number that comes twice, with the newest of all traces', () => {
    const [parcel, ...others] = parcelsOf(
      { mailNo: 'A', logisticsTraces: [{ time: '2023-12-14 10:00:00', status: 'TRANSPORT' }] },
      { mailNo: 'A', logisticsTraces: [{ time: '2023-12-15 10:00:00', status: 'DELIVERING' }] },
    );
    expect(others).toEqual([]);
    expect(parcel?.status).toBe('DELIVERING');
  });

  test('loses none to a damaged neighbour, trace or partner', () => {
    const damaged = { mailNo: 9007199254740991, logisticsTraces: [null, 7], logisticsPartner: 'x' };
    expect(parcelsOf('x', null, damaged)).toMatchObject([
      { trackingNumber: '9007199254740991', carrier: undefined, delivered: false },
    ]);
  });
});

describe('the newest trace', () => {
  test('is found by its time, whatever the order', () => {
    const parcel = withTraces(
      { time: '2023-12-14 10:00:00', status: 'COLLECTED' },
      { time: '2023-12-16 10:00:00', status: 'DELIVERING' },
      { time: '2023-12-15 10:00:00', status: 'TRANSPORT' },
    );
    expect(parcel?.status).toBe('DELIVERING');
  });

  test('is the first when no time can be read', () => {
    expect(withTraces({ status: 'TRANSPORT' }, { status: 'COLLECTED' })?.status).toBe('TRANSPORT');
  });
});

describe('a parcel has arrived', () => {
  test.each([
    ['status SIGNED', { status: 'SIGNED' }],
    ['the action', { action: 'TMS_SIGN' }],
    ['the description', { statusDesc: '您的快件已签收，签收人：本人' }],
    ['the standard description', { standerdDesc: '签收成功' }],
  ])('when %s says so', (_case, trace) => {
    expect(withTraces(trace)?.delivered).toBe(true);
  });

  test('also when a later trace adds a word about it', () => {
    const thanks = { time: '2023-12-16 10:00:00', statusDesc: '感谢使用', status: 'OTHER' };
    const signed = { time: '2023-12-15 10:00:00', status: 'SIGNED' };
    expect(withTraces(thanks, signed)?.delivered).toBe(true);
  });

  test.each([
    ['it is on its way', { status: 'DELIVERING' }],
    ['signing is only spoken of', { statusDesc: '派件中，请准备签收' }],
    ['it was refused', { statusDesc: '收件人拒签', status: 'REJECTED' }],
  ])('not when %s', (_case, trace) => {
    expect(withTraces(trace)?.delivered).toBe(false);
  });

  test('not when it was returned after being signed for', () => {
    const returned = { time: '2023-12-16 10:00:00', status: 'RETURNED' };
    const signed = { time: '2023-12-15 10:00:00', status: 'SIGNED' };
    expect(withTraces(returned, signed)?.delivered).toBe(false);
  });
});
