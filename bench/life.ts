/** Orders through their whole life: pulled, bought, paid, shipped, delivered, done. */
import pg from 'pg';
import { type CallsOf, callsPerOrder } from './books.ts';
import type { Usage } from './child.ts';
import type { Service, Simulators } from './world.ts';

export interface LifeResult {
  readonly orders: number;
  /** Orders that were not done when the bench gave up, by state. */
  readonly undone: Readonly<Record<string, number>>;
  readonly seconds: number;
  readonly ordersPerSecond: number;
  readonly cpuMsPerOrder: number;
  /** Of the simulators' process, for comparison: they share the machine. */
  readonly simulatorCpuMsPerOrder: number;
  readonly calls: readonly CallsOf[];
}

/** Two thousand orders took under a minute; one that is not done by then waits for something. */
const MOST_MS = 300_000;
const LOOK_EVERY_MS = 500;

export async function runLife(
  simulators: Simulators,
  service: Service,
  count: number,
  say: (line: string) => void,
): Promise<LifeResult> {
  // A backlog: the orders wait at the marketplaces when the seller connects the stores.
  await simulators.child.ask('addOrders', count);
  const before = await service.child.ask<Usage>('usage');
  const simulatorBefore = await simulators.child.ask<Usage>('usage');
  await service.connect();
  const began = performance.now();
  const states = await untilDone(service.databaseUrl, count, say);
  const seconds = (performance.now() - began) / 1_000;
  const after = await service.child.ask<Usage>('usage');
  const simulatorAfter = await simulators.child.ask<Usage>('usage');
  const { done = 0, ...undone } = states;
  return {
    orders: count,
    undone,
    seconds,
    ordersPerSecond: done / seconds,
    cpuMsPerOrder: (after.cpuMs - before.cpuMs) / count,
    simulatorCpuMsPerOrder: (simulatorAfter.cpuMs - simulatorBefore.cpuMs) / count,
    calls: await callsPerOrder(simulators.addresses, count),
  };
}

/** Asks the database, not the service: its processor time is being measured. */
async function untilDone(
  databaseUrl: string,
  count: number,
  say: (line: string) => void,
): Promise<Record<string, number>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const deadline = performance.now() + MOST_MS;
    for (let looks = 1; ; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const { rows } = await client.query<{ state: string; count: string }>(
        'select state, count(*) from sales_order group by state',
      );
      const states = Object.fromEntries(rows.map((row) => [row.state, Number(row.count)]));
      if (looks % 20 === 0) say(`  ${states.done ?? 0} of ${count} orders are done`);
      if ((states.done ?? 0) >= count || performance.now() > deadline) return states;
    }
  } finally {
    await client.end();
  }
}
