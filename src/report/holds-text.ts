/** What waits in front of a person, as text: one block per reason, the remedy once. */
import { alertSubject } from './alerts.ts';
import { countWaiting, type OpenHold, type Waiting } from './holds.ts';
import { age, plainTable } from './table.ts';

export function waitingText(waiting: Waiting, now: Date): string {
  if (countWaiting(waiting) === 0) return 'Nothing waits for you.';
  const blocks = [
    ...byCode(waiting.orders, now, 'Orders', (each) => [each.store, each.orderNumber]),
    ...byCode(waiting.stores, now, 'Stores', (each) => [each.subject]),
    ...byCode(waiting.accounts, now, 'Agent accounts', (each) => [each.subject]),
    ...byCode(waiting.grants, now, "Sellers' consents", (each) => [each.subject]),
    ...byCode(waiting.alerts, now, 'Alerts', alertSubject),
    ...unreadBlock(waiting, now),
  ];
  return blocks.join('\n\n');
}

function byCode<T extends OpenHold>(
  holds: readonly T[],
  now: Date,
  group: string,
  name: (hold: T) => readonly string[],
): string[] {
  return [...Map.groupBy(holds, (hold) => hold.code)].map(([code, same]) => {
    const [first] = same;
    const rows = same.map((hold) => [...name(hold), age(hold.since, now), hold.detail]);
    return [
      `${group}, ${code} (${same.length}): ${first?.title ?? ''}.`,
      `  What to do: ${first?.remedy ?? ''}`,
      withoutHead(rows),
    ].join('\n');
  });
}

function unreadBlock({ unread }: Waiting, now: Date): string[] {
  if (unread.length === 0) return [];
  const rows = unread.map((each) => [
    each.store,
    each.orderId,
    age(each.since, now),
    `${each.error} (tried ${each.tries} times)`,
  ]);
  return [
    [
      `Orders that could not be read (${unread.length}).`,
      '  What to do: nothing at first, they are asked for with every pull. If one stays, handle it in the seller centre, and report its error.',
      withoutHead(rows),
    ].join('\n'),
  ];
}

function withoutHead(rows: readonly (readonly string[])[]): string {
  return plainTable([], rows).replace(/^(?=.)/gm, '    ');
}
