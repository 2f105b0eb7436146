import { CODES } from './codes.ts';
import { Refusal } from './envelope.ts';
import { advance } from './life.ts';
import type { SandboxAccount } from './options.ts';
import { title } from './rows.ts';
import { chinaTime } from './time.ts';
import type { OrderBook, OrderLineBook, SandboxParcel, Trace, World } from './world.ts';

/** The line a sub purchase id names. @throws {Refusal} */
export function lineOfSubPurchase(
  world: World,
  account: SandboxAccount,
  subPurchaseOrderId: string,
): { readonly order: OrderBook; readonly line: OrderLineBook } {
  if (subPurchaseOrderId === '') {
    throw new Refusal(CODES.badRequest, 'subPurchaseOrderId不能为空');
  }
  const order = world.bySubPurchase.get(subPurchaseOrderId);
  const line = order?.lines.find((each) => each.taobaoSubPurchaseId === subPurchaseOrderId);
  if (!order || !line || order.account !== account) {
    throw new Refusal(CODES.orderNotFound, '采购子单不存在');
  }
  advance(world, order);
  return { order, line };
}

/** `data` of the two logistics calls (pandapon.md 8): one line, any number of parcels. */
export function logisticsRow(order: OrderBook, line: OrderLineBook): object {
  const shown = line.sentAt === undefined ? [] : line.parcels;
  return {
    purchaseOrderOuterId: line.taobaoLineId,
    pnmLogisticsDetails: shown.map((parcel) => ({
      mailNo: parcel.mailNo,
      logisticsTraces: parcel.traces.toReversed().map(traceRow),
      // The v2 page shows a list; assumed to be one in v1 too.
      logisticsPartner: [{ companyImageUrl: null, company: parcel.company, companyContact: null }],
      receiver: {
        zipCode: order.receiver.zip,
        address: order.receiver.address,
        province: order.receiver.state,
        city: order.receiver.city,
        district: order.receiver.district,
        phone: order.receiver.mobile_phone || order.receiver.phone,
        name: order.receiver.name,
      },
      logisticsGoods: [goodsRow(line, parcel)],
    })),
  };
}

/** `standerdDesc` is spelled so. */
function traceRow(trace: Trace): object {
  return {
    statusDesc: trace.statusDesc,
    province: null,
    city: '北京市',
    district: '朝阳区',
    action: trace.action,
    facilityName: '北京',
    time: chinaTime(trace.atMs),
    standerdDesc: trace.text,
    status: trace.status,
    nextCity: null,
    nextNodeName: null,
  };
}

function goodsRow(line: OrderLineBook, parcel: SandboxParcel): object {
  return {
    title: title(line),
    property: `颜色分类:款式${line.skuId.slice(-4)}`,
    imageUrl: `https://img.alicdn.com/bao/uploaded/i3/${line.skuId}.jpg`,
    quantity: String(parcel.quantity),
  };
}
