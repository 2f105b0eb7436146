/** What is counted for operators; names are public. */
import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { CallReport } from '../connectors/call.ts';
import { lostLines } from './log-output.ts';

export interface Metrics {
  readonly registry: Registry;
  call(report: CallReport): void;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'ponbridge_' });
  const calls = new Counter({
    name: 'ponbridge_calls_total',
    help: 'Outgoing calls, by their outcome',
    labelNames: ['system', 'operation', 'outcome'],
    registers: [registry],
  });
  const seconds = new Histogram({
    name: 'ponbridge_call_seconds',
    help: 'Time an outgoing call took',
    labelNames: ['system', 'operation'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
    registers: [registry],
  });
  new Counter({
    name: 'ponbridge_log_lines_lost_total',
    help: 'Log lines that could not be written',
    registers: [registry],
    collect() {
      this.reset();
      this.inc(lostLines());
    },
  });
  return {
    registry,
    call({ system, operation, outcome, milliseconds }) {
      calls.inc({ system, operation, outcome });
      seconds.observe({ system, operation }, milliseconds / 1_000);
    },
  };
}
