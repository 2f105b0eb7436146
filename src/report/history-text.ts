/** An order's history as text: what is, what stands in the way, then what happened. */
import type { History } from './history.ts';
import { facts, indent, plainTable, utc, yuan } from './table.ts';

export function historyText(history: History): string {
  const sections = [
    heading(history),
    section('Holds', holdsText(history)),
    section('Alerts', alertsText(history)),
    section('Lines', linesText(history)),
    section('Purchase', purchaseText(history)),
    section('Parcels from the suppliers', parcelsText(history)),
    section('Packages at the marketplace', packagesText(history)),
    section('Attempts', attemptsText(history)),
    section('History (UTC)', eventsText(history)),
  ];
  return sections.filter((text) => text !== '').join('\n\n');
}

function section(title: string, body: string): string {
  return body === '' ? '' : `${title}\n${indent(body)}`;
}

function heading(history: History): string {
  const rows = facts([
    ['store', history.store],
    ['marketplace id', history.orderId],
    ['id here', history.id],
    ['ordered', utc(history.createdAt)],
    ['last change', utc(history.updatedAt)],
    ['ship by', utc(history.shipBy)],
    ['total', `${history.total} ${history.currency}`],
    ['plan', history.planDigest],
    ['approved', utc(history.approvedAt)],
    ['fruitless runs', history.fruitlessRuns || undefined],
    ['next look', history.endedAt ? undefined : utc(history.dueAt)],
    ['waits for', history.waitsFor],
    ['ended', utc(history.endedAt)],
  ]);
  const why = history.reason ? `, ${history.reason}` : '';
  return [
    `Order ${history.orderNumber}: ${history.state.toUpperCase()}${why}`,
    ...rows.map((row) => `  ${row}`),
  ].join('\n');
}

function holdsText({ holds }: History): string {
  return holds
    .map((hold) =>
      [
        `${hold.code}: ${hold.title}.  (since ${utc(hold.raisedAt)})`,
        `  ${hold.detail}`,
        `  What to do: ${hold.remedy}`,
      ].join('\n'),
    )
    .join('\n');
}

function alertsText({ alerts }: History): string {
  return alerts
    .flatMap((alert) => [
      `${alert.code}: ${alert.title}.  (${span(alert)})`,
      `  ${alert.detail}`,
      ...(alert.clearedAt ? [] : [`  What to do: ${alert.remedy}`]),
    ])
    .join('\n');
}

function span({ since, clearedAt }: History['alerts'][number]): string {
  return clearedAt ? `from ${utc(since)} to ${utc(clearedAt)}` : `since ${utc(since)}`;
}

function linesText({ lines, currency }: History): string {
  if (lines.length === 0) return '';
  return plainTable(
    ['line', 'sku', 'quantity', 'price', 'status', 'state', 'name'],
    lines.map((line) => [
      line.lineId,
      line.sku,
      line.quantity,
      `${line.unitPrice} ${currency}`,
      line.status,
      line.reason ? `${line.state}: ${line.reason}` : line.state,
      line.name,
    ]),
  );
}

function purchaseText({ purchase }: History): string {
  if (!purchase) return '';
  const rows = facts([
    ['state', purchase.state],
    ['account', `${purchase.agent}/${purchase.account}`],
    ['order number', purchase.orderNo],
    ['agent order id', purchase.agentOrderId],
    ['our number there', purchase.sellerOrderNumber || 'none: bought by hand'],
    ['order source', purchase.orderSource],
    ['agent status', purchase.agentStatus],
    ['planned', yuan(purchase.plannedFen)],
    ["agent's amount", yuan(purchase.agentFen)],
    ['placed', utc(purchase.placedAt)],
    ['paid', utc(purchase.paidAt)],
    ['sent', utc(purchase.sentAt)],
    ['received', utc(purchase.receivedAt)],
  ]);
  const lines = plainTable(
    [
      'line',
      'item id',
      'sku id',
      'quantity',
      'price',
      'state',
      'sub order',
      'sub purchase',
      'error',
    ],
    purchase.lines.map((line) => [
      line.lineNo,
      line.itemId,
      line.skuId,
      line.quantity,
      yuan(line.priceFen),
      line.agentStatus ? `${line.state} (${line.agentStatus})` : line.state,
      line.subOrderId,
      line.subPurchaseOrderId,
      line.error,
    ]),
  );
  return [...rows, lines].join('\n');
}

function parcelsText({ parcels }: History): string {
  if (parcels.length === 0) return '';
  return plainTable(
    ['number', 'carrier', 'sub purchase', 'status', 'last trace', 'arrived'],
    parcels.map((parcel) => [
      parcel.trackingNumber,
      parcel.carrier,
      parcel.subPurchaseOrderId,
      parcel.status,
      utc(parcel.lastTraceAt),
      parcel.delivered ? 'yes' : 'no',
    ]),
  );
}

function packagesText({ packages }: History): string {
  return packages
    .map((each) =>
      [
        `${each.packageId ?? '(no id yet)'}: ${each.state}`,
        ...facts([
          ['number', each.trackingNumber],
          ['own number', each.ownNumber],
          ['assigned by', `${each.numberOwner} (${each.ownerReason})`],
          ['carrier', each.carrier],
          ['label', each.labelKept ? 'kept' : 'none'],
          ['steps done', each.stepsDone.join(', ')],
          ['next step', each.nextStep],
          ['ship by', utc(each.shipBy)],
          ['told', utc(each.shippedAt)],
        ]).map((row) => `  ${row}`),
      ].join('\n'),
    )
    .join('\n');
}

function attemptsText({ attempts }: History): string {
  if (attempts.length === 0) return '';
  return plainTable(
    ['attempt', 'no', 'outcome', 'signed (UTC)', 'at', 'code', 'error'],
    attempts.map((attempt) => [
      attempt.step ? `${attempt.kind} ${attempt.step}` : attempt.kind,
      attempt.number,
      attempt.outcome,
      utc(attempt.signedAt),
      `${attempt.system}/${attempt.credentials}`,
      attempt.code,
      attempt.error,
    ]),
  );
}

function eventsText({ events }: History): string {
  const width = Math.max(0, ...events.map((event) => event.actor.length));
  return events
    .map((event) => {
      const detail = detailText(event);
      const rest = detail === '' ? '' : `  [${detail}]`;
      return `${utc(event.at)}  ${event.actor.padEnd(width)}  ${event.sentence}${rest}`;
    })
    .join('\n');
}

/** What the sentence does not say already. */
function detailText({ sentence, detail }: History['events'][number]): string {
  return Object.entries(detail)
    .filter(([, value]) => value !== null && value !== undefined && value !== '')
    .filter(([key, value]) => !sentence.includes(shownAs(key, value)))
    .map(([key, value]) => `${key}: ${shownAs(key, value)}`)
    .join(', ');
}

function shownAs(key: string, value: unknown): string {
  if (key.endsWith('Fen') && typeof value === 'number') return yuan(value) ?? '';
  if (Array.isArray(value)) return value.join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
