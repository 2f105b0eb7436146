/**
 * Callbacks of the agents, kept. Nobody signs them, so whoever knows the address could fill the
 * database: only what names a purchase of ours is kept, at a bounded rate.
 * @module
 */
import { sql } from 'kysely';
import { RateLimiter } from 'limiter';
import type { AgentHint } from '../connectors/agent.ts';
import type { AccountRef } from './database/agent-orders.ts';
import type { Db } from './database/connect.ts';
import { storeMessage } from './database/inbox.ts';
import { accountKey, type Service } from './service.ts';

const intakes = new WeakMap<Service, Map<string, RateLimiter>>();

/** One per account, so that a noisy one takes nothing from the others. */
function intake(service: Service, account: AccountRef): RateLimiter {
  const all = intakes.get(service) ?? new Map<string, RateLimiter>();
  intakes.set(service, all);
  const key = accountKey(account);
  const { callbacks } = service.settings.limits;
  const known = all.get(key);
  if (known?.tokenBucket.tokensPerInterval === callbacks) return known;
  const limit = new RateLimiter({ tokensPerInterval: callbacks, interval: 'minute' });
  all.set(key, limit);
  return limit;
}

/**
 * Keeps what may concern a purchase, with the job that follows it. What names none of ours, while no
 * placing is in doubt, could cause no read, so it is let go.
 * @returns false when there are too many: the agent repeats what was not answered with 200
 */
export async function keepCallback(
  service: Service,
  account: AccountRef,
  hint: AgentHint,
): Promise<boolean> {
  if (hint.ids.length === 0) return true;
  if (!intake(service, account).tryRemoveTokens(1)) return false;
  const isOurs =
    (await ordersNamed(service.db, account, hint.ids)).length > 0 ||
    (await hasOpenPlacing(service.db, account));
  if (!isOurs) return true;
  await service.durable.transaction().execute(async (tx) => {
    const { id } = await storeMessage(tx, {
      source: accountKey(account),
      messageKey: hint.messageKey,
      topic: hint.messageType,
      hint: { ids: hint.ids },
      receivedAt: service.clock.now(),
    });
    await service.jobs.send(tx, 'callback', { inboxId: id, ...account });
  });
  return true;
}

/** The ids a kept message names; none when it has been pruned meanwhile. */
export async function idsOf(db: Db, inboxId: string): Promise<readonly string[]> {
  const row = await db
    .selectFrom('inbox')
    .select('hint')
    .where('id', '=', inboxId)
    .executeTakeFirst();
  return (row?.hint as { ids?: readonly string[] } | undefined)?.ids ?? [];
}

/** The sales orders whose purchase on this account, or a line of it, carries one of the ids. */
export async function ordersNamed(
  db: Db,
  { agent, account }: AccountRef,
  ids: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select sales_order_id as id from purchase
    where agent = ${agent} and account = ${account}
      and (agent_order_id = any(${ids}) or order_no = any(${ids}))
    union
    select purchase.sales_order_id from purchase_line
    join purchase on purchase.id = purchase_line.purchase_id
    where agent = ${agent} and account = ${account}
      and (sub_order_id = any(${ids}) or sub_purchase_order_id = any(${ids}))`.execute(db);
  return rows.map((row) => row.id);
}

export async function hasOpenPlacing(db: Db, account: AccountRef): Promise<boolean> {
  const row = await db
    .selectFrom('purchase')
    .select('id')
    .where('agent', '=', account.agent)
    .where('account', '=', account.account)
    .where('state', '=', 'placing')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
