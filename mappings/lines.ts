/**
 * Order lines to source lines: the first rule that matches decides, units of one source SKU are added
 * up, and every order line ends as an allocation, as skipped, or in a hold.
 * @module
 */
import type { DraftLine } from '../connectors/agent.ts';
import type { OrderLine } from '../connectors/marketplace.ts';
import type { MappingHold } from './holds.ts';
import { describeRule, matchRule, type PriceFrom, type RuleSource } from './rules.ts';
import type { SkuLink } from './sku-links.ts';
import type { LineRule } from './store.ts';
import type { SkippedLine } from './triage.ts';

/** A source SKU bought for one order line. */
export interface SourceLine {
  readonly itemId: string;
  readonly skuId: string;
  /** Units of the source SKU per unit sold. */
  readonly perUnit: number;
  /** Units of the order line times `perUnit`. */
  readonly quantity: number;
  readonly priceFen: number | undefined;
  readonly priceFrom: PriceFrom;
}

/** How an order line was turned into source lines, for people. */
export interface ExplainedLine {
  readonly lineId: string;
  readonly sku: string | undefined;
  readonly name: string;
  /** Units the buyer wants. */
  readonly units: number;
  /** The rule that decided; its index counts from 0. Undefined: none matched. */
  readonly rule: { readonly index: number; readonly text: string } | undefined;
  /** What the rule found; where none matched, why each did not. */
  readonly evidence: string;
  /** Empty when the line is held or skipped by its rule. */
  readonly sources: readonly SourceLine[];
}

/** Units of a source line that an order line stands for. Bundles and sums make it many to many. */
export interface Allocation {
  readonly lineId: string;
  /** Index in the draft's lines. */
  readonly draftLine: number;
  /** Units of the source SKU. */
  readonly quantity: number;
}

/** One line of the purchase; its price may not be known yet. */
export interface BoughtLine {
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly priceFen: number | undefined;
}

export interface MappedLines {
  readonly explained: readonly ExplainedLine[];
  /** In the order in which the order's lines first ask for them. */
  readonly bought: readonly BoughtLine[];
  readonly allocations: readonly Allocation[];
  readonly skipped: readonly SkippedLine[];
  readonly holds: readonly MappingHold[];
}

export interface LineInput {
  readonly lines: readonly OrderLine[];
  readonly rules: readonly LineRule[];
  readonly links: readonly SkuLink[];
  readonly storeName: string;
}

/** The SKU of a line as rules and links know it; undefined when there is none. */
export function skuOf(line: Pick<OrderLine, 'sku'>): string | undefined {
  return line.sku?.trim() || undefined;
}

/** The SKUs whose links `planOrder` may need: the caller fetches them by exactly these texts. */
export function orderSkus(order: { readonly lines: readonly OrderLine[] }): string[] {
  return [...new Set(order.lines.flatMap((line) => skuOf(line) ?? []))];
}

export function mapLines(input: LineInput): MappedLines {
  const each = input.lines.map((line) => mapLine(line, input));
  const { bought, allocations, holds } = addUp(each.map(({ explained }) => explained));
  return {
    explained: each.map(({ explained }) => explained),
    bought,
    allocations,
    skipped: each.flatMap(({ skipped }) => skipped ?? []),
    holds: [...each.flatMap((line) => line.holds), ...holds],
  };
}

/** Gives the lines of a purchase their numbers: 1, 2, 3, ... or, as the setting says, all "1". */
export function numberLines(
  bought: readonly (BoughtLine & { readonly priceFen: number })[],
  lineNumbers: 'unique' | 'same',
): DraftLine[] {
  return bought.map((line, index) => ({
    orderLineNo: lineNumbers === 'same' ? '1' : String(index + 1),
    ...line,
  }));
}

interface MappedLine {
  readonly explained: ExplainedLine;
  readonly skipped?: SkippedLine;
  readonly holds: readonly MappingHold[];
}

function mapLine(line: OrderLine, { rules, links, storeName }: LineInput): MappedLine {
  const { lineId, name, quantity: units } = line;
  const sku = skuOf(line);
  const base = { lineId, sku, name, units, rule: undefined, sources: [] };
  const about = sku === undefined ? { lineId } : { lineId, sku };
  const held = (explained: ExplainedLine, ...holds: Pick<MappingHold, 'code' | 'detail'>[]) => ({
    explained,
    holds: holds.map((hold) => ({ ...hold, ...about })),
  });

  if (sku === undefined) {
    const detail = `line ${lineId} has no seller SKU`;
    return held({ ...base, evidence: 'no seller SKU' }, { code: 'sku-missing', detail });
  }
  const misses: string[] = [];
  let others = 0;
  for (const [index, each] of rules.entries()) {
    const match = matchRule(each, sku, links, storeName);
    const rule = { index, text: describeRule(each) };
    if (match.kind === 'no-match') {
      if (match.reason === undefined) others += 1;
      else misses.push(`rule ${index + 1} (${rule.text}): ${match.reason}`);
      continue;
    }
    if (match.kind === 'skip') {
      const explained = { ...base, rule, evidence: `skipped: ${match.reason}` };
      return { explained, skipped: { lineId, cause: 'rule', reason: match.reason }, holds: [] };
    }
    if (match.kind === 'hold') {
      return held(
        { ...base, rule, evidence: match.detail },
        { code: match.code, detail: match.detail },
      );
    }
    const wrong = wrongQuantity(units, match.sources);
    if (wrong !== undefined) {
      const detail = `SKU "${sku}": ${wrong}`;
      return held(
        { ...base, rule, evidence: match.evidence },
        { code: 'quantity-invalid', detail },
      );
    }
    const sources = match.sources.map((source) => ({
      ...source,
      quantity: units * source.perUnit,
    }));
    const unpriced = sources.filter(({ priceFen }) => priceFen === undefined);
    return held(
      { ...base, rule, evidence: match.evidence, sources },
      ...unpriced.map(({ itemId, skuId }) => ({
        code: 'price-unknown' as const,
        detail: `SKU "${sku}" matches rule ${index + 1} (${rule.text}), which gives no price for itemId ${itemId}, skuId ${skuId}`,
      })),
    );
  }
  if (others > 0)
    misses.push(`${others} bundle or skip ${others === 1 ? 'rule' : 'rules'}: other SKUs`);
  const evidence = misses.join('; ');
  const detail = `no rule matches SKU "${sku}": ${evidence}`;
  return held({ ...base, evidence }, { code: 'sku-unmapped', detail });
}

function wrongQuantity(units: number, sources: readonly RuleSource[]): string | undefined {
  if (!isCount(units)) return `the marketplace sent ${units} as its quantity`;
  for (const { itemId, skuId, perUnit } of sources) {
    const source = `itemId ${itemId}, skuId ${skuId}`;
    if (!isCount(perUnit)) return `${perUnit} units of ${source} per unit sold`;
    if (!isCount(units * perUnit)) return `${units} x ${perUnit} units of ${source} are too many`;
  }
  return undefined;
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function addUp(lines: readonly ExplainedLine[]) {
  const sums = new Map<string, { -readonly [Key in keyof BoughtLine]: BoughtLine[Key] }>();
  const shares = new Map<string, Map<string, number>>();
  const conflicts = new Map<string, MappingHold>();
  for (const line of lines) {
    for (const { itemId, skuId, quantity, priceFen } of line.sources) {
      const key = JSON.stringify([itemId, skuId]);
      const sum = sums.get(key) ?? { itemId, skuId, quantity: 0, priceFen };
      sum.quantity += quantity;
      sum.priceFen ??= priceFen;
      sums.set(key, sum);
      const share = shares.get(key) ?? new Map<string, number>();
      share.set(line.lineId, (share.get(line.lineId) ?? 0) + quantity);
      shares.set(key, share);
      if (priceFen !== undefined && priceFen !== sum.priceFen && !conflicts.has(key)) {
        conflicts.set(key, {
          code: 'price-conflict',
          detail: `itemId ${itemId}, skuId ${skuId} costs ${sum.priceFen} fen for one line and ${priceFen} fen for line ${line.lineId}`,
          lineId: line.lineId,
          ...(line.sku === undefined ? {} : { sku: line.sku }),
        });
      }
    }
  }
  const allocations = [...shares.values()].flatMap((share, draftLine) =>
    [...share].map(([lineId, quantity]): Allocation => ({ lineId, draftLine, quantity })),
  );
  return { bought: [...sums.values()], allocations, holds: [...conflicts.values()] };
}
