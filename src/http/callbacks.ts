/**
 * Callbacks of the agents: `POST /callback/<agent>/<account>/<token>`. No signature is documented, so
 * the address holds an unguessable part, the message changes nothing by itself, and the reads it
 * triggers are rate-limited.
 * @module
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Request, type Response, Router } from 'express';
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
      await service.db.transaction().execute(async (tx) => {
        const { id } = await storeMessage(tx, {
          source: `${agent}/${account}`,
          messageKey: hint.messageKey,
          topic: hint.messageType,
          hint: { ids: hint.ids },
          receivedAt: service.clock.now(),
        });
        await service.jobs.send(tx, 'callback', {
          inboxId: id,
          agent: agent ?? '',
          account: account ?? '',
        });
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

/** Follows a callback: the purchases it names are read again from the agent. */
export async function handleCallback(service: Service, job: JobData['callback']): Promise<void> {
  const row = await service.db
    .selectFrom('inbox')
    .selectAll()
    .where('id', '=', job.inboxId)
    .executeTakeFirst();
  if (!row) return;
  const { ids } = row.hint as { ids: string[] };
  const found = await purchasesNamed(service, job, ids);
  const limit = readLimit(service, job);
  await service.db.transaction().execute(async (tx) => {
    for (const id of found) {
      // Over the limit the listing by the clock brings the same news; without one it is read later.
      const isWithin = limit.tryRemoveTokens(1);
      if (!isWithin && service.settings.polling) continue;
      const options = isWithin ? {} : { afterMs: 60_000 };
      await service.jobs.send(tx, 'order', { id, look: 'agent', by: 'callback' }, options);
    }
    // It may name a purchase whose answer was lost: the books will tell.
    if (found.length === 0 && (await hasOpenPlacing(service, job)) && limit.tryRemoveTokens(1)) {
      const now = service.clock.now();
      await askForListing(service, tx, job, {
        notBefore: now,
        from: new Date(now.getTime() - 2 * DAY_MS),
      });
    }
    await markHandled(tx, row.id, service.clock.now());
  });
}

async function purchasesNamed(
  service: Service,
  job: JobData['callback'],
  ids: readonly string[],
): Promise<string[]> {
  const rows = await service.db
    .selectFrom('purchase')
    .leftJoin('purchase_line', 'purchase_line.purchase_id', 'purchase.id')
    .select('purchase.sales_order_id')
    .distinct()
    .where('purchase.agent', '=', job.agent)
    .where('purchase.account', '=', job.account)
    .where((row) =>
      row.or([
        row('purchase.agent_order_id', 'in', [...ids]),
        row('purchase.order_no', 'in', [...ids]),
        row('purchase_line.sub_order_id', 'in', [...ids]),
        row('purchase_line.sub_purchase_order_id', 'in', [...ids]),
      ]),
    )
    .execute();
  return rows.map((row) => row.sales_order_id);
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
