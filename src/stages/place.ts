/**
 * Place: buy at the agent. Before the money is promised: the delay is over, the account's books show
 * that nobody bought it already, and the marketplace still wants it (docs/architecture.md).
 * @module
 */
import type { AgentOrder } from '../../connectors/agent.ts';
import type { PurchasePlan } from '../../mappings/plan.ts';
import { type Answer, done, hold, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import type { Account, Store } from '../config.ts';
import {
  type AccountRef,
  type AgentListingRow,
  matchCandidates,
  ownedAgentOrders,
  readListing,
} from '../database/agent-orders.ts';
import type { Db } from '../database/connect.ts';
import type { DraftKept } from '../database/schema.ts';
import { spend } from '../intent.ts';
import { askedAgain, mayRepeat, RULES } from '../intent-rule.ts';
import { type Match, matchListing } from '../match.ts';
import { isInForce, pausedWhy, type Service, storeOf } from '../service.ts';
import type { Snapshot } from '../snapshot.ts';
import { moveOrder } from '../transition.ts';
import { type Amount, amountOf, fits, overCap } from './cap.ts';
import { askAndWait, askForListing, awaitsListing, CLOCKS_DIFFER_MS, oldestGood } from './list.ts';
import { lookAgain } from './look.ts';
import { digestOfPlan, planFor } from './plan.ts';
import { recordPlaced, takeBack, writePurchase } from './purchase-rows.ts';

export async function place(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { order } = snapshot;
  const store = storeOf(service, order.store);
  const { purchase } = store.settings;
  const now = service.clock.now();

  // Switched off since it was planned: it stands as planned until the store buys again.
  if (purchase.mode === 'off') return replan(service, snapshot);
  // No hold: a person wanted it. Whoever resumes the store wakes its orders.
  if (store.settings.paused) return later(undefined, pausedWhy(store.name));
  if (purchase.mode === 'manual' && order.approved_at === null) {
    return later(undefined, `waits for approval: ponbridge approve ${order.order_number}`);
  }
  const due = addMs(order.buyable_at ?? now, purchase.delay);
  if (now < due) return later(due, 'the buyer may still cancel');

  const absences = snapshot.attempts.filter(
    (attempt) => attempt.kind === 'place' && attempt.outcome === 'absent',
  );
  const unsure = tooOften(
    snapshot,
    absences.map((attempt) => attempt.closed_at),
    addMs(now, service.settings.timings.agentPoll),
  );
  if (unsure && !(await appearedLate(service, snapshot))) return unsure;
  const refused = refusedLast(snapshot);
  if (refused) return refused;

  const ref: AccountRef = { agent: purchase.agent, account: purchase.account };
  const since = addMs(order.source_created_at, -CLOCKS_DIFFER_MS);
  const listing = await readListing(service.db, ref);
  const notBefore = oldestGood(service);
  if (!listing || listing.began_at < notBefore || listing.from_at > since) {
    await askAndWait(service, order.id, ref, { notBefore, from: since });
    // One that was no evidence holds the order until a better one is there.
    const soon = addMs(now, service.settings.timings.listingFresh / 2);
    if (listing && !listing.trusted) return untrusted(ref, listing, soon);
    return later(addMs(now, 30_000), 'the account is being listed', awaitsListing(ref));
  }
  // While orders keep coming the next listing is asked for in time, so that none waits for it.
  if (listing.began_at < addMs(now, -service.settings.timings.listingFresh / 2)) {
    const half = addMs(now, -service.settings.timings.listingFresh / 2);
    await askForListing(service, service.db, ref, { notBefore: half, from: since });
  }
  if (!listing.trusted) {
    return untrusted(ref, listing, addMs(now, service.settings.timings.listingFresh));
  }

  const look = await lookAgain(service, snapshot, 'place');
  if (look.outcome === 'reused')
    return hold('number-reused', 'the marketplace gave this id to another order');
  const plan = await planFor(service.db, store, look.order);
  // Cancelled, changed into a hold, or something else to buy than was approved: plan it anew.
  if (plan.kind !== 'purchase' || digestOfPlan(plan) !== order.plan_digest) {
    return replan(service, snapshot);
  }

  const found = await findInBooks(service.db, ref, plan.draft, since);
  if (found.kind === 'ambiguous') return hold('purchase-ambiguous', found.detail);
  if (found.kind === 'found') {
    await adoptByHand(service, snapshot, store, plan, found.order);
    return done;
  }
  if (unsure) return unsure;
  return spendOnPlacing(service, snapshot, store, plan, absences.length + 1);
}

function untrusted(ref: AccountRef, { reason }: AgentListingRow, again: Date): Answer {
  const detail = `${ref.agent}/${ref.account}: ${reason ?? 'the listing is incomplete'}`;
  return hold('listing-untrusted', detail, again);
}

/** A purchase that was absent from two listings and is in the books after all: it can be adopted. */
async function appearedLate(service: Service, { order, purchase }: Snapshot): Promise<boolean> {
  if (!purchase) return false;
  const since = addMs(order.source_created_at, -CLOCKS_DIFFER_MS);
  const draft = purchase.draft as DraftKept;
  return (await findInBooks(service.db, purchase, draft, since)).kind === 'found';
}

/** A second placing that ended in "not there" is a person's to repeat, by `ponbridge retry`. */
function tooOften(
  snapshot: Snapshot,
  absentAt: readonly (Date | null)[],
  again: Date,
): Answer | undefined {
  const last = absentAt.at(-1);
  if (mayRepeat(RULES.place, absentAt.length) || !last) return undefined;
  if (askedAgain(snapshot.order, last)) return undefined;
  return hold(
    'purchase-unsure',
    `placed ${absentAt.length} times, and each time the agent's books do not show it`,
    again,
  );
}

/** What was refused is not sent again by itself, whatever wakes the order; `ponbridge retry` does. */
function refusedLast(snapshot: Snapshot): Answer | undefined {
  const last = snapshot.attempts.findLast((attempt) => attempt.kind === 'place');
  if (last?.outcome !== 'refused' || !last.closed_at) return undefined;
  if (askedAgain(snapshot.order, last.closed_at)) return undefined;
  return hold('purchase-refused', `${last.error_code ?? ''} ${last.error ?? ''}`.trim());
}

async function replan(service: Service, snapshot: Snapshot): Promise<Answer> {
  await service.db.transaction().execute((tx) =>
    moveOrder(tx, snapshot.order.id, ['waiting', 'pulled'], 'pulled', {
      now: service.clock.now(),
      actor: 'place',
      event: 'changed-before-purchase',
    }),
  );
  return done;
}

/** Whether the books of the account, as last listed, show this purchase. */
export async function findInBooks(
  db: Db,
  ref: AccountRef,
  draft: DraftKept,
  since: Date,
  options: { readonly cancelledSince?: Date; readonly purchaseId?: string } = {},
): Promise<Match> {
  const candidates = await matchCandidates(db, ref, draft.sellerOrderNumber, since);
  const owned = await ownedAgentOrders(
    db,
    ref,
    candidates.map((candidate) => candidate.agentOrderId),
    options.purchaseId,
  );
  return matchListing(candidates, draft, {
    owned,
    since,
    cancelledSince: options.cancelledSince,
  });
}

function accountOf(service: Service, store: Store): Account {
  const { agent, account } = store.settings.purchase;
  const found = service.settings.accounts.get(`${agent}/${account}`);
  if (!found) throw new Error(`ponbridge.yaml has no accounts.${agent}.${account}`);
  return found;
}

async function spendOnPlacing(
  service: Service,
  snapshot: Snapshot,
  store: Store,
  plan: PurchasePlan,
  number: number,
): Promise<Answer> {
  const { order } = snapshot;
  const account = accountOf(service, store);
  const ref = { agent: account.agent, account: account.name };
  const agent = service.connections.agent(ref);
  const amount = capped(service, store, plan);
  return spend<AgentOrder>(service, {
    rule: RULES.place,
    salesOrderId: order.id,
    system: account.agent,
    credentials: account.name,
    address: account.address,
    generation: account.generation,
    payload: agent.placeBody(plan.draft),
    amountFen: plan.draft.purchaseAmountFen,
    number,
    begin: async (tx) => {
      if (!isInForce(service, store)) return { stop: done };
      if (amount && !(await fits(tx, ref, amount))) return { stop: overCap('buying', amount) };
      await moveOrder(tx, order.id, ['waiting'], 'open', {
        now: service.clock.now(),
        actor: 'place',
        event: 'purchase-placing',
        detail: { costFen: plan.costFen },
      });
      return { purchaseId: await writePurchase(service, tx, snapshot, store, plan) };
    },
    call: (body, window) => agent.place(body, window),
    succeed: (tx, placed, attempt) =>
      recordPlaced(service, tx, String(attempt.purchase_id), placed, 'purchase-placed'),
    undo: (tx) => takeBack(service, tx, order.id),
    refused: (error) => hold('purchase-refused', `${error.code ?? ''} ${error.message}`.trim()),
  });
}

/** In mode auto nobody looks before it is bought: where Ponbridge does not pay either, the cap holds here. */
function capped(service: Service, store: Store, plan: PurchasePlan): Amount | undefined {
  const { mode, pay, agent, account } = store.settings.purchase;
  if (mode !== 'auto' || pay.auto) return undefined;
  return amountOf(service, store, { agent, account }, plan.draft.purchaseAmountFen);
}

/** Somebody bought it by hand, or an older database forgot it: it becomes ours. */
async function adoptByHand(
  service: Service,
  snapshot: Snapshot,
  store: Store,
  plan: PurchasePlan,
  agentOrder: AgentOrder,
): Promise<void> {
  await service.db.transaction().execute(async (tx) => {
    await moveOrder(tx, snapshot.order.id, ['waiting'], 'open', {
      now: service.clock.now(),
      actor: 'place',
      event: 'found-in-the-books',
      detail: { agentOrderId: agentOrder.agentOrderId, orderNo: agentOrder.orderNo },
    });
    const id = await writePurchase(service, tx, snapshot, store, plan);
    await recordPlaced(service, tx, id, agentOrder, 'purchase-adopted');
  });
}
