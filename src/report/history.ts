/**
 * The whole history of one order, for the terminal, as JSON, and later for the dashboard. Nothing in
 * it is a buyer's: the address, the document and the payloads (which hold the receiver) stay out.
 * @module
 */
import type { Db } from '../database/connect.ts';
import { listEvents } from '../database/events.ts';
import { holdText } from '../holds.ts';
import type { PurchaseRow, Snapshot } from '../snapshot.ts';
import { shownState } from '../state.ts';
import { readAlerts } from './alerts.ts';
import { historySentence } from './sentences.ts';

export type History = Awaited<ReturnType<typeof readHistory>>;

export async function readHistory(db: Db, snapshot: Snapshot) {
  const { order, purchase, packages, holds } = snapshot;
  const events = await listEvents(db, order.id);
  const alerts = await readAlerts(db, undefined, {
    salesOrderId: order.id,
    clearedSince: new Date(0),
  });
  return {
    id: order.id,
    store: order.store,
    orderNumber: order.order_number,
    orderId: order.order_id,
    state: shownState({
      order: order.state,
      purchase: purchase?.state ?? null,
      packages: packages.map((each) => each.state),
      held: holds.length > 0,
    }),
    orderState: order.state,
    reason: order.state_reason,
    createdAt: order.source_created_at,
    updatedAt: order.source_updated_at,
    firstSeenAt: order.first_seen_at,
    endedAt: order.ended_at,
    shipBy: order.ship_by,
    total: order.total,
    currency: order.currency,
    planDigest: order.plan_digest,
    approvedAt: order.approved_at,
    dueAt: order.due_at,
    waitsFor: order.awaits,
    fruitlessRuns: order.tries,
    lines: snapshot.lines.map((line) => ({
      lineId: line.line_id,
      sku: line.sku,
      name: line.name,
      quantity: line.quantity,
      unitPrice: line.unit_price,
      status: line.status,
      state: line.state,
      reason: line.state_reason,
    })),
    purchase: purchase ? purchaseOf(purchase, snapshot) : null,
    parcels: snapshot.parcels.map((parcel) => ({
      trackingNumber: parcel.tracking_number,
      carrier: parcel.carrier,
      subPurchaseOrderId: parcel.sub_purchase_order_id,
      status: parcel.status,
      lastTraceAt: parcel.last_trace_at,
      delivered: parcel.delivered,
    })),
    packages: await packagesOf(db, snapshot),
    attempts: snapshot.attempts.map((attempt) => ({
      id: attempt.id,
      kind: attempt.kind,
      number: attempt.number,
      step: attempt.step,
      system: attempt.system,
      credentials: attempt.credentials,
      address: attempt.address,
      amountFen: fenOf(attempt.amount_fen),
      signedAt: attempt.signed_at,
      settleAt: attempt.settle_at,
      /** `open`: sent, or about to be, and its result is not known yet. */
      outcome: attempt.outcome ?? ('open' as const),
      closedAt: attempt.closed_at,
      code: attempt.error_code,
      error: attempt.error,
      requestId: attempt.request_id,
    })),
    holds: holds.map((hold) => ({
      code: hold.code,
      detail: hold.detail,
      ...holdText(hold.code),
      raisedAt: hold.raised_at,
    })),
    /** Those that are over too, as long as they are kept. */
    alerts: alerts.map(({ code, title, remedy, detail, since, clearedAt }) => ({
      code,
      title,
      remedy,
      detail,
      since,
      clearedAt,
    })),
    events: events.map((event) => ({
      at: event.at,
      actor: event.actor,
      kind: event.kind,
      sentence: historySentence(event.kind, event.detail),
      detail: event.detail,
    })),
  };
}

function purchaseOf(purchase: PurchaseRow, snapshot: Snapshot) {
  return {
    state: purchase.state,
    agent: purchase.agent,
    account: purchase.account,
    orderSource: purchase.order_source,
    sellerOrderNumber: purchase.seller_order_number,
    agentOrderId: purchase.agent_order_id,
    orderNo: purchase.order_no,
    agentStatus: purchase.agent_status,
    plannedFen: fenOf(purchase.planned_fen),
    agentFen: fenOf(purchase.agent_fen),
    placedAt: purchase.placed_at,
    paidAt: purchase.paid_at,
    sentAt: purchase.sent_at,
    receivedAt: purchase.received_at,
    lines: snapshot.purchaseLines.map((line) => ({
      lineNo: line.line_no,
      itemId: line.item_id,
      skuId: line.sku_id,
      quantity: line.quantity,
      priceFen: fenOf(line.price_fen),
      state: line.state,
      agentStatus: line.status,
      subOrderId: line.sub_order_id,
      subPurchaseOrderId: line.sub_purchase_order_id,
      error: line.error,
    })),
  };
}

async function packagesOf(db: Db, { packages }: Snapshot) {
  const ids = packages.map((each) => each.id);
  const labels = ids.length
    ? await db.selectFrom('label').select('package_id').where('package_id', 'in', ids).execute()
    : [];
  const labelled = new Set(labels.map((label) => label.package_id));
  return packages.map((each) => ({
    id: each.id,
    packageId: each.package_id,
    state: each.state,
    lines: each.lines,
    numberOwner: each.number_owner,
    ownerReason: each.owner_reason,
    stepsDone: each.steps_done,
    nextStep: each.next_step,
    trackingNumber: each.tracking_number,
    /** The seller's own number: told, or entered to be told. */
    ownNumber: each.told_number,
    carrier: each.carrier,
    labelKept: labelled.has(each.id),
    shipBy: each.ship_by,
    shippedAt: each.shipped_at,
  }));
}

function fenOf(fen: string | null): number | null {
  return fen === null ? null : Number(fen);
}
