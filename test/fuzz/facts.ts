/** What the inputs are made from: the names and keys of the scene, and the orders that stand in it. */
import { readdirSync, readFileSync } from 'node:fs';

export const CALLBACK_URL = 'https://bridge.example/push/shopee/main';

export interface Facts {
  /** Marketplace order ids that the service knows. */
  readonly lazadaOrders: readonly string[];
  readonly shopeeOrders: readonly string[];
  /** Order and line ids at the agent. */
  readonly agentIds: readonly string[];
  readonly lazada: {
    readonly appKey: string;
    readonly appSecret: string;
    readonly sellerId: string;
  };
  readonly shopee: { readonly partnerKey: string; readonly shopId: string };
  readonly token: string;
  /** A doctor left it in the database. */
  readonly nonce: string;
  readonly consents: KnownConsents;
}

export interface KnownConsents {
  /** Given out, not used, and good for longer than the run. */
  readonly live: { readonly lazada: string; readonly shopee: string };
  /** Codes that the marketplaces would take. */
  readonly codes: { readonly lazada: string; readonly shopee: string };
  /** By marketplace: one that connected, and one that was refused. */
  readonly used: readonly (readonly [marketplace: string, state: string])[];
  readonly ended: readonly (readonly [marketplace: string, state: string])[];
}

const fixtures = new URL('../fixtures/', import.meta.url);
const fixture = (path: string) => readFileSync(new URL(path, fixtures), 'utf8');

/** Recorded pushes, and the same about orders we know. */
export function lazadaTemplates(facts: Facts): string[] {
  const recorded = readdirSync(new URL('lazada/', fixtures))
    .filter((name) => name.startsWith('push-') && name !== 'push-probe.json')
    .map((name) => fixture(`lazada/${name}`));
  const { sellerId } = facts.lazada;
  const ours = facts.lazadaOrders.flatMap((id) => [
    `{"seller_id":"${sellerId}","message_type":0,"data":{"order_status":"canceled","trade_order_id":${id},"trade_order_line_id":"${id}","buyer_id":1,"status_update_time":1700000000},"timestamp":1700000000000,"site":"lazada_sg"}`,
    `{"seller_id":${sellerId},"message_type":"14","data":{"trade_order_id":"${id}","fulfillment_package_id":"FP1","status":"DELIVERED","status_update_time":1700000001},"timestamp":1700000001,"site":"lazada_SG"}`,
  ]);
  return [...recorded, ...ours];
}

export const LAZADA_PROBE = fixture('lazada/push-probe.json');
export const SHOPEE_PROBE = '{"code":0,"data":{"verify_info":"This is a verification."}}';

export function shopeeTemplates(facts: Facts): string[] {
  const { pushes } = JSON.parse(fixture('shopee/samples.json')) as { pushes: object };
  const recorded = Object.values(pushes)
    .filter((each) => !/"code":0\b/.test(JSON.stringify(each)))
    .map((each) => JSON.stringify(each));
  const { shopId } = facts.shopee;
  const ours = facts.shopeeOrders.flatMap((id) => [
    `{"data":{"ordersn":"${id}","status":"CANCELLED","items":[],"update_time":1700000000},"shop_id":${shopId},"code":3,"timestamp":1700000000,"msg_id":"0a1b2c"}`,
    `{"code":4,"shop_id":${shopId},"timestamp":1700000000,"data":{"ordersn":"${id}","package_number":"OFG1","tracking_no":"MY1"}}`,
  ]);
  return [...recorded, ...ours];
}

/** The message is documented for prices only; the others are as the simulator assumes them. */
export function agentTemplates(facts: Facts): string[] {
  return ['1051400341536827267', ...facts.agentIds].flatMap((id) => {
    const body = {
      orderId: id,
      orderNo: `XP${id}`,
      orderStatus: 8,
      totalAmount: 1,
      subOrders: [{ sub_purchase_order_id: id, status: 8, logistic_number: 'YT1', quantity: 9 }],
    };
    const price = {
      salesOrderId: id,
      subOrders: body.subOrders,
      purchaseOrderPriceDTO: { purchaseCurrency: 'CNY', purchaseTotalFee: 1 },
    };
    const envelope = (messageType: string, messageBody: unknown) =>
      JSON.stringify({ messageType, messageBody, messagePlatform: 0, timestamp: '1700000000000' });
    return [
      envelope('TAOBAO_ORDER_BUYER_VIEW_ORDER_STATUS_MODIFY', body),
      envelope('TAOBAO_ORDER_BUYER_VIEW_ORDER_PRICE_MODIFY', JSON.stringify(price)),
    ];
  });
}
