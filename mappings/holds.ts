/**
 * Every hold the mapping can give: what happened, and what to do, in the words of the seller. All
 * clear themselves when the cause is gone.
 * @module
 */

export interface HoldText {
  /** What happened. */
  readonly title: string;
  /** What to do about it. */
  readonly remedy: string;
}

export const MAPPING_HOLDS = {
  'order-empty': {
    title: 'The marketplace sent the order without any line',
    remedy:
      'Nothing to do at first: the order is read again. If it stays empty, look at it in the seller centre.',
  },
  'status-unknown': {
    title: 'A line has a status that this program does not know',
    remedy:
      'Look at the order in the seller centre. Handle it by hand, or wait: the hold clears when the status changes to a known one. Please report the status word.',
  },
  'cash-on-delivery': {
    title: 'The buyer pays on delivery, and this store does not buy such orders',
    remedy: 'Set purchase.cashOnDelivery to true to buy them, or handle the order by hand.',
  },
  'sku-missing': {
    title: 'A line has no seller SKU, so it is not known what to buy',
    remedy:
      'Give the product a seller SKU at the marketplace for coming orders, and handle this order by hand.',
  },
  'sku-unmapped': {
    title: 'No line rule of the store fits this SKU',
    remedy:
      'Import a SKU link for it, or add a line rule (pattern, bundle or skip) to the store. The order then goes on by itself.',
  },
  'link-repeated': {
    title: 'A SKU is linked to the same source SKU twice',
    remedy: 'Remove one of the two SKU links; put the units into its quantity.',
  },
  'price-unknown': {
    title: 'The price of a source SKU is not known',
    remedy:
      'Add the price to the SKU link, put {fen} or {yuan} into the pattern, or give the rule a fixed price.',
  },
  'price-conflict': {
    title: 'One source SKU has two different prices in this order',
    remedy: 'Make the prices equal in the SKU links, the SKUs or the rules named here.',
  },
  'quantity-invalid': {
    title: 'A quantity is not a whole number from 1',
    remedy:
      'Correct the quantity of the SKU link. If the marketplace sent it, look at the order in the seller centre.',
  },
  'receiver-masked': {
    title: "The marketplace hides parts of the buyer's address",
    remedy:
      'Send to a warehouse or forwarder instead (receiver.kind: warehouse), or apply at the marketplace for unmasked addresses.',
  },
  'receiver-incomplete': {
    title: "The buyer's address is not complete",
    remedy:
      'Handle the order by hand, or send to a warehouse or forwarder (receiver.kind: warehouse).',
  },
  'over-budget': {
    title: 'The purchase is dearer than the store allows',
    remedy:
      'Check the prices and quantities. If they are right, raise budget.largestOrder or buy by hand.',
  },
  'margin-too-small': {
    title: 'The sale price leaves less margin than the store wants',
    remedy:
      'Check the price of the source SKU, the sale price and budget.cnyPerUnit. If they are right, lower budget.smallestMargin or buy by hand.',
  },
  'currency-unexpected': {
    title: 'The order is in another currency than the store',
    remedy:
      "Check the store's country. budget.cnyPerUnit is the rate of that country's currency only.",
  },
  'sale-price-unreadable': {
    title: 'The marketplace sent a sale price that is no amount',
    remedy: 'Look at the order in the seller centre and handle it by hand.',
  },
  'order-number-missing': {
    title: 'The marketplace sent no order number, so the purchase could not be found again',
    remedy:
      'Use {orderId} in the template sellerOrderNumber of the store, or handle the order by hand.',
  },
  'order-number-too-long': {
    title: 'The order number for the agent is too long',
    remedy: 'Shorten the template sellerOrderNumber of the store. Numbers are never cut.',
  },
} as const satisfies Record<string, HoldText>;

export type MappingHoldCode = keyof typeof MAPPING_HOLDS;

/** One hold of one order. `detail` holds numbers and field names, never a buyer's data. */
export interface MappingHold {
  readonly code: MappingHoldCode;
  readonly detail: string;
  /** The order line it is about, when it is about one. */
  readonly lineId?: string;
  /** The marketplace SKU it is about: a link added for it may clear the hold. */
  readonly sku?: string;
}
