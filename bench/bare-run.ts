/** Runs the bare script against simulators of its own, so that nobody's books are mixed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { controlSandbox } from '../connectors/sandbox.ts';
import type { Tokens } from './bare.ts';
import { type Child, startChild, type Usage } from './child.ts';
import { LAZADA, SHOPEE, serviceEnvironment, writeSettings } from './settings.ts';
import { startSimulators } from './world.ts';

export interface BareResult {
  readonly seconds: number;
  readonly ordersPerSecond: number;
  readonly cpuMsPerOrder: number;
}

export async function runBare(count: number, profileTo?: string): Promise<BareResult> {
  const simulators = await startSimulators();
  const home = await mkdtemp(join(tmpdir(), 'ponbridge-bench-'));
  let bare: Child | undefined;
  try {
    const { addresses } = simulators;
    await writeSettings(home, addresses, 'http://127.0.0.1:1');
    bare = startChild('bare.ts', { env: serviceEnvironment(home, 0), profileTo });
    const before = await bare.ask<Usage>('usage');
    await simulators.child.ask('addOrders', count);
    const tokens: Tokens = {
      lazada: await issue(addresses.lazada, {
        appKey: LAZADA.appKey,
        sellerIds: [LAZADA.sellerId],
      }),
      shopee: await issue(addresses.shopee, {
        partnerId: SHOPEE.partnerId,
        shopId: SHOPEE.shopId,
      }),
    };
    const seconds = await bare.ask<number>('run', tokens, count);
    const after = await bare.ask<Usage>('usage');
    return {
      seconds,
      ordersPerSecond: count / seconds,
      cpuMsPerOrder: (after.cpuMs - before.cpuMs) / count,
    };
  } finally {
    await bare?.stop();
    await simulators.child.stop();
    await rm(home, { recursive: true, force: true });
  }
}

async function issue(url: string, terms: object): Promise<string> {
  const { accessToken } = await controlSandbox<{ accessToken: string }>(url, 'issueTokens', terms);
  return accessToken;
}
