/** Events as sentences. A kind without one is shown by its name in a history, and not told in the demo. */

type Detail = Readonly<Record<string, unknown>>;

const SENTENCES: Readonly<Record<string, (detail: Detail) => string>> = {
  'order-pulled': (detail) => `came in with ${counted(detail.lines, 'line')}`,
  'order-ignored': () => 'is not ours to buy: ignored',
  'order-planned': (detail) =>
    `planned: ${counted(detail.lines, 'source line')} for ${yuan(detail.costFen)}`,
  'plan-changed': (detail) =>
    `planned anew: ${counted(detail.lines, 'source line')} for ${yuan(detail.costFen)}`,
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

/** Told in an order's history only: too much for a demo of many orders. */
const DETAILS: Readonly<Record<string, (detail: Detail) => string>> = {
  'order-changed': (detail) => `changed at the marketplace: ${text(detail.statuses)}`,
  'changed-before-purchase': () => 'changed before it was bought: planned anew',
  'number-reused': () => 'the marketplace gave its id to another order',
  'found-in-the-books': (detail) => `stands in the agent's books already: ${text(detail.orderNo)}`,
  'purchase-placing': (detail) => `about to be bought for ${yuan(detail.costFen)}`,
  'purchase-taken-back': () => 'nothing was bought: it waits again',
  'place-not-sent': (detail) => `the purchase was not sent: ${text(detail.message)}`,
  'purchase-paying': (detail) => `about to be paid: ${yuan(detail.amountFen)}`,
  'pay-intended': (detail) => `paying at the agent (attempt ${text(detail.number)})`,
  'pay-unknown': () => 'no clear answer to the payment: looking it up',
  'pay-refused': (detail) => `the agent refused the payment: ${text(detail.message)}`,
  'pay-not-sent': (detail) => `the payment was not sent: ${text(detail.message)}`,
  'payment-taken-back': () => 'nothing was paid',
  'purchase-cancelling': () => 'cancelling the purchase at the agent',
  'purchase-cancelled': () => 'the purchase is cancelled at the agent',
  'cancel-intended': (detail) => `cancelling (attempt ${text(detail.number)})`,
  'cancel-unknown': () => 'no clear answer to the cancelling: looking it up',
  'cancel-refused': (detail) => `the cancelling was refused: ${text(detail.message)}`,
  'cancel-not-sent': (detail) => `the cancelling was not sent: ${text(detail.message)}`,
  'cancelling-taken-back': () => 'not cancelled',
  'package-found': (detail) =>
    `the marketplace wants package ${text(detail.package)}; its number comes from: ${text(detail.numberOwner)}`,
  'package-pack': () => 'packing at the marketplace',
  'package-ready-to-ship': () => 'telling the marketplace that it is ready to ship',
  'package-arrange': () => 'arranging the shipment at the marketplace',
  'package-tell-number': (detail) => `telling the own number ${text(detail.trackingNumber)}`,
  'package-taken-back': () => 'not taken by the marketplace: it waits again',
  'package-cancelled': () => 'the package is cancelled',
  'package-ignored': (detail) => `nobody ships it for us: ${text(detail.reason)}`,
  'ship-intended': (detail) => `shipping: ${text(detail.step)}`,
  'ship-unknown': () => 'no clear answer from the marketplace: looking it up',
  'ship-refused': (detail) => `the marketplace refused it: ${text(detail.message)}`,
  'ship-not-sent': (detail) => `not sent to the marketplace: ${text(detail.message)}`,
  'ship-absent': () => 'the marketplace did not take it: once more',
  'warehouse-told': (detail) => `the warehouse was told number ${text(detail.trackingNumber)}`,
  'operator-retry': (detail) =>
    detail.lookOnly ? 'asked to look up what is open' : 'asked to try again',
  'operator-approved': (detail) => `approved for ${yuan(detail.costFen)}`,
  'operator-adopted': (detail) => `linked to the agent's order ${text(detail.orderNo)} by hand`,
  'operator-number': (detail) =>
    `number ${text(detail.trackingNumber)} entered for package ${text(detail.package)}`,
  'store-removed': () => 'its store was removed',
  'operator-cancelling': (detail) => `cancelling at the marketplace: ${text(detail.reason)}`,
  'operator-cancel-accepted': () => 'the marketplace accepted the cancellation',
  'operator-cancel-taken-back': () => 'not cancelled at the marketplace',
};

export function sentence(kind: string, detail: Detail): string | undefined {
  return SENTENCES[kind]?.(detail);
}

/** Every event has a sentence here; a kind nobody described is told by its name. */
export function historySentence(kind: string, detail: Detail): string {
  return (SENTENCES[kind] ?? DETAILS[kind])?.(detail) ?? kind.replaceAll('-', ' ');
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '-';
  return Array.isArray(value) ? value.join(', ') : String(value);
}

function counted(count: unknown, what: string): string {
  return `${text(count)} ${what}${count === 1 ? '' : 's'}`;
}

function yuan(fen: unknown): string {
  return typeof fen === 'number' ? `${(fen / 100).toFixed(2)} CNY` : '-';
}
