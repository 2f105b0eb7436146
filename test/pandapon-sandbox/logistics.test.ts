import { expect, test } from 'vitest';
import { CODES } from '../../connectors/pandapon/sandbox/index.ts';
import { LINE_A, LINE_B, order, startSlow } from './helper.ts';
import { differences } from './shape.ts';

/** pandapon.md 8: keys and types of the v2 page, whose example was seen in parts only. */
const ANSWER = {
  requestId: 'e8eecaec18e344a2a4dd46df57fad256',
  code: 200,
  developId: '1023561483696472885',
  msg: '成功',
  data: {
    purchaseOrderOuterId: '3682557363260579405',
    pnmLogisticsDetails: [
      {
        mailNo: '78753196186473',
        logisticsTraces: [
          {
            statusDesc: '运输中',
            province: null,
            city: '北京市',
            district: '朝阳区',
            action: 'TMS_STATION_OUT',
            facilityName: '北京',
            time: '2023-12-14 21:39:11',
            standerdDesc: '【北京市】 快件已发往 广州中心',
            status: 'TRANSPORT',
            nextCity: null,
            nextNodeName: null,
          },
        ],
        logisticsPartner: [{ companyImageUrl: null, company: '中通快递', companyContact: null }],
        receiver: {
          zipCode: '1',
          address: '1',
          province: '1',
          city: '1',
          district: '1',
          phone: '1',
          name: '1',
        },
        logisticsGoods: [{ title: '1', property: '1', imageUrl: '1', quantity: '1' }],
      },
    ],
  },
};

async function paidOrder(autoSend = false) {
  const started = await startSlow({ autoSend });
  const { data } = await started.create(order([LINE_A, LINE_B]));
  started.minutes(1);
  await started.pay(data.id);
  started.minutes(2);
  const [a, b] = data.subOrderVOS.map((line) => line.taobaoSubPurchaseId ?? '');
  return { ...started, id: data.id, a: a ?? '', b: b ?? '' };
}

test('a line has no parcel until it was sent, and no number until some time later', async () => {
  const { sandbox, logistics, minutes, id, a, b } = await paidOrder();
  expect((await logistics(a)).pnmLogisticsDetails).toEqual([]);
  sandbox.sendLine(id, LINE_A.skuId);
  expect((await logistics(a)).pnmLogisticsDetails).toEqual([]);
  minutes(1);
  expect((await logistics(a)).pnmLogisticsDetails).toHaveLength(1);
  expect((await logistics(b)).pnmLogisticsDetails).toEqual([]);
});

test.each(['/open/order', '/v2/taobao/order'])(
  'the answer of %s has the documented keys and types',
  async (base) => {
    const { sandbox, send, minutes, id, a } = await paidOrder();
    sandbox.send(id);
    minutes(1);
    const path = `${base}/logistics/detail/get?subPurchaseOrderId=${a}`;
    expect(differences(await send('GET', path), ANSWER)).toEqual([]);
  },
);

test('traces come newest first', async () => {
  const { sandbox, logistics, minutes, id, a } = await paidOrder();
  sandbox.send(id);
  minutes(1);
  await logistics(a);
  minutes(1);
  sandbox.addTrace(id, LINE_A.skuId, 'SIGNED', '已签收');
  const [parcel] = (await logistics(a)).pnmLogisticsDetails;
  const times = parcel?.logisticsTraces.map((trace) => trace.time) ?? [];
  expect(times).toHaveLength(3);
  expect(times).toEqual(times.toSorted().toReversed());
  expect(parcel?.logisticsTraces[0]?.status).toBe('SIGNED');
});

test('a line can have several parcels, with numbers and carriers of the caller', async () => {
  const { sandbox, logistics, minutes, id, a } = await paidOrder();
  sandbox.addParcel(id, LINE_A.skuId, { mailNo: 'YT1', company: '圆通速递', quantity: 1 });
  expect((await logistics(a)).pnmLogisticsDetails).toEqual([]);
  sandbox.send(id);
  const second = sandbox.addParcel(id, LINE_A.skuId);
  minutes(5);
  const parcels = (await logistics(a)).pnmLogisticsDetails;
  expect(parcels.map((parcel) => parcel.mailNo)).toEqual(['YT1', second]);
  expect(parcels[0]).toMatchObject({
    logisticsPartner: [{ company: '圆通速递' }],
    logisticsGoods: [{ quantity: '1' }],
  });
});

test('suppliers send by themselves unless told otherwise, each line its own number', async () => {
  const { logistics, minutes, a, b } = await paidOrder(true);
  minutes(2);
  const numbers = [];
  for (const line of [a, b]) numbers.push((await logistics(line)).pnmLogisticsDetails[0]?.mailNo);
  expect(new Set(numbers).size).toBe(2);
  expect(numbers).not.toContain(undefined);
});

test('an unknown or missing sub purchase id is refused', async () => {
  const { send } = await startSlow();
  const path = '/open/order/logistics/detail/get';
  expect((await send('GET', path)).code).toBe(CODES.badRequest);
  const unknown = await send('GET', `${path}?subPurchaseOrderId=200033789041`);
  expect(unknown.code).toBe(CODES.orderNotFound);
});
