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
import { hasOpenPlacing, idsOf, keepCallback, ordersNamed } from '../callback-inbox.ts';
import { addMs } from '../clock.ts';
import { readListing } from '../database/agent-orders.ts';
import { forgetMessage, markHandled } from '../database/inbox.ts';
import { note } from '../noted.ts';
import type { JobData } from '../queue.ts';
import { agents } from '../registry.ts';
import { accountKey, type Service } from '../service.ts';
import { askForListing } from '../stages/list.ts';

const DAY_MS = 86_400_000;

export function callbackRouter(service: Service): Router {
  const router = Router();

  router.post('/callback/:agent/:account/:token', async (request: Request, response: Response) => {
    const secret = service.settings.callbackToken;
    const { agent = '', account = '', token = '' } = request.params as Record<string, string>;
    const module = agents.get(agent);
    const known = module && service.settings.accounts.has(`${agent}/${account}`);
    if (!known || secret === undefined || !sameText(token, secret)) {
      if (known) note(service, 'callback-refused', accountKey({ agent, account }));
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
    note(
      service,
      hint.ids.length === 0 ? 'callback-probe' : 'callback',
      accountKey({ agent, account }),
    );
    if (await keepCallback(service, { agent, account }, hint)) {
      response.status(200).json({ code: 200 });
    } else {
      response.status(429).json({ error: 'too many messages; repeat it later' });
    }
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
  const { callbackReads } = service.settings.limits;
  const known = limits.get(key);
  if (known?.tokenBucket.tokensPerInterval === callbackReads) return known;
  const limit = new RateLimiter({ tokensPerInterval: callbackReads, interval: 'minute' });
  limits.set(key, limit);
  return limit;
}

/**
 * Follows a callback: the purchases it names are read again from the agent. No transaction: a crash in
 * the middle repeats the job, and a read too many harms nobody.
 */
export async function handleCallback(service: Service, job: JobData['callback']): Promise<void> {
  const found = await ordersNamed(service.db, job, await idsOf(service.db, job.inboxId));
  const limit = readLimit(service, job);
  let missed = 0;
  for (const id of found) {
    if (limit.tryRemoveTokens(1)) {
      await service.jobs.send(service.db, 'order', { id, look: 'agent', by: 'callback' });
    } else {
      missed += 1;
    }
  }
  // Over the limit the listing by the clock brings the same news; without one it is asked for.
  if (missed > 0 && !service.settings.polling) await listLater(service, job);
  if (found.length > 0) return markHandled(service.db, job.inboxId, service.clock.now());
  // It may name a purchase whose answer was lost: the books will tell.
  if (await hasOpenPlacing(service.db, job)) await listNow(service, job, limit);
  // It led to nothing we know: made-up messages must not fill the table.
  await forgetMessage(service.db, job.inboxId);
}

/** A listing costs a call per page. Over the limit the one that every placing in doubt waits for will do. */
async function listNow(service: Service, job: JobData['callback'], limit: RateLimiter) {
  const pages = (await readListing(service.db, job))?.pages ?? 1;
  const cost = Math.min(Math.max(pages, 1), service.settings.limits.callbackReads);
  if (!limit.tryRemoveTokens(cost)) return;
  const now = service.clock.now();
  const from = new Date(now.getTime() - 2 * DAY_MS);
  await askForListing(service, service.db, job, { notBefore: now, from });
}

/** In a minute, once for all that were too many: the queue keeps one such job at most. */
async function listLater(service: Service, job: JobData['callback']) {
  const due = addMs(service.clock.now(), 60_000);
  await service.jobs.send(
    service.db,
    'listing',
    {
      agent: job.agent,
      account: job.account,
      purpose: 'following',
      notBefore: due.toISOString(),
      from: addMs(due, -2 * DAY_MS).toISOString(),
    },
    { afterMs: 60_000 },
  );
}
