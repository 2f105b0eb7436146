/**
 * The promises, at the moment a spending call leaves: what our last looks showed must allow it, and no
 * earlier call of the same kind may still take effect.
 * @module
 */
import type { PurchaseDraft } from '../../connectors/agent.ts';
import type { SendWindow } from '../../connectors/call.ts';
import type { ShipRequest } from '../../connectors/marketplace.ts';
import { chinaDay } from '../../src/clock.ts';
import type { Looks } from './looks.ts';
import { CLOCK_SKEW, LISTING_FRESH, SECOND, SETTLE } from './times.ts';
import {
  type BookOrder,
  bookedFor,
  type Call,
  goodsBought,
  goodsOf,
  isCalledOff,
  type MarketOrder,
  SOURCES,
  salesOrderOf,
  type World,
} from './world.ts';

/** "Immediately before": within one go of the service, which takes no time here. */
const JUST_NOW = 30 * SECOND;
/** Fen per China day and account. */
export const DAILY_CAP_FEN = 7_000;

/** @param settings what the process that buys knows of the stores */
export async function watchPlace(
  world: World,
  looks: Looks,
  settings: World['settings'],
  draft: PurchaseDraft,
  window: SendWindow,
) {
  const order = world.orders.find(
    (each) => each.id === draft.sellerOrderNumber && SOURCES[each.store] === draft.orderSource,
  );
  if (!order) return world.breach(`bought for no sales order: ${draft.sellerOrderNumber}`);
  const say = (text: string) => world.breach(`${order.key}: ${text}`);
  const now = world.clock.at;

  const served = looks.market.get(order);
  if (!served || served.at < window.signedAt.getTime() - JUST_NOW) {
    say('bought without a fresh look at the marketplace');
  } else {
    const bad = served.order.lines.find(
      (line) =>
        line.phase !== 'buyable' && line.phase !== 'cancelled' && line.sku?.startsWith('TB-'),
    );
    if (bad) say(`bought though the last look showed line ${bad.lineId} ${bad.phase}`);
    const living = served.order.lines.filter((line) => line.phase !== 'cancelled');
    const wanted = goodsOf(
      living.map((line) => ({ sku: line.sku ?? '', quantity: line.quantity })),
    );
    const bought = goodsBought(draft.lines);
    if (wanted !== bought)
      say(`bought ${bought} though the last look showed ${wanted || 'nothing'}`);
    const store = settings.get(order.store);
    if (store?.purchase.mode === 'off') say('bought in mode off');
    if (store?.purchase.mode === 'manual' && !order.approved.has(bought)) {
      say(`bought ${bought} in mode manual; approved: ${[...order.approved].join(' or ')}`);
    }
    const since = order.servedBuyableAt ?? now;
    if (store && now < since + store.purchase.delay) say('bought before the delay was over');
    if (store?.purchase.mode === 'auto' && !store.purchase.pay.auto) {
      const placed = placedToday(world, window.signedAt);
      if (placed + draft.purchaseAmountFen > DAILY_CAP_FEN) {
        say(`bought beyond the cap of the day: ${placed} and ${draft.purchaseAmountFen}`);
      }
    }
  }

  for (const call of earlier(world, 'place', `${draft.orderSource} ${draft.sellerOrderNumber}`)) {
    if (call.tookEffect) say('bought again though an earlier placing took effect');
    else if (now < call.signedAt + SETTLE) {
      say('bought again while an earlier placing could still take effect');
    }
  }

  const leaningOn = await world.leaningOn();
  const listing = leaningOn === undefined ? undefined : world.listings.get(leaningOn);
  if (!listing) return say('bought without a listing of the account');
  if (listing.beganAt.getTime() < now - LISTING_FRESH - JUST_NOW) say('bought by an old listing');
  if (!listing.complete) say('bought by a listing that is not complete');
  const shown = listing.orders.find(
    (each) =>
      each.sellerOrderNumber === order.id &&
      (each.orderSource ?? draft.orderSource) === draft.orderSource &&
      each.phase !== 'cancelled' &&
      // Linked to another order by a person, it is that one's.
      bookedFor(world, order).some(
        (book) => book.id === each.agentOrderId && (book.adoptedFor ?? order.key) === order.key,
      ),
  );
  if (shown) say(`bought though the listing showed order ${shown.orderNo} with its number`);
}

export function watchPay(world: World, looks: Looks, order: BookOrder, window: SendWindow) {
  const say = (text: string) => world.breach(`agent order ${order.id}: ${text}`);
  const served = looks.agent.get(order);
  if (!served || served.at < window.signedAt.getTime() - JUST_NOW) {
    say('paid without a fresh look at the agent');
  } else if (served.phase !== 'unpaid') say(`paid though the last look showed it ${served.phase}`);
  if (earlier(world, 'pay', order.id).length > 0) {
    say('paid a second time, though it is not proven that the first did nothing');
  }
  const day = chinaDay(window.signedAt);
  const spent = world.calls
    .filter((call) => call.kind === 'pay' && !call.isProvenVoid)
    .filter((call) => chinaDay(new Date(call.signedAt)) === day)
    .reduce((sum, call) => sum + call.amountFen, 0);
  if (spent + order.amountFen > DAILY_CAP_FEN) say(`paid beyond the cap of the day: ${spent}`);
  const sales = salesOrderOf(world, order);
  if (sales) {
    const look = looks.market.get(sales);
    if (!look || look.at < window.signedAt.getTime() - JUST_NOW) {
      say('paid without a fresh look at the marketplace');
    } else if (look.order.lines.some((line) => line.phase === 'cancelling')) {
      say('paid though the last look showed that the buyer asks to cancel');
    } else if (isCalledOff(look.order.lines)) {
      say('paid though the last look showed it cancelled');
    }
  }
}

export function watchAgentCancel(world: World, looks: Looks, order: BookOrder, window: SendWindow) {
  const say = (text: string) => world.breach(`agent order ${order.id}: ${text}`);
  const served = looks.agent.get(order);
  if (!served || served.at < window.signedAt.getTime() - JUST_NOW) {
    say('cancelled without a fresh look at the agent');
  } else if (served.phase === 'paid' || served.phase === 'sent') {
    say(`cancelled though the last look showed it ${served.phase}`);
  }
  const sales = salesOrderOf(world, order);
  const look = sales && looks.market.get(sales);
  if (sales && !(look && isCalledOff(look.order.lines))) {
    say('cancelled though the marketplace never showed the order cancelled');
  }
}

export function watchShip(
  world: World,
  looks: Looks,
  order: MarketOrder,
  request: ShipRequest,
  window: SendWindow,
) {
  const say = (text: string) => world.breach(`${order.key} ${request.step}: ${text}`);
  const served = looks.market.get(order);
  if (!served || served.at < window.signedAt.getTime() - JUST_NOW) {
    say('promised without a fresh look');
  } else if (served.order.lines.some((line) => line.phase === 'cancelling')) {
    say('promised though the last look showed that the buyer asks to cancel');
  } else if (isCalledOff(served.order.lines)) {
    say('promised though the last look showed it cancelled');
  }
  for (const call of earlier(world, 'ship', `${order.key} ${request.step}`)) {
    if (call.tookEffect) say('promised again though it took effect');
    else if (world.clock.at < call.signedAt + 40 * SECOND - CLOCK_SKEW) {
      say('promised again while the first could still take effect');
    }
  }
  const { number } = request.payload as { number?: string };
  if (number === undefined) return;
  const parcels = world.books
    .filter((book) => book.adoptedFor === order.key || book.number === order.id)
    .flatMap((book) => book.lines.map((line) => line.tracking));
  const entered = world.entered.get(order.key) ?? [];
  if (!parcels.includes(number) && !entered.includes(number)) {
    say(`told number ${number}, which is of no parcel of this order`);
  }
}

/** What was bought that China day and is a person's to pay. */
function placedToday(world: World, at: Date): number {
  const paid = new Set(world.calls.flatMap((call) => (call.kind === 'pay' ? [call.subject] : [])));
  return world.calls
    .filter((call) => call.kind === 'place' && call.tookEffect)
    .filter((call) => chinaDay(new Date(call.signedAt)) === chinaDay(at))
    .filter((call) => {
      const books = world.books.filter((book) => `${book.source} ${book.number}` === call.subject);
      return !books.some((book) => paid.has(book.id));
    })
    .reduce((sum, call) => sum + call.amountFen, 0);
}

/** Earlier calls for the same thing that may have done something. */
function earlier(world: World, kind: Call['kind'], subject: string): Call[] {
  return world.calls.filter(
    (call) => call.kind === kind && call.subject === subject && !call.isProvenVoid,
  );
}
