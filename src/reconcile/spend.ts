/** The account's cap: what is reserved for a day must be the sum of that day's payments. */
import { sql } from 'kysely';
import { addMs, chinaDay } from '../clock.ts';
import type { AccountRef } from '../database/agent-orders.ts';
import type { Tx } from '../database/connect.ts';
import { yuan } from '../report/table.ts';
import type { AccountRun } from './accounts.ts';
import type { Difference } from './difference.ts';
import { repaired } from './send.ts';

const DAY_MS = 86_400_000;

/** Counts the period's days anew where they differ. */
export async function compareSpend(run: AccountRun): Promise<Difference[]> {
  const { service, from } = run;
  const found: Difference[] = [];
  const today = chinaDay(service.clock.now());
  // The period's first day is cut: its payments are counted whole all the same.
  for (let at = from; chinaDay(at) <= today; at = addMs(at, DAY_MS)) {
    const day = chinaDay(at);
    const difference = await service.db.transaction().execute((tx) => recount(tx, run.ref, day));
    if (difference) found.push(difference);
  }
  return found;
}

async function recount(tx: Tx, ref: AccountRef, day: string): Promise<Difference | undefined> {
  if ((await reservedFen(tx, ref, day)) === undefined) {
    if ((await paidFen(tx, ref, day)) === 0) return undefined;
    // A row is what locks; without one a payment could reserve while we count.
    await tx
      .insertInto('spend')
      .values({ ...ref, day, reserved_fen: 0 })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  const reserved = (await reservedFen(tx, ref, day)) ?? 0;
  const paid = await paidFen(tx, ref, day);
  if (paid === reserved) return undefined;
  await tx
    .updateTable('spend')
    .set({ reserved_fen: paid })
    .where('agent', '=', ref.agent)
    .where('account', '=', ref.account)
    .where('day', '=', sql<string>`${day}::date`)
    .execute();
  return {
    code: 'spend-differs',
    orderNumber: undefined,
    theirs: `payments sent on ${day}: ${yuan(paid)}`,
    ours: `reserved: ${yuan(reserved)}`,
    ...repaired('counted anew'),
  };
}

/** Locks it: a payment reserves, and writes its attempt, in one transaction. */
async function reservedFen(tx: Tx, ref: AccountRef, day: string): Promise<number | undefined> {
  const row = await tx
    .selectFrom('spend')
    .select('reserved_fen')
    .where('agent', '=', ref.agent)
    .where('account', '=', ref.account)
    .where('day', '=', sql<string>`${day}::date`)
    .forUpdate()
    .executeTakeFirst();
  return row && Number(row.reserved_fen);
}

/** Of all payments that were not proven to have come to nothing. */
async function paidFen(tx: Tx, ref: AccountRef, day: string): Promise<number> {
  const midnight = `${day}T00:00:00+08:00`;
  const { rows } = await sql<{ fen: string }>`
    select coalesce(sum(amount_fen), 0)::bigint as fen from attempt
    where kind = 'pay' and system = ${ref.agent} and credentials = ${ref.account}
      and (outcome is null or outcome in ('succeeded', 'adopted', 'absent'))
      and signed_at >= ${midnight}::timestamptz
      and signed_at < ${midnight}::timestamptz + interval '1 day'`.execute(tx);
  return Number(rows[0]?.fen ?? 0);
}
