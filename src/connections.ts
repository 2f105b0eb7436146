/**
 * The outside systems as the settings connect them: one marketplace per store, one agent per account,
 * with rate limits per app, store and account, and a breaker that pauses a store whose calls all fail.
 * @module
 */
import {
  BrokenCircuitError,
  type CircuitBreakerPolicy,
  ConsecutiveBreaker,
  circuitBreaker,
  handleWhen,
} from 'cockatiel';
import { RateLimiter } from 'limiter';
import type { Logger } from 'pino';
import type { Agent } from '../connectors/agent.ts';
import type { CallReport } from '../connectors/call.ts';
import { NotSent, Unavailable } from '../connectors/errors.ts';
import type { Authoriser, Marketplace } from '../connectors/marketplace.ts';
import type { Surroundings } from '../connectors/surroundings.ts';
import type { Clock } from './clock.ts';
import type { Settings, Store } from './config.ts';
import type { Database } from './database/connect.ts';
import { agents, marketplaces } from './registry.ts';
import type { SecretBox } from './secrets.ts';
import type { AgentAddress, Connections } from './service.ts';
import { tokenSource } from './tokens.ts';

/** Failures in a row that pause a store's or an account's calls, and for how long. */
const BREAK_AFTER = 12;
const BREAK_FOR_MS = 30_000;

export interface ConnectionParts {
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly settings: Settings;
  readonly secrets: SecretBox;
  readonly onCall?: (report: CallReport & { readonly owner: string }) => void;
}

export function createConnections(parts: ConnectionParts): Connections {
  const { settings, clock, log } = parts;
  const limiters = new Map<string, RateLimiter>();
  const stores = new Map<string, { store: Store; marketplace: Marketplace }>();
  const accounts = new Map<string, Agent>();
  const authorisers = new Map<string, Authoriser>();

  return {
    marketplace(store) {
      const known = stores.get(store.name);
      if (known && known.store === store) return known.marketplace;
      const { settings: its } = store;
      const module = marketplaces.get(its.marketplace);
      const app = settings.apps.get(`${its.marketplace}/${its.app}`);
      if (!module || !app)
        throw new Error(`store ${store.name}: apps.${its.marketplace}.${its.app} is not set`);
      const tokens = tokenSource(
        { db: parts.db, secrets: parts.secrets, clock, log, authoriser },
        store,
      );
      const marketplace = module.connect(
        app.settings,
        { country: its.country, sellerId: its.sellerId },
        its.options,
        tokens,
        surroundings(store.name, [
          limiter(`store ${store.name}`, settings.limits.store),
          limiter(`app ${its.marketplace}/${its.app}`, settings.limits.app),
        ]),
      );
      stores.set(store.name, { store, marketplace });
      return marketplace;
    },
    agent,
    authoriser,
  };

  function agent(address: AgentAddress): Agent {
    const key = [
      address.agent,
      address.account,
      address.address ?? '',
      address.generation ?? '',
    ].join(' ');
    const known = accounts.get(key);
    if (known) return known;
    const module = agents.get(address.agent);
    const account = settings.accounts.get(`${address.agent}/${address.account}`);
    if (!module || !account)
      throw new Error(`accounts.${address.agent}.${address.account} is not set`);
    const owner = `${address.agent}/${address.account}`;
    const its = {
      ...(account.settings as Record<string, unknown>),
      ...(address.address ? { address: address.address } : {}),
      ...(address.generation ? { generation: address.generation } : {}),
    };
    const made = module.connect(
      its,
      surroundings(owner, [limiter(`account ${owner}`, settings.limits.account)]),
    );
    accounts.set(key, made);
    return made;
  }

  function authoriser(marketplace: string, appName: string): Authoriser {
    const key = `${marketplace}/${appName}`;
    const known = authorisers.get(key);
    if (known) return known;
    const module = marketplaces.get(marketplace);
    const app = settings.apps.get(key);
    if (!module || !app) throw new Error(`apps.${marketplace}.${appName} is not set`);
    const made = module.authoriser(
      app.settings,
      surroundings(key, [limiter(`app ${key}`, settings.limits.app)]),
    );
    authorisers.set(key, made);
    return made;
  }

  /** A bucket that refills evenly and holds one second's worth. */
  function limiter(name: string, perSecond: number): RateLimiter {
    const known = limiters.get(name);
    if (known) return known;
    const made = new RateLimiter({ tokensPerInterval: perSecond, interval: 'second' });
    limiters.set(name, made);
    return made;
  }

  function surroundings(owner: string, buckets: readonly RateLimiter[]): Surroundings {
    const breaker = makeBreaker(owner, log);
    return {
      clock,
      timeoutMs: settings.timings.callTimeout,
      async admit() {
        for (const bucket of buckets) await bucket.removeTokens(1);
      },
      guard: (operation, run) =>
        breaker.execute(run).catch((error: unknown) => {
          if (!(error instanceof BrokenCircuitError)) throw error;
          throw new NotSent(`calls of ${owner} are paused: they kept failing`, {
            system: owner,
            operation: operation.name,
          });
        }),
      onCall(report) {
        parts.onCall?.({ ...report, owner });
        const level = report.outcome === 'ok' ? 'debug' : 'info';
        log[level]({ owner, ...report, milliseconds: Math.round(report.milliseconds) }, 'call');
      },
    };
  }
}

function makeBreaker(owner: string, log: Logger): CircuitBreakerPolicy {
  const breaker = circuitBreaker(
    handleWhen((error) => error instanceof Unavailable),
    { halfOpenAfter: BREAK_FOR_MS, breaker: new ConsecutiveBreaker(BREAK_AFTER) },
  );
  breaker.onBreak(() =>
    log.warn({ owner }, `paused for ${BREAK_FOR_MS / 1000} s: its calls kept failing`),
  );
  breaker.onReset(() => log.info({ owner }, 'goes on: its calls succeed again'));
  return breaker;
}
