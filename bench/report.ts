/** What was reached, as a table for people. Targets are printed beside it, reached or not. */
import { availableParallelism, cpus, loadavg } from 'node:os';
import Table from 'cli-table3';
import type { BareResult } from './bare-run.ts';
import type { CallbackResult } from './callbacks.ts';
import type { LatencyResult } from './latency.ts';
import type { LifeResult } from './life.ts';
import type { LIMITS, POLLS } from './settings.ts';

export interface Machine {
  readonly cores: number;
  readonly processor: string;
  readonly node: string;
  /** Load average of the last minute when the bench began: above 0.5 it measures its neighbours too. */
  readonly loadBefore: number;
}

export interface Memory {
  readonly idleMb: number;
  readonly afterLifeMb: number;
  readonly endMb: number;
}

export interface Results {
  readonly machine: Machine;
  readonly settings: { readonly polls: typeof POLLS; readonly limits: typeof LIMITS };
  readonly life: LifeResult;
  readonly bare: BareResult;
  readonly latency: LatencyResult;
  readonly callbacks: CallbackResult;
  readonly memory: Memory;
}

export const TARGETS = {
  callsRatio: 1.1,
  latencyMedianMs: 100,
  latencyP99Ms: 400,
  callbackP99Ms: 100,
  memoryMb: 250,
} as const;

export function machine(): Machine {
  return {
    cores: availableParallelism(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    node: process.version,
    loadBefore: loadavg()[0] ?? 0,
  };
}

export function printResults(results: Results): string {
  const { life, bare, latency, callbacks, memory } = results;
  const table = plainTable(['what', 'reached', 'target', '']);
  const undone = Object.entries(life.undone).map(([state, count]) => `${count} ${state}`);
  table.push(
    [
      `orders per second, ${life.orders} orders through their whole life`,
      `${life.ordersPerSecond.toFixed(1)} (${life.seconds.toFixed(1)} s)`,
      '-',
      undone.length > 0 ? `NOT DONE: ${undone.join(', ')}` : '',
    ],
    [
      'the same by a bare script: same calls, nothing stored',
      `${bare.ordersPerSecond.toFixed(1)} (${bare.seconds.toFixed(1)} s)`,
      '-',
      '',
    ],
    ['processor ms per order, service', life.cpuMsPerOrder.toFixed(1), '-', ''],
    ['processor ms per order, bare script', bare.cpuMsPerOrder.toFixed(1), '-', ''],
    ['processor ms per order, simulators', life.simulatorCpuMsPerOrder.toFixed(1), '-', ''],
  );
  for (const { system, perOrder, minimum, ratio } of life.calls) {
    table.push([
      `calls per order at ${system}`,
      `${perOrder.toFixed(2)} = ${ratio.toFixed(2)} x ${minimum.calls.toFixed(2)}`,
      `${TARGETS.callsRatio} x`,
      verdict(ratio, TARGETS.callsRatio),
    ]);
  }
  const push = `push to purchase on the wire, ${latency.count} at ${latency.perSecond}/s`;
  const answer = `callback answers, ${callbacks.count} at ${callbacks.perSecond}/s`;
  table.push(
    limited(`${push}: median ms`, latency.median, TARGETS.latencyMedianMs),
    limited(`${push}: 99th percentile ms`, latency.p99, TARGETS.latencyP99Ms),
    [`${push}: worst ms`, latency.worst.toFixed(0), '-', missing(latency.unbought)],
    [`${answer}: median ms`, callbacks.median.toFixed(1), '-', ''],
    limited(`${answer}: 99th percentile ms`, callbacks.p99, TARGETS.callbackP99Ms),
    [`${answer}: answered 200`, `${callbacks.ok}`, `${callbacks.count}`, ''],
    limited('resident memory of the service, idle, MB', memory.idleMb, TARGETS.memoryMb),
    limited('the same after the orders', memory.afterLifeMb, TARGETS.memoryMb),
    limited('the same at the end', memory.endMb, TARGETS.memoryMb),
  );
  return [
    describe(results),
    table.toString(),
    '',
    'The smallest number of calls per order, safety reads included (bench/minimum.ts):',
    ...life.calls.map(({ system, minimum }) => `  ${system}: ${minimum.formula}`),
    '',
    'Calls per order by operation:',
    ...life.calls.map(({ system, byOperation }) => `  ${system}: ${operations(byOperation)}`),
  ].join('\n');
}

function plainTable(head: string[]) {
  return new Table({ head, style: { head: [], border: [] } });
}

function limited(what: string, reached: number, target: number): string[] {
  return [what, reached.toFixed(1), `${target}`, verdict(reached, target)];
}

function verdict(reached: number, target: number): string {
  return reached <= target ? '' : 'MISSED';
}

function missing(count: number): string {
  return count > 0 ? `${count} NOT BOUGHT` : '';
}

function operations(byOperation: Readonly<Record<string, number>>): string {
  return Object.entries(byOperation)
    .map(([name, times]) => `${name} ${times.toFixed(2)}`)
    .join(', ');
}

function describe({ machine: it, settings: { polls, limits } }: Results): string {
  return [
    `${it.cores} cores (${it.processor}), Node ${it.node}; one service process, PostgreSQL and the`,
    `three simulators each in their own, all on this machine; load before: ${it.loadBefore.toFixed(1)}.`,
    `Our own rate limits are set out of the way (${limits.app}/s per app, store and account).`,
    `Pull each ${polls.pull} with ${polls.overlap} of overlap, a listing of the account each ${polls.listing};`,
    'pushes and callbacks are on for the last two measurements only.',
  ].join('\n');
}
