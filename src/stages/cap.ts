/**
 * The account's cap for a day in China. What Ponbridge pays is reserved in a row that its update locks;
 * what it places for a person to pay is counted from the attempts, under the lock of the same row.
 * @module
 */
import { sql } from 'kysely';
import { type Answer, hold } from '../answer.ts';
import { addMs } from '../clock.ts';
import type { AccountRef } from '../database/agent-orders.ts';
import type { Tx } from '../database/connect.ts';
import { yuan } from '../report/table.ts';

export interface Amount {
  /** China day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly fen: number;
  readonly capFen: number;
}

/** Takes a payment out of the day's cap; false when it does not fit. */
export async function reserve(tx: Tx, ref: AccountRef, amount: Amount): Promise<boolean> {
  const { day, fen, capFen } = amount;
  if (fen > capFen) return false;
  const row = await tx
    .insertInto('spend')
    .values({ agent: ref.agent, account: ref.account, day, reserved_fen: fen })
    .onConflict((conflict) =>
      conflict
        .columns(['agent', 'account', 'day'])
        .doUpdateSet({ reserved_fen: sql<string>`spend.reserved_fen + ${fen}` })
        .where(sql<boolean>`spend.reserved_fen + ${fen} <= ${capFen}`),
    )
    .returning('reserved_fen')
    .executeTakeFirst();
  return row !== undefined;
}

/** Gives back what a payment that was never sent had reserved. */
export async function release(tx: Tx, ref: AccountRef, day: string, fen: number): Promise<void> {
  await tx
    .updateTable('spend')
    .set({ reserved_fen: sql<string>`spend.reserved_fen - ${fen}` })
    .where('agent', '=', ref.agent)
    .where('account', '=', ref.account)
    .where('day', '=', sql<string>`${day}::date`)
    .execute();
}

/**
 * Whether a purchase that a person will pay still fits. Locks the day's row until the end of the
 * transaction that writes its attempt, so that two at once cannot both take the last room.
 */
export async function fitsToPlace(tx: Tx, ref: AccountRef, amount: Amount): Promise<boolean> {
  const { day, fen, capFen } = amount;
  const row = await tx
    .insertInto('spend')
    .values({ agent: ref.agent, account: ref.account, day, reserved_fen: 0 })
    .onConflict((conflict) =>
      conflict
        .columns(['agent', 'account', 'day'])
        .doUpdateSet({ reserved_fen: sql<string>`spend.reserved_fen` }),
    )
    .returning('reserved_fen')
    .executeTakeFirstOrThrow();
  const placed = await placedUnpaidFen(tx, ref, day);
  return Number(row.reserved_fen) + placed + fen <= capFen;
}

/** Placed on that day, not proven to have come to nothing, and never paid by us. */
async function placedUnpaidFen(tx: Tx, ref: AccountRef, day: string): Promise<number> {
  const midnight = `${day}T00:00:00+08:00`;
  const { rows } = await sql<{ fen: string }>`
    select coalesce(sum(bought.amount_fen), 0)::bigint as fen from attempt bought
    where bought.kind = 'place' and bought.system = ${ref.agent}
      and bought.credentials = ${ref.account}
      and (bought.outcome is null or bought.outcome in ('succeeded', 'adopted'))
      and bought.signed_at >= ${midnight}::timestamptz
      and bought.signed_at < ${midnight}::timestamptz + interval '1 day'
      and not exists (
        select from attempt payment
        where payment.purchase_id = bought.purchase_id and payment.kind = 'pay'
      )`.execute(tx);
  return Number(rows[0]?.fen ?? 0);
}

/** @param doing `paying` or `buying` */
export function overCap(doing: string, { day, fen, capFen }: Amount): Answer {
  const tomorrow = addMs(new Date(`${day}T00:00:00+08:00`), 86_400_000);
  return hold(
    'daily-cap',
    `${doing} ${yuan(fen)} would pass the cap of ${yuan(capFen)} for ${day}`,
    tomorrow,
  );
}
