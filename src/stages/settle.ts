/**
 * Settle: an attempt whose result is not known is settled by reading, never by trying again blindly
 * (docs/architecture.md, "The intent rule"). What is found early is believed at once; what is not found
 * is believed only after the settle time, and only from evidence made after it.
 * @module
 */
import { type Answer, done, hold, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import { type AccountRef, readListing, storeAgentOrders } from '../database/agent-orders.ts';
import { addEvent } from '../database/events.ts';
import type { DraftKept } from '../database/schema.ts';
import { closeAttempt, untilSettled } from '../intent.ts';
import { absentAs, RULES, senderDoneAt } from '../intent-rule.ts';
import type { Service } from '../service.ts';
import type { AttemptRow, Snapshot } from '../snapshot.ts';
import { movePurchase } from '../transition.ts';
import { askAndWait, askForListing, awaitsListing, CLOCKS_DIFFER_MS } from './list.ts';
import { findInBooks } from './place.ts';
import { recordPlaced, takeBack } from './purchase-rows.ts';
import { reachWitness } from './witness.ts';

const DAY_MS = 86_400_000;

/** Settles an unknown placing. */
export async function settlePlacing(
  service: Service,
  snapshot: Snapshot,
  attempt: AttemptRow,
): Promise<Answer> {
  const { order, purchase } = snapshot;
  if (!purchase) throw new Error(`attempt ${attempt.id} places nothing`);
  const now = service.clock.now();
  // The sender itself may still be at it: until its window and the call's time-out are over, leave it.
  const senderDone = senderDoneAt(service, attempt);
  if (now < senderDone) return later(senderDone, 'the purchase is being sent');

  const ref: AccountRef = { agent: purchase.agent, account: purchase.account };
  const since = addMs(order.source_created_at, -DAY_MS);
  const from = await reachWitness(service.db, ref, since);
  const listing = await frozenListing(service, attempt, ref, from);
  // The effect may be stamped as late as the settle time; the period listed must reach past it.
  const proofAt = addMs(attempt.settle_at, service.settings.timings.clockSkew);
  const isLate =
    listing !== undefined && listing.until_at >= attempt.settle_at && listing.began_at >= proofAt;
  const found = await findInBooks(service.db, ref, purchase.draft as DraftKept, since, {
    purchaseId: purchase.id,
    // Ours may have been cancelled there; until the end a living one may still come to light.
    ...(isLate ? { cancelledSince: addMs(firstSigned(snapshot, attempt), -CLOCKS_DIFFER_MS) } : {}),
  });
  if (found.kind === 'found') {
    await service.db.transaction().execute(async (tx) => {
      await closeAttempt(tx, attempt, 'adopted', now);
      await recordPlaced(service, tx, purchase.id, found.order, 'purchase-adopted');
    });
    return done;
  }
  if (found.kind === 'ambiguous') {
    const fresh = service.settings.timings.listingFresh;
    await askForListing(service, service.db, ref, { notBefore: addMs(now, -fresh), from: since });
    return hold('purchase-ambiguous', found.detail, addMs(now, fresh));
  }

  const awaits = awaitsListing(ref);
  if (!isLate || listing.from_at > from) {
    const half = service.settings.timings.listingFresh / 2;
    const early = now < proofAt;
    // One from before the answer cannot show it.
    const notBefore = early ? latest(senderDone, addMs(now, -half)) : proofAt;
    // A listing that is fresh enough is not asked for: it would wake this order at once, for ever.
    const asks = !listing || listing.began_at < notBefore || listing.from_at > from;
    if (asks) await askAndWait(service, order.id, ref, { notBefore, from });
    const next = addMs(now, half);
    return early
      ? later(next < proofAt ? next : proofAt, 'whether it was bought is being looked up', awaits)
      : later(next, 'the account is being listed', awaits);
  }
  if (!listing.trusted || !listing.live) {
    const reason = listing.reason ?? 'it shows no order of ours, so that absence proves nothing';
    return hold(
      'listing-untrusted',
      `${ref.agent}/${ref.account}: ${reason}`,
      addMs(now, service.settings.timings.listingFresh),
    );
  }
  // Absent from evidence. An error code that came with it is a person's to read; else once more.
  await service.db.transaction().execute(async (tx) => {
    await closeAttempt(tx, attempt, absentAs(RULES.place, attempt), now);
    await addEvent(tx, {
      salesOrderId: order.id,
      at: now,
      actor: 'settle',
      kind: 'place-absent',
      detail: { attempt: attempt.id, listedAt: listing.began_at.toISOString() },
    });
    await takeBack(service, tx, order.id);
  });
  // With a code, placing holds it: it is not sent again by itself.
  return done;
}

/** The first of our placings that can have made an order of this purchase. */
function firstSigned({ attempts }: Snapshot, attempt: AttemptRow): Date {
  const first = attempts.find((each) => each.kind === 'place');
  return (first ?? attempt).signed_at;
}

function latest(a: Date, b: Date): Date {
  return a > b ? a : b;
}

/**
 * The account's listing by the address and generation the attempt was frozen with. When the settings
 * still say the same, that is the shared one; otherwise the old place is asked directly.
 */
async function frozenListing(service: Service, attempt: AttemptRow, ref: AccountRef, since: Date) {
  const account = service.settings.accounts.get(`${ref.agent}/${ref.account}`);
  const same =
    account?.address === attempt.address && (account.generation ?? null) === attempt.generation;
  if (same) return readListing(service.db, ref);
  const now = service.clock.now();
  const agent = service.connections.agent({
    ...ref,
    address: attempt.address,
    generation: attempt.generation ?? undefined,
  });
  const listing = await agent.list({ from: since, until: addMs(now, DAY_MS) });
  await storeAgentOrders(service.db, ref, listing.orders, listing.beganAt);
  return {
    began_at: listing.beganAt,
    from_at: listing.from,
    until_at: listing.until,
    trusted: listing.complete,
    // Of another address nothing is known that it would have to show.
    live: false,
    reason: listing.incompleteReason ?? null,
  };
}

/** Settles an unknown payment: read twice after the settle time, then a person looks. Never paid again. */
export async function settlePayment(
  service: Service,
  snapshot: Snapshot,
  attempt: AttemptRow,
): Promise<Answer> {
  const { purchase } = snapshot;
  if (!purchase?.agent_order_id) throw new Error(`attempt ${attempt.id} pays nothing`);
  const now = service.clock.now();
  const senderDone = senderDoneAt(service, attempt);
  if (now < senderDone) return later(senderDone, 'the payment is being sent');
  const agent = service.connections.agent({
    agent: purchase.agent,
    account: purchase.account,
    address: attempt.address,
    generation: attempt.generation ?? undefined,
  });
  const readBeganAt = service.clock.now();
  const order = await agent.read(purchase.agent_order_id);
  // Kept, so that following it says what becomes of it: cancelled there, it is a person's.
  if (order) await storeAgentOrders(service.db, purchase, [order], readBeganAt);
  if (order && (order.phase === 'paid' || order.phase === 'sent')) {
    await service.db.transaction().execute(async (tx) => {
      await closeAttempt(tx, attempt, 'adopted', now);
      await movePurchase(tx, purchase, ['paying'], 'paid', {
        now,
        actor: 'settle',
        event: 'payment-found',
        set: { paid_at: now },
      });
    });
    return done;
  }
  const { settleRead } = service.settings.timings;
  if (order?.phase === 'cancelled' && now >= attempt.settle_at) {
    await service.db.transaction().execute(async (tx) => {
      await closeAttempt(tx, attempt, 'absent', now);
      await movePurchase(tx, purchase, ['paying'], 'cancelled', {
        now,
        actor: 'settle',
        event: 'purchase-cancelled',
      });
    });
    return done;
  }
  if (now < attempt.settle_at) {
    return untilSettled(attempt, addMs(now, settleRead), 'whether it was paid is being looked up');
  }
  await service.db
    .updateTable('attempt')
    .set({ looks: attempt.looks + 1 })
    .where('id', '=', attempt.id)
    .execute();
  if (attempt.looks === 0)
    return later(addMs(now, settleRead), 'looked once after the settle time; once more');
  const said = [attempt.error_code, attempt.error].filter(Boolean).join(' ');
  return hold(
    'payment-unknown',
    `${said || 'no answer came'}; the agent shows order ${purchase.order_no} as ${order?.phase ?? 'unknown'}`,
    addMs(now, service.settings.timings.agentPoll),
  );
}
