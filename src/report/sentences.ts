/** Events as sentences. A kind without one is shown by its name in a history, and not told in the demo. */

type Detail = Readonly<Record<string, unknown>>;

const SENTENCES: Readonly<Record<string, (detail: Detail) => string>> = {
  'order-pulled': (detail) => `came in with ${text(detail.lines)} lines`,
  'order-ignored': () => 'is not ours to buy: ignored',
  'order-planned': (detail) =>
    `planned: ${text(detail.lines)} source lines for ${yuan(detail.costFen)}`,
  'plan-changed': (detail) =>
    `planned anew: ${text(detail.lines)} source lines for ${yuan(detail.costFen)}`,
  'order-cancelled-before-purchase': () => 'cancelled by the buyer before anything was bought',
  held: (detail) => `HELD ${text(detail.code)}: ${text(detail.detail)}`,
  'hold-cleared': (detail) => `hold ${text(detail.code)} cleared`,
  'place-intended': (detail) => `buying at the agent (attempt ${text(detail.number)})`,
  'place-unknown': () => 'no answer to the purchase: looking it up before anything else',
  'place-absent': () => "not in the agent's books: nothing was bought",
  'place-refused': (detail) => `the agent refused it: ${text(detail.message)}`,
  'purchase-placed': (detail) => `bought: order ${text(detail.orderNo)}`,
  'purchase-adopted': (detail) =>
    `found in the agent's books and adopted: order ${text(detail.orderNo)}`,
  'purchase-paid': (detail) => `paid ${yuan(detail.amountFen)}`,
  'payment-found': () => 'the payment went through after all',
  'purchase-sent': () => 'the suppliers sent the goods',
  'parcels-found': (detail) => `parcel ${text(detail.numbers)}`,
  'package-pack-done': (detail) =>
    `packed: package ${text(detail.package)}, number ${text(detail.trackingNumber)}`,
  'package-ready-to-ship-done': () => 'ready to ship',
  'package-arrange-done': () => 'shipment arranged',
  'package-tell-number-done': (detail) => `own number ${text(detail.trackingNumber)} told`,
  'package-shipped': (detail) =>
    `tracking ${text(detail.trackingNumber)} (assigned by ${text(detail.numberOwner)})`,
  'package-delivered': () => 'delivered to the buyer',
  'order-done': () => 'done',
  'order-cancelled-after-purchase': () => 'cancelled at the marketplace after the purchase',
  'order-cancelled': () => 'cancelled on both sides',
};

export function sentence(kind: string, detail: Detail): string | undefined {
  return SENTENCES[kind]?.(detail);
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '-';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function yuan(fen: unknown): string {
  return typeof fen === 'number' ? `${(fen / 100).toFixed(2)} CNY` : '-';
}
