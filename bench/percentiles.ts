export interface Percentiles {
  readonly count: number;
  readonly median: number;
  readonly p99: number;
  readonly worst: number;
}

/** By the nearest rank. @throws {Error} when there is nothing to rank. */
export function percentilesOf(milliseconds: readonly number[]): Percentiles {
  const sorted = milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
  const [median, p99, worst] = [at(0.5), at(0.99), at(1)];
  if (median === undefined || p99 === undefined || worst === undefined) {
    throw new Error('nothing was measured');
  }
  return { count: sorted.length, median, p99, worst };
}
