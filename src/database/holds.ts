/** Named reasons why something does not go on; each clears when its cause is gone. */
import type { Selectable } from 'kysely';
import type { Db } from './connect.ts';
import type { HoldTable } from './schema.ts';

export type Hold = Selectable<HoldTable>;

export interface NewHold {
  readonly stage: string;
  readonly code: string;
  readonly detail: string;
}

/** Raises a hold on an order; the same one twice only refreshes its detail. True when it is new. */
export async function holdOrder(
  db: Db,
  salesOrderId: string,
  hold: NewHold,
  now: Date,
): Promise<boolean> {
  const row = await db
    .insertInto('hold')
    .values({ sales_order_id: salesOrderId, ...hold, raised_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['sales_order_id', 'code'])
        .where('cleared_at', 'is', null)
        .where('sales_order_id', 'is not', null)
        .doUpdateSet({ detail: hold.detail, stage: hold.stage }),
    )
    .returning('raised_at')
    .executeTakeFirstOrThrow();
  return row.raised_at.getTime() === now.getTime();
}

/** Clears the open holds of one stage of an order, but for the codes that stand. Returns the cleared codes. */
export async function clearHolds(
  db: Db,
  salesOrderId: string,
  stage: string,
  standing: readonly string[],
  now: Date,
): Promise<string[]> {
  let query = db
    .updateTable('hold')
    .set({ cleared_at: now, cleared_by: stage })
    .where('sales_order_id', '=', salesOrderId)
    .where('stage', '=', stage)
    .where('cleared_at', 'is', null);
  if (standing.length > 0) query = query.where('code', 'not in', [...standing]);
  return (await query.returning('code').execute()).map((row) => row.code);
}

/** Raises a hold on an agent account (`pandapon/main`), for example `listing-untrusted`. */
export async function holdAccount(
  db: Db,
  agentAccount: string,
  hold: NewHold,
  now: Date,
): Promise<void> {
  await db
    .insertInto('hold')
    .values({ agent_account: agentAccount, ...hold, raised_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['agent_account', 'code'])
        .where('cleared_at', 'is', null)
        .where('agent_account', 'is not', null)
        .where('sales_order_id', 'is', null)
        .doUpdateSet({ detail: hold.detail }),
    )
    .execute();
}

export async function clearAccountHolds(
  db: Db,
  agentAccount: string,
  code: string,
  now: Date,
): Promise<void> {
  await db
    .updateTable('hold')
    .set({ cleared_at: now, cleared_by: 'listing' })
    .where('agent_account', '=', agentAccount)
    .where('code', '=', code)
    .where('cleared_at', 'is', null)
    .execute();
}

export async function holdGrant(db: Db, grantId: string, hold: NewHold, now: Date): Promise<void> {
  await db
    .insertInto('hold')
    .values({ grant_id: grantId, ...hold, raised_at: now })
    .onConflict((conflict) =>
      conflict
        .columns(['grant_id', 'code'])
        .where('cleared_at', 'is', null)
        .where('grant_id', 'is not', null)
        .doUpdateSet({ detail: hold.detail }),
    )
    .execute();
}

export async function clearGrantHolds(db: Db, grantId: string, now: Date): Promise<void> {
  await db
    .updateTable('hold')
    .set({ cleared_at: now, cleared_by: 'renewed' })
    .where('grant_id', '=', grantId)
    .where('cleared_at', 'is', null)
    .execute();
}
