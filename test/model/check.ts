/** Our own rows: consistent after every command, and never moving backwards. */
import type { Real } from './real.ts';
import type { Rows } from './rows.ts';
import { ORDER_AFTER, PACKAGE_AFTER, PURCHASE_AFTER } from './states.ts';

/** What is wrong with the rows now, and with the way they came since the last look. */
export function checkRows(real: Real, before: Rows | undefined, now: Rows): string[] {
  const wrong: string[] = [];
  const { world } = real;

  for (const row of before?.orders ?? []) {
    const after = now.orders.find((each) => each.id === row.id);
    if (!after) wrong.push(`sales order ${row.id} is gone`);
    else if (!ORDER_AFTER[row.state].includes(after.state)) {
      wrong.push(`sales order ${row.order_id} went from ${row.state} to ${after.state}`);
    } else if (after.source_updated_at < row.source_updated_at) {
      wrong.push(`sales order ${row.order_id} was overwritten by an older read`);
    }
  }
  for (const row of before?.purchases ?? []) {
    const after = now.purchases.find((each) => each.id === row.id);
    if (!after) wrong.push(`purchase ${row.id} is gone`);
    else if (row.agent_order_id !== null) {
      if (after.agent_order_id !== row.agent_order_id) {
        wrong.push(`purchase ${row.id} changed its agent order`);
      }
      if (!PURCHASE_AFTER[row.state].includes(after.state)) {
        wrong.push(`purchase ${row.id} went from ${row.state} to ${after.state}`);
      }
    }
  }
  for (const row of before?.packages ?? []) {
    const after = now.packages.find((each) => each.id === row.id);
    if (!after) wrong.push(`package ${row.id} is gone`);
    else if (!PACKAGE_AFTER[row.state].includes(after.state)) {
      wrong.push(`package ${row.id} went from ${row.state} to ${after.state}`);
    } else if (row.steps_done.some((step) => !after.steps_done.includes(step))) {
      wrong.push(`package ${row.id} forgot a step`);
    }
  }
  for (const row of before?.attempts ?? []) {
    const after = now.attempts.find((each) => each.id === row.id);
    if (!after || (row.outcome !== null && after.outcome !== row.outcome)) {
      wrong.push(`attempt ${row.id} changed after its end`);
    }
  }

  for (const row of now.orders) {
    const isEnded = ['done', 'cancelled', 'ignored'].includes(row.state);
    if (isEnded !== (row.ended_at !== null))
      wrong.push(`order ${row.order_id}: its end is not noted`);
    // A shipping of an order that was cancelled meanwhile stays open: nobody has to know.
    const open = now.attempts.find(
      (each) => each.sales_order_id === row.id && each.outcome === null && each.kind !== 'ship',
    );
    if (isEnded && open)
      wrong.push(`order ${row.order_id} is ${row.state} with an open ${open.kind}`);
    const living = now.purchases.filter(
      (each) => each.sales_order_id === row.id && each.state !== 'cancelled',
    );
    if (living.length > 1)
      wrong.push(`order ${row.order_id} has ${living.length} living purchases`);
    if (row.state === 'open' && !now.purchases.some((each) => each.sales_order_id === row.id)) {
      wrong.push(`order ${row.order_id} is open without a purchase`);
    }
  }
  const owned = now.purchases.flatMap((row) => row.agent_order_id ?? []);
  if (new Set(owned).size < owned.length) wrong.push('one agent order belongs to two purchases');
  for (const id of owned) {
    if (!world.books.some((book) => book.id === id)) wrong.push(`the agent has no order ${id}`);
  }
  for (const row of now.purchases) {
    if (row.state === 'placing' && row.agent_order_id !== null) {
      wrong.push(`purchase ${row.id} is placing and has its agent order already`);
    }
    if (!['placing', 'cancelled'].includes(row.state) && row.agent_order_id === null) {
      wrong.push(`purchase ${row.id} is ${row.state} without an agent order`);
    }
  }
  wrong.push(
    ...twice(
      now.attempts
        .filter((row) => row.outcome === null)
        .map(
          (row) =>
            `open attempt: ${row.kind} of ${row.purchase_id ?? ''}/${row.package_id ?? ''}/${row.sales_order_id}`,
        ),
    ),
  );
  wrong.push(
    ...twice(
      now.holds
        .filter((row) => row.open && row.sales_order_id !== null)
        .map((row) => `open hold ${row.code} of order ${row.sales_order_id}`),
    ),
  );
  wrong.push(...checkTold(now));
  return wrong;
}

/** Each hold that was raised and cleared stands in the history. */
function checkTold(now: Rows): string[] {
  const wrong: string[] = [];
  const seen = new Map<string, { raised: number; cleared: number; held: number; freed: number }>();
  const at = (order: number, code: string) => {
    const key = `${order} ${code}`;
    const found = seen.get(key) ?? { raised: 0, cleared: 0, held: 0, freed: 0 };
    seen.set(key, found);
    return found;
  };
  for (const row of now.holds) {
    if (row.sales_order_id === null || row.code === 'number-reused') continue;
    const counts = at(row.sales_order_id, row.code);
    counts.raised += 1;
    if (!row.open) counts.cleared += 1;
  }
  for (const { order, kind, code } of now.told) {
    const counts = at(order, code);
    if (kind === 'held') counts.held += 1;
    else counts.freed += 1;
  }
  for (const [key, { raised, cleared, held, freed }] of seen) {
    if (key.endsWith('number-reused')) continue;
    if (raised !== held) wrong.push(`hold ${key}: raised ${raised} times, told ${held} times`);
    if (cleared !== freed) wrong.push(`hold ${key}: cleared ${cleared} times, told ${freed} times`);
  }
  return wrong;
}

function twice(names: readonly string[]): string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map(
    (name) => `twice: ${name}`,
  );
}

/** What the agent's and the marketplaces' books must never show. */
export function checkBooks(real: Real): string[] {
  const { world } = real;
  const wrong: string[] = [];
  const placed = new Map<string, number>();
  for (const book of world.books) {
    if (book.paidByUs > 1)
      wrong.push(`agent order ${book.id} was paid ${book.paidByUs} times by us`);
    if (book.by !== 'us') continue;
    const key = `${book.source} ${book.number}`;
    placed.set(key, (placed.get(key) ?? 0) + 1);
  }
  for (const [key, count] of placed) {
    if (count > 1) wrong.push(`sales order ${key} was bought ${count} times by us`);
  }
  for (const order of world.orders) {
    for (const name of twice(order.steps)) wrong.push(`${order.key}: ${name} took effect`);
  }
  return wrong;
}
