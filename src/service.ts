/** What every stage is given: the database, the clock, the settings, the outside systems, the jobs. */
import type { Logger } from 'pino';
import type { Agent } from '../connectors/agent.ts';
import type { Clock } from '../connectors/call.ts';
import type { Authoriser, Marketplace, TokenSource } from '../connectors/marketplace.ts';
import type { Settings, Store } from './config.ts';
import type { Database } from './database/connect.ts';
import type { Jobs } from './queue.ts';
import type { SecretBox } from './secrets.ts';

/** The agent account an attempt was frozen with. */
export interface AgentAddress {
  readonly agent: string;
  readonly account: string;
  readonly address?: string | undefined;
  readonly generation?: string | undefined;
}

/** The outside systems, connected as the settings say. */
export interface Connections {
  /** @param tokens instead of those of the store's grant: a consent not kept yet */
  marketplace(store: Store, tokens?: TokenSource): Marketplace;
  agent(address: AgentAddress): Agent;
  authoriser(marketplace: string, app: string): Authoriser;
}

export interface Service {
  /** For the work: its commits do not wait for the disk (connect.ts says what that means). */
  readonly db: Database;
  /** For what must be on the disk before something outside happens: intents, answers, messages. */
  readonly durable: Database;
  readonly clock: Clock;
  /** When this process began. What was read before it can be from before a backup was restored. */
  readonly startedAt: Date;
  readonly log: Logger;
  /** Those in force: they can change while the service runs, so none is kept over a long wait. */
  readonly settings: Settings;
  readonly secrets: SecretBox;
  readonly connections: Connections;
  readonly jobs: Jobs;
}

/** The store's settings. @throws {Error} when its file is gone while its orders live. */
export function storeOf(service: Service, name: string): Store {
  const store = service.settings.stores.get(name);
  if (!store)
    throw new Error(
      `there is no stores/${name}.yaml any more; put it back to go on with its orders`,
    );
  return store;
}

/**
 * Whether the store's settings are still those in force. Asked where money is promised: between the first
 * look and that moment lie calls outside, in which it may have been paused, switched off or taken out.
 */
export function isInForce(service: Pick<Service, 'settings'>, store: Store): boolean {
  return service.settings.stores.get(store.name) === store;
}

/** Why nothing new is bought or paid; what is bought already goes on to its end. */
export function pausedWhy(name: string): string {
  return `store ${name} is paused: ponbridge resume ${name}`;
}

/** `pandapon/main`: how an account is named in holds, logs and what orders wait for. */
export function accountKey(account: { readonly agent: string; readonly account: string }): string {
  return `${account.agent}/${account.account}`;
}
