/**
 * Callbacks of the agents: `POST /callback/<agent>/<account>/<token>`. No signature is documented, so
 * the address holds an unguessable part, the message changes nothing by itself, and the reads it
 * triggers are rate-limited.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
import { sql } from 'kysely';
import { RateLimiter } from 'limiter';
import type { AgentHint } from '../../connectors/agent.ts';
import { markHandled, storeMessage } from '../database/inbox.ts';
import type { JobData } from '../queue.ts';
import { agents } from '../registry.ts';
import { accountKey, type Service } from '../service.ts';
import { askForListing } from '../stages/list.ts';

const DAY_MS = 86_400_000;

export function callbackRouter(service: Service): Router {
  const router = Router();
  const secret = service.settings.callbackToken;

  router.post('/callback/:agent/:account/:token', async (request: Request, response: Response) => {
    const { agent, account, token } = request.params as Record<string, string>;
    const module = agents.get(agent ?? '');
    const known = module && service.settings.accounts.has(`${agent}/${account}`);
    if (!known || secret === undefined || !sameText(token ?? '', secret)) {
      response.status(404).json({ error: 'no such address' });
      return;
    }
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    let hint: AgentHint;
    try {
      hint = module.readCallback(raw);
    } catch (error) {
      service.log.warn({ agent, account, err: error }, 'a callback could not be understood');
      response.status(400).json({ error: (error as Error).message });
      return;
    }
    if (hint.ids.length > 0) {
      await service.durable.transaction().execute(async (tx) => {
        const { id } = await storeMessage(tx, {
          source: `${agent}/${account}`,
          messageKey: hint.messageKey,
          topic: hint.messageType,
          hint: { ids: hint.ids },
          receivedAt: service.clock.now(),
        });
        const follow = { inboxId: id, agent: agent ?? '', account: account ?? '' };
        await service.jobs.send(tx, 'callback', follow);
      });
    }
    response.status(200).json({ code: 200 });
  });
  return router;
}

/** Compares digests, so that neither length nor content leaks through time. */
function sameText(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}

const readLimits = new WeakMap<Service, Map<string, RateLimiter>>();

/** One per account, so that a noisy one takes nothing from the others. */
function readLimit(service: Service, job: JobData['callback']): RateLimiter {
  const limits = readLimits.get(service) ?? new Map<string, RateLimiter>();
  readLimits.set(service, limits);
  const key = accountKey(job);
  const limit =
    limits.get(key) ??
    new RateLimiter({
      tokensPerInterval: service.settings.limits.callbackReads,
      interval: 'minute',
    });
  limits.set(key, limit);
  return limit;
}

/**
 * Follows a callback: the purchases it names are read again from the agent. No transaction: a crash in
 * the middle repeats the job, and a read too many harms nobody.
 */
export async function handleCallback(service: Service, job: JobData['callback']): Promise<void> {
  const found = await purchasesNamed(service, job);
  const limit = readLimit(service, job);
  for (const id of found) {
    // Over the limit the listing by the clock brings the same news; without one it is read later.
    const isWithin = limit.tryRemoveTokens(1);
    if (!isWithin && service.settings.polling) continue;
    const options = isWithin ? {} : { afterMs: 60_000 };
    const look = { id, look: 'agent', by: 'callback' } as const;
    await service.jobs.send(service.db, 'order', look, options);
  }
  // It may name a purchase whose answer was lost: the books will tell.
  if (found.length === 0 && (await hasOpenPlacing(service, job)) && limit.tryRemoveTokens(1)) {
    const now = service.clock.now();
    await askForListing(service, service.db, job, {
      notBefore: now,
      from: new Date(now.getTime() - 2 * DAY_MS),
    });
  }
  await markHandled(service.db, job.inboxId, service.clock.now());
}

/** The sales orders whose purchase, or a line of it, carries one of the message's ids. */
async function purchasesNamed(service: Service, job: JobData['callback']): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    with named as (
      select jsonb_array_elements_text(hint -> 'ids') as name from inbox where id = ${job.inboxId}
    )
    select sales_order_id as id from purchase
    where agent = ${job.agent} and account = ${job.account}
      and (agent_order_id in (select name from named) or order_no in (select name from named))
    union
    select purchase.sales_order_id from purchase_line
    join purchase on purchase.id = purchase_line.purchase_id
    where agent = ${job.agent} and account = ${job.account}
      and (sub_order_id in (select name from named)
        or sub_purchase_order_id in (select name from named))`.execute(service.db);
  return rows.map((row) => row.id);
}

async function hasOpenPlacing(service: Service, job: JobData['callback']): Promise<boolean> {
  const row = await service.db
    .selectFrom('purchase')
    .select('id')
    .where('agent', '=', job.agent)
    .where('account', '=', job.account)
    .where('state', '=', 'placing')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}
