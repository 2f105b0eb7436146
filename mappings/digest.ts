import type { Plan } from './plan.ts';

/**
 * A stable text of what a plan buys: two plans have the same text exactly when the same would be
 * bought, for the same receiver, under the same number. The order of lines and their numbers do not
 * count, because marketplaces list lines in any order. Other plans: their kind, and what holds them.
 * Hashing is the caller's.
 */
export function planDigest(plan: Plan): string {
  if (plan.kind === 'nothing') return stableJson({ kind: plan.kind, cause: plan.cause });
  if (plan.kind !== 'purchase') {
    const holds = plan.holds.map((hold) => stableJson(hold)).sort();
    return stableJson({ kind: plan.kind, holds });
  }
  const { lines, purchaseAmountFen: _sum, ...rest } = plan.draft;
  const bought = lines.map(({ orderLineNo: _number, ...line }) => stableJson(line)).sort();
  return stableJson({ kind: plan.kind, ...rest, lines: bought });
}

/** JSON with sorted keys. */
function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    isRecord(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
