/**
 * The account's cap for a day in China. What Ponbridge pays is reserved in a row that its update locks;
 * what it places for a person to pay is counted from the attempts, under the lock of the same row.
 * @module
 */
import { sql } from 'kysely';
import { type Answer, hold } from '../answer.ts';
import { addMs, chinaDay } from '../clock.ts';
import type { Store } from '../config.ts';
import type { AccountRef } from '../database/agent-orders.ts';
import type { Tx } from '../database/connect.ts';
import { yuan } from '../report/table.ts';
import type { Service } from '../service.ts';

export interface Amount {
  /** China day, `YYYY-MM-DD`. */
  readonly day: string;
  readonly fen: number;
  readonly capFen: number;
  /** Stores in mode auto on the account whose purchases a person pays. */
  readonly paidByHand: readonly string[];
}

/** @param store whose cap it is */
export function amountOf(service: Service, store: Store, ref: AccountRef, fen: number): Amount {
  const paidByHand = [...service.settings.stores.values()].filter(({ settings }) => {
    const { agent, account, mode, pay } = settings.purchase;
    return agent === ref.agent && account === ref.account && mode === 'auto' && !pay.auto;
  });
  return {
    day: chinaDay(service.clock.now()),
    fen,
    capFen: store.settings.purchase.dailyCap ?? 0,
    paidByHand: paidByHand.map(({ name }) => name),
  };
}

/** Takes a payment out of the day's cap; false when it does not fit. */
export async function reserve(tx: Tx, ref: AccountRef, amount: Amount): Promise<boolean> {
  if (!(await fits(tx, ref, amount))) return false;
  await tx
    .updateTable('spend')
    .set({ reserved_fen: sql<string>`spend.reserved_fen + ${amount.fen}` })
    .where('agent', '=', ref.agent)
    .where('account', '=', ref.account)
    .where('day', '=', sql<string>`${amount.day}::date`)
    .execute();
  return true;
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
 * Whether it fits beside what was paid that day and what was placed for a person to pay. Locks the day's
 * row until the end of the transaction that writes the attempt, so that two at once cannot both take the
 * last room.
 */
export async function fits(tx: Tx, ref: AccountRef, amount: Amount): Promise<boolean> {
  const { day, fen, capFen, paidByHand } = amount;
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
  const placed = paidByHand.length > 0 ? await placedFen(tx, ref, day, paidByHand) : 0;
  return Number(row.reserved_fen) + placed + fen <= capFen;
}

/** Placed on that day for these stores, not proven to have come to nothing, and never paid by us. */
async function placedFen(
  tx: Tx,
  ref: AccountRef,
  day: string,
  stores: readonly string[],
): Promise<number> {
  const midnight = `${day}T00:00:00+08:00`;
  const { rows } = await sql<{ fen: string }>`
    select coalesce(sum(bought.amount_fen), 0)::bigint as fen from attempt bought
    join sales_order on sales_order.id = bought.sales_order_id
    where bought.kind = 'place' and bought.system = ${ref.agent}
      and bought.credentials = ${ref.account}
      and sales_order.store = any(${[...stores]}::text[])
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
