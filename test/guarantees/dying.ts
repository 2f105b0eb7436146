/**
 * Processes that die at an exact moment, in this process: their work is abandoned where it stands, and never
 * goes on. What they had committed stays; the harness's own service is the process that comes after them.
 */
import type { Agent } from '../../connectors/agent.ts';
import type { Marketplace } from '../../connectors/marketplace.ts';
import type { Database } from '../../src/database/connect.ts';
import type { Service } from '../../src/service.ts';
import type { Harness } from '../stages/harness.ts';

/** A process that dies: what it runs, and the moment when it is dead. */
export interface Dying {
  readonly service: Service;
  readonly dead: Promise<void>;
}

type AgentCall = 'place' | 'pay' | 'cancel' | 'updateWarehouse' | 'parcels' | 'read';
type MarketplaceCall = 'ship' | 'cancel' | 'decideCancellation' | 'readLabel' | 'readOrders';

export type Where =
  | { readonly agent: AgentCall }
  /** `nth`: of that process's calls of it, the one it dies at; the first unless told. */
  | { readonly marketplace: MarketplaceCall; readonly nth?: number };

/** `before`: not sent, or undone. `after`: it had its effect, and nobody heard of it. */
export type Moment = 'before' | 'after';

const hang = () => new Promise<never>(() => {});

function makeDeath() {
  let die: () => void = () => {};
  const dead = new Promise<void>((resolve) => {
    die = resolve;
  });
  return {
    dead,
    now() {
      die();
      return hang();
    },
  };
}

/** A process that dies at a call to an outside system. */
export function diesAt(h: Harness, where: Where, moment: Moment): Dying {
  const death = makeDeath();
  const { connections } = h.service;
  let calls = 0;
  const deadly = <F extends (...args: never[]) => Promise<unknown>>(real: F | undefined) =>
    real &&
    (async (...args: Parameters<F>) => {
      calls += 1;
      if (calls < (('nth' in where && where.nth) || 1)) return real(...args);
      if (moment === 'after') await real(...args);
      return death.now();
    });
  const service: Service = {
    ...h.service,
    connections:
      'agent' in where
        ? {
            ...connections,
            agent(address) {
              const real = connections.agent(address);
              return { ...real, [where.agent]: deadly(real[where.agent]) } as Agent;
            },
          }
        : {
            ...connections,
            marketplace(store) {
              const real = connections.marketplace(store);
              const call = deadly(real[where.marketplace]?.bind(real));
              return { ...real, [where.marketplace]: call } as Marketplace;
            },
          },
  };
  return { service, dead: death.dead };
}

/** A process that dies with a commit of a spending call: the first writes the intent, the second the answer. */
export function diesAtCommit(h: Harness, nth: number, moment: Moment): Dying {
  const death = makeDeath();
  return {
    service: { ...h.service, durable: deadlyDatabase(h.service.durable, nth, moment, death.now) },
    dead: death.dead,
  };
}

/** A process that dies with the nth thing it commits, the spending calls' own commits left out. */
export function diesAtWork(h: Harness, nth = 1, moment: Moment = 'after'): Dying {
  const death = makeDeath();
  return {
    service: { ...h.service, db: deadlyDatabase(h.service.db, nth, moment, death.now) },
    dead: death.dead,
  };
}

class Died extends Error {}

function deadlyDatabase(
  real: Database,
  nth: number,
  moment: Moment,
  die: () => Promise<never>,
): Database {
  let commits = 0;
  const transaction = () => ({
    async execute<T>(work: (tx: never) => Promise<T>): Promise<T> {
      commits += 1;
      if (commits < nth) return real.transaction().execute((tx) => work(tx as never));
      try {
        const result = await real.transaction().execute(async (tx) => {
          const done = await work(tx as never);
          // Undone as the server undoes what a dead client left open.
          if (moment === 'before') throw new Died();
          return done;
        });
        return moment === 'after' ? die() : result;
      } catch (error) {
        if (error instanceof Died) return die();
        throw error;
      }
    },
  });
  return new Proxy(real, {
    get(target, key) {
      if (key === 'transaction') return transaction;
      const value = Reflect.get(target, key) as unknown;
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Lets a dying process advance the order, until it is dead. */
export async function advanceUntilDead(h: Harness, number: string, dying: Dying): Promise<void> {
  const end = h.advance(number, dying.service).then(() => {
    throw new Error(`the process lived through it; the order shows ${number}`);
  });
  await Promise.race([end, dying.dead]);
}

/** The jobs of the dead process are lost with it, its clock's too; only the sweep is left. */
export async function nextProcess(h: Harness): Promise<void> {
  await h.jobs.clear();
  await h.elapse(60_000);
  await h.sweepNow();
}
