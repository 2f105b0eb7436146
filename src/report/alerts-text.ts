/** Alerts as text: one block per kind, the remedy once. */
import { alertSubject, type ShownAlert } from './alerts.ts';
import { age, indent, plainTable, utc } from './table.ts';

export function alertsText(alerts: readonly ShownAlert[], now: Date): string {
  const open = alerts.filter((alert) => alert.clearedAt === null);
  const over = alerts.filter((alert) => alert.clearedAt !== null);
  const blocks = [...Map.groupBy(open, (alert) => alert.code)].map(([code, same]) =>
    openBlock(code, same, now),
  );
  if (open.length === 0) blocks.push('No alert stands.');
  if (over.length > 0) blocks.push(overBlock(over));
  return blocks.join('\n\n');
}

function openBlock(code: string, same: readonly ShownAlert[], now: Date): string {
  const rows = same.map((alert) => [
    utc(alert.since),
    age(alert.since, now),
    ...alertSubject(alert),
    alert.detail,
  ]);
  return [
    `${code} (${same.length}): ${same[0]?.title ?? ''}.`,
    `  What to do: ${same[0]?.remedy ?? ''}`,
    indent(plainTable(['since (utc)', 'for', 'where', 'order', 'what'], rows), 4),
  ].join('\n');
}

function overBlock(over: readonly ShownAlert[]): string {
  const newest = over.toSorted((a, b) => Number(b.clearedAt) - Number(a.clearedAt));
  const rows = newest.map((alert) => [
    utc(alert.since),
    utc(alert.clearedAt),
    alert.code,
    ...alertSubject(alert),
    alert.detail,
  ]);
  const table = plainTable(
    ['raised (utc)', 'cleared (utc)', 'code', 'where', 'order', 'what'],
    rows,
  );
  return `Over (${over.length}).\n${indent(table, 4)}`;
}
