/** Which holds may stand at the end of a run, by what happened in it. */
import type { Real } from './real.ts';
import type { HoldRow, OrderRow, Rows } from './rows.ts';
import { DAILY_CAP_FEN } from './watch.ts';
import {
  type BookOrder,
  bookedFor,
  isCalledOff,
  type MarketOrder,
  SOURCES,
  wantedFen,
} from './world.ts';

export interface Case {
  readonly real: Real;
  readonly rows: Rows;
  readonly order: MarketOrder;
  readonly row: OrderRow;
  readonly hold: HoldRow;
}

type Explain = (facts: Case) => boolean;

function placings({ real, order }: Case) {
  const subject = `${SOURCES[order.store]} ${order.id}`;
  return real.world.calls.filter((call) => call.kind === 'place' && call.subject === subject);
}

function attemptsOf({ rows, row }: Case) {
  return rows.attempts.filter((each) => each.sales_order_id === row.id);
}

/** The agent's order that is this one's purchase by our books. */
function ownBook({ real, rows, row }: Case): BookOrder | undefined {
  const purchase = rows.purchases.find(
    (each) => each.sales_order_id === row.id && each.agent_order_id,
  );
  return real.world.books.find((book) => book.id === purchase?.agent_order_id);
}

const changed: Explain = ({ order }) =>
  ['changed', 'line-cancelled', 'cancelled', 'shipped-by-hand'].some((what) =>
    order.history.has(what),
  );

/** Which histories explain which holds once the world is healed; a code not named here never may stay. */
const EXPLAINED: Readonly<Record<string, Explain>> = {
  // A line's SKU fits no rule, as it was sold or since.
  'sku-unmapped': ({ order }) => order.lines.some((line) => line.sku === 'NO-RULE-FITS'),
  // On an account where we know no living order, absence proves nothing; and of an address that the
  // settings no longer name nothing is known.
  'listing-untrusted': (facts) => {
    const open = attemptsOf(facts).find((each) => each.kind === 'place' && each.outcome === null);
    if (!open) return false;
    const address = [...facts.real.settings.accounts.values()][0]?.address;
    const known = facts.rows.purchases.some(
      (each) => each.agent_order_id && each.state !== 'cancelled',
    );
    return open.address !== address || !known;
  },
  // Bought by hand with other goods, twice, or without a number.
  'purchase-ambiguous': ({ real, order }) =>
    bookedFor(real.world, order).some((book) => book.by === 'hand') ||
    real.world.books.some((book) => book.number === undefined) ||
    // A listing showed somebody's purchase without its number; the hold stays until a person's word.
    (real.world.history.has('numberless') && real.world.books.some((book) => book.by === 'hand')),
  'purchase-unsure': (facts) =>
    placings(facts).length <= attemptsOf(facts).length &&
    attemptsOf(facts).filter((each) => each.kind === 'place' && each.outcome === 'absent').length >=
      2,
  'purchase-refused': (facts) =>
    placings(facts).some((call) => ['rejected', 'code-before'].includes(call.fate)),
  'purchase-closed': (facts) => ownBook(facts)?.phase === 'cancelled',
  'line-refused': (facts) => ownBook(facts)?.lines.some((line) => line.errorCode) ?? false,
  'line-closed': (facts) => ownBook(facts)?.lines.some((line) => line.closed) ?? false,
  'lines-differ': ({ order }) => order.history.has('adopted') || changed({ order } as Case),
  'price-raised': (facts) => {
    const book = ownBook(facts);
    const price = book?.lines.reduce((sum, line) => sum + line.priceFen * line.quantity, 0) ?? 0;
    return (book?.amountFen ?? 0) > price || facts.order.history.has('adopted');
  },
  'payment-due': ({ real, order }) =>
    real.settings.stores.get(order.store)?.settings.purchase.pay.auto === false,
  'payment-refused': (facts) =>
    ownBook(facts)?.phase === 'refused' || payCalls(facts).some((call) => call.fate === 'rejected'),
  'payment-unknown': (facts) => payAttempts(facts).some((each) => each.outcome === null),
  // Smaller ones are paid, or bought, on one of the next days.
  'daily-cap': (facts) =>
    Math.max(ownBook(facts)?.amountFen ?? 0, wantedFen(facts.order)) > DAILY_CAP_FEN,
  'changed-after-purchase': changed,
  'cancelled-after-payment': (facts) =>
    isCalledOff(facts.order.lines) &&
    ['paid', 'sent', 'refused'].includes(ownBook(facts)?.phase ?? ''),
  // Absent after an answer with a code: a person reads it, nothing is sent again.
  'cancel-refused': (facts) =>
    facts.real.world.calls.some(
      (call) => call.kind === 'agent-cancel' && ['code-before', 'rejected'].includes(call.fate),
    ) && ownBook(facts)?.phase !== 'cancelled',
  'cancel-unknown': (facts) =>
    facts.real.world.calls.some((call) => call.kind === 'agent-cancel') &&
    ownBook(facts)?.phase !== 'cancelled',
  'ship-unknown': (facts) =>
    attemptsOf(facts).some(
      (each) => each.kind === 'ship' && (each.outcome === null || each.outcome === 'absent'),
    ),
  'number-wanted': ({ real, order }) =>
    real.choices.leg === 'manual' && (order.shipping === 'tell' || order.shipping === 'own-number'),
};

function payCalls(facts: Case) {
  return facts.real.world.calls.filter(
    (call) => call.kind === 'pay' && call.subject === ownBook(facts)?.id,
  );
}

function payAttempts(facts: Case) {
  return attemptsOf(facts).filter((each) => each.kind === 'pay');
}

/** The stages in their order; what one holds keeps the later ones from looking again at theirs. */
const EARLIER: Readonly<Record<string, readonly string[]>> = {
  pay: ['change', 'follow'],
  ship: ['change', 'follow'],
};
/** But a stage that the purchase has left behind holds nothing any more. */
const DURING: Readonly<Record<string, readonly string[]>> = {
  pay: ['placed'],
  ship: ['paid', 'sent'],
};

export function explain(facts: Case): boolean {
  const { rows, row, hold } = facts;
  const purchase = rows.purchases.find((each) => each.sales_order_id === row.id);
  const isPast = purchase && DURING[hold.stage]?.includes(purchase.state) === false;
  if (isPast) return false;
  const isBehind = rows.holds.some(
    (each) =>
      each.open &&
      each.sales_order_id === row.id &&
      EARLIER[hold.stage]?.includes(each.stage) &&
      (EXPLAINED[each.code]?.({ ...facts, hold: each }) ?? false),
  );
  return isBehind || (EXPLAINED[hold.code]?.(facts) ?? false);
}
