/**
 * The only way a state changes: guarded by the state it leaves, with its event, in one statement.
 * @module
 */
import { sql } from 'kysely';
import { StaleRow } from './answer.ts';
import type { Tx } from './database/connect.ts';
import type { PackageState, PurchaseState, SalesOrderState } from './database/schema.ts';

interface Step {
  readonly now: Date;
  readonly actor: string;
  readonly event: string;
  readonly detail?: Record<string, unknown>;
  /** Further columns that change with the state. */
  readonly set?: Record<string, unknown>;
}

type Table = 'sales_order' | 'purchase' | 'package';

/** @throws {StaleRow} when the row is in another state by now */
async function move(
  tx: Tx,
  table: Table,
  row: { readonly id: string; readonly sales_order_id: string },
  from: readonly string[],
  set: Record<string, unknown>,
  step: Step,
): Promise<void> {
  const event = await tx
    .with('moved', (db) =>
      // The three tables share the columns this needs; Kysely has no type for "one of them".
      db
        .updateTable(table as 'purchase')
        .set(set)
        .where('id', '=', row.id)
        .where('state', 'in', [...from] as PurchaseState[])
        .returning('id'),
    )
    // Due until somebody has gone on with it, so that the sweep finds it should its job be lost.
    .with('due', (db) =>
      db
        .updateTable('sales_order')
        .set({ due_at: step.now })
        .where(table === 'sales_order' ? sql<boolean>`false` : sql<boolean>`true`)
        .where('id', '=', row.sales_order_id)
        .where('state', 'not in', ['done', 'cancelled', 'ignored'])
        .where((each) => each.exists(each.selectFrom('moved').select('moved.id'))),
    )
    .insertInto('event')
    .columns(['sales_order_id', 'at', 'actor', 'kind', 'detail'])
    .expression((db) =>
      db
        .selectFrom('moved')
        .select((each) => [
          each.cast<string>(each.val(row.sales_order_id), 'bigint').as('sales_order_id'),
          each.cast<Date>(each.val(step.now), 'timestamptz').as('at'),
          each.val(step.actor).as('actor'),
          each.val(step.event).as('kind'),
          each.cast<string>(each.val(JSON.stringify(step.detail ?? {})), 'jsonb').as('detail'),
        ]),
    )
    .returning('id')
    .executeTakeFirst();
  if (!event) throw new StaleRow(`${table} ${row.id}`);
}

export async function moveOrder(
  tx: Tx,
  id: string,
  from: readonly SalesOrderState[],
  to: SalesOrderState,
  step: Step & { readonly reason?: string },
): Promise<void> {
  const ended = to === 'done' || to === 'cancelled' || to === 'ignored';
  const set = {
    state: to,
    state_reason: step.reason ?? null,
    awaits: null,
    due_at: ended ? null : step.now,
    ended_at: ended ? step.now : null,
    ...step.set,
  };
  await move(tx, 'sales_order', { id, sales_order_id: id }, from, set, step);
}

export async function movePurchase(
  tx: Tx,
  purchase: { readonly id: string; readonly sales_order_id: string },
  from: readonly PurchaseState[],
  to: PurchaseState,
  step: Step,
): Promise<void> {
  await move(tx, 'purchase', purchase, from, { state: to, ...step.set }, step);
}

export async function movePackage(
  tx: Tx,
  pkg: { readonly id: string; readonly sales_order_id: string },
  from: readonly PackageState[],
  to: PackageState,
  step: Step,
): Promise<void> {
  await move(tx, 'package', pkg, from, { state: to, ...step.set }, step);
}
