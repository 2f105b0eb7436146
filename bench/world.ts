/** The bench's processes of one run: the simulators, and the service with its PostgreSQL. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlSandbox } from '../connectors/sandbox.ts';
import { removeEmbeddedPostgres } from '../src/database/embedded.ts';
import { type Child, startChild } from './child.ts';
import {
  type Addresses,
  LAZADA,
  SHOPEE,
  STORES,
  serviceEnvironment,
  writeSettings,
} from './settings.ts';

export interface Simulators {
  readonly child: Child;
  readonly addresses: Addresses;
}

export async function startSimulators(profileTo?: string): Promise<Simulators> {
  const child = startChild('sandboxes.ts', { profileTo });
  return { child, addresses: await child.ask<Addresses>('addresses') };
}

export interface Service {
  readonly child: Child;
  readonly url: string;
  readonly databaseUrl: string;
  /** Connects both stores: from then on their orders are pulled. */
  connect(): Promise<void>;
  /** Ends it and removes its throw-away folder. */
  stop(): Promise<void>;
}

/** Starts the service against the simulators, its stores not connected yet. */
export async function startServiceProcess(
  addresses: Addresses,
  profileTo?: string,
): Promise<Service> {
  const home = await mkdtemp(join(tmpdir(), 'ponbridge-bench-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeSettings(home, addresses, url);
  const child = startChild('service.ts', { env: serviceEnvironment(home, port), profileTo });
  const stop = async () => {
    await child.stop();
    await removeEmbeddedPostgres({ folder: join(home, 'data') });
    await rm(home, { recursive: true, force: true });
  };
  try {
    const databaseUrl = await child.ask<string>('databaseUrl');
    return { child, url, databaseUrl, connect: () => connectStores(child, addresses), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connectStores(service: Child, addresses: Addresses): Promise<void> {
  const lazada = await controlSandbox<string>(addresses.lazada, 'issueCode', {
    appKey: LAZADA.appKey,
    sellerIds: [LAZADA.sellerId],
  });
  await service.ask('connect', STORES.lazada, lazada);
  const shopee = await controlSandbox<string>(addresses.shopee, 'issueCode', {
    partnerId: SHOPEE.partnerId,
    shopId: SHOPEE.shopId,
  });
  await service.ask('connect', STORES.shopee, shopee);
}

/** A port that was free a moment ago: the push address must be known before the service listens. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
