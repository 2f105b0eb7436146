/** What the settings are, once they are read and right. */
import type { StoreSettings } from '../../mappings/store.ts';
import type { ServiceFile } from './service-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Store {
  readonly name: string;
  readonly settings: StoreSettings;
  /** ISO 4217, from the marketplace's table of countries. */
  readonly currency: string;
}

export interface Account {
  readonly agent: string;
  readonly name: string;
  readonly settings: unknown;
  /** For attempts: where it was sent. */
  readonly address: string;
  readonly generation: string | undefined;
}

export interface App {
  readonly marketplace: string;
  readonly name: string;
  readonly settings: unknown;
  readonly address: string;
}

export type Timings = ServiceFile['timings'];

export interface Settings {
  readonly databaseUrl: string | undefined;
  readonly dataFolder: string;
  readonly keys: string | undefined;
  readonly host: string;
  readonly port: number;
  /** The unguessable part of the agents' callback address. */
  readonly callbackToken: string | undefined;
  readonly publicUrl: string | undefined;
  readonly logLevel: string;
  /** With `false` nothing is pulled or listed by the clock; pushes and callbacks alone drive. */
  readonly polling: boolean;
  readonly timings: Timings;
  readonly limits: ServiceFile['limits'];
  readonly alerts: ServiceFile['alerts'];
  readonly reconcile: ServiceFile['reconcile'];
  readonly stores: ReadonlyMap<string, Store>;
  /** Keyed `marketplace/name`. */
  readonly apps: ReadonlyMap<string, App>;
  /** Keyed `agent/name`. */
  readonly accounts: ReadonlyMap<string, Account>;
}
