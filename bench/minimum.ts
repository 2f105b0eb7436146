/**
 * The smallest number of calls that an order can cost when it is pulled, the safety reads of docs/architecture.md
 * included: before each of place, pay and ship its owner is read again.
 *
 * Lazada, per order:
 *   2/100  list: the order is seen twice, when it is new and when it was delivered (100 rows a page)
 * + 2/50   items of the orders that changed (50 a call)
 * + 2 x 4  fresh looks (/order/get and /orders/items/get): before place, pay, pack, ready-to-ship
 * + 2      pack, ready-to-ship
 * + 2      label: its address, its file
 *
 * Shopee, per order:
 *   2/100  list
 * + 2/50   details of the orders listed (50 a call)
 * + 3      fresh looks (get_order_detail): before place, pay, ship_order
 * + 2      before ship_order: get_package_detail (arranged already?), get_shipping_parameter (how)
 * + 1      ship_order
 * + 1      get_tracking_number
 * + 4      label: its kind, its making, its result, its file
 *
 * PandaPon, per order:
 *   3      place, the read before pay, pay
 * + lines  logistics, one call for each line
 * + 1      updateWarehouse
 * + pages of the account's listings by the clock, shared by all its orders: what their number is at
 *   the least follows from the settings (one listing each `timings.payPoll`), not from the orders, so
 *   the pages read are part of both numbers.
 * @module
 */

export type System = 'lazada' | 'shopee' | 'pandapon';

export interface Minimum {
  readonly formula: string;
  /** Per order. */
  readonly calls: number;
}

export interface Facts {
  /** Lines of an order, on average. */
  readonly lines: number;
  /** Listing pages read at the agent, per order. */
  readonly listingPages: number;
}

export function minimumOf(system: System, facts: Facts): Minimum {
  switch (system) {
    case 'lazada':
      return {
        formula: '2/100 list + 2/50 items + 2x4 looks + pack + ready-to-ship + 2 label',
        calls: 2 / 100 + 2 / 50 + 8 + 2 + 2,
      };
    case 'shopee':
      return {
        formula:
          '2/100 list + 2/50 details + 3 looks + package + parameter + ship_order + number + 4 label',
        calls: 2 / 100 + 2 / 50 + 3 + 2 + 1 + 1 + 4,
      };
    case 'pandapon':
      return {
        formula: `place + read + pay + ${facts.lines.toFixed(2)} lines + warehouse + ${facts.listingPages.toFixed(2)} listing pages`,
        calls: 3 + facts.lines + 1 + facts.listingPages,
      };
  }
}
