/**
 * The outside systems as the settings connect them: one marketplace per store, one agent per account,
 * with rate limits per app, store and account, and a breaker that pauses a store whose calls all fail.
 * Settings can change while it runs: what was made of a changed store, app or account is made anew.
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
  /** Read anew for each call: the settings in force. */
  readonly settings: Settings;
  readonly secrets: SecretBox;
  readonly onCall?: (report: CallReport & { readonly owner: string }) => void;
}

/** Something made of settings, with those it was made of. */
interface Made<T> {
  readonly it: T;
  readonly of: readonly unknown[];
}

function isOf({ of }: Made<unknown>, settings: readonly unknown[]): boolean {
  return of.every((each, index) => each === settings[index]);
}

export function createConnections(parts: ConnectionParts): Connections {
  const { clock, log } = parts;
  const limiters = new Map<string, RateLimiter>();
  // A job that began with a store's former settings ends with them, beside those that begin anew.
  const stores = new WeakMap<Store, Made<Marketplace>>();
  const accounts = new Map<string, Made<Agent>>();
  const authorisers = new Map<string, Made<Authoriser>>();

  return {
    marketplace(store, given) {
      const { settings: its } = store;
      const module = marketplaces.get(its.marketplace);
      const app = parts.settings.apps.get(`${its.marketplace}/${its.app}`);
      const of = [app, parts.settings.timings.callTimeout];
      const known = stores.get(store);
      if (known && isOf(known, of) && !given) return known.it;
      if (!module || !app)
        throw new Error(`store ${store.name}: apps.${its.marketplace}.${its.app} is not set`);
      const tokens =
        given ??
        tokenSource({ db: parts.db, secrets: parts.secrets, clock, log, authoriser }, store);
      const marketplace = module.connect(
        app.settings,
        { country: its.country, sellerId: its.sellerId },
        its.options,
        tokens,
        surroundings(store.name, () => [
          limiter(`store ${store.name}`, parts.settings.limits.store),
          limiter(`app ${its.marketplace}/${its.app}`, parts.settings.limits.app),
        ]),
      );
      if (!given) stores.set(store, { it: marketplace, of });
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
    const module = agents.get(address.agent);
    const account = parts.settings.accounts.get(`${address.agent}/${address.account}`);
    const of = [account, parts.settings.timings.callTimeout];
    const known = accounts.get(key);
    if (known && isOf(known, of)) return known.it;
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
      surroundings(owner, () => [limiter(`account ${owner}`, parts.settings.limits.account)]),
    );
    accounts.set(key, { it: made, of });
    return made;
  }

  function authoriser(marketplace: string, appName: string): Authoriser {
    const key = `${marketplace}/${appName}`;
    const module = marketplaces.get(marketplace);
    const app = parts.settings.apps.get(key);
    const of = [app, parts.settings.timings.callTimeout];
    const known = authorisers.get(key);
    if (known && isOf(known, of)) return known.it;
    if (!module || !app) throw new Error(`apps.${marketplace}.${appName} is not set`);
    const made = module.authoriser(
      app.settings,
      surroundings(key, () => [limiter(`app ${key}`, parts.settings.limits.app)]),
    );
    authorisers.set(key, { it: made, of });
    return made;
  }

  /** A bucket that refills evenly and holds one second's worth. */
  function limiter(name: string, perSecond: number): RateLimiter {
    const known = limiters.get(name);
    if (known?.tokenBucket.tokensPerInterval === perSecond) return known;
    const made = new RateLimiter({ tokensPerInterval: perSecond, interval: 'second' });
    limiters.set(name, made);
    return made;
  }

  /** The buckets are looked up for each call: their size is a setting that can change. */
  function surroundings(owner: string, buckets: () => readonly RateLimiter[]): Surroundings {
    const breaker = makeBreaker(owner, log);
    return {
      clock,
      timeoutMs: parts.settings.timings.callTimeout,
      async admit() {
        for (const bucket of buckets()) await bucket.removeTokens(1);
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
