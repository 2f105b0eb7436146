/** Which answers a group's settings make needless, and which are missing. */
import type { AnswerKey, StoreAnswers } from './answers.ts';
import { record } from './known.ts';

/** Where an answer goes in a store's file. */
const PLACES = {
  orderSource: ['orderSource'],
  skus: ['lines'],
  receiver: ['receiver'],
  trackingLeg: ['tracking', 'leg'],
  cnyPerUnit: ['budget', 'cnyPerUnit'],
  largestOrder: ['budget', 'largestOrder'],
  smallestMargin: ['budget', 'smallestMargin'],
  start: ['start'],
  app: ['app'],
  account: ['purchase', 'account'],
} as const satisfies Partial<Record<AnswerKey, readonly string[]>>;

export type Suppliable = keyof typeof PLACES;

/** Does the group say it already? */
export function isSupplied(group: unknown, key: Suppliable): boolean {
  return PLACES[key].reduce<unknown>((at, part) => record(at)[part], group) !== undefined;
}

type Gap = { readonly key: AnswerKey; readonly message: string };

/** What the settings need and neither the answers nor the group give. */
export function missingAnswers(answers: StoreAnswers, group: unknown): Gap[] {
  const gaps: Gap[] = [];
  const need = (key: AnswerKey & Suppliable, what: string) => {
    if (answers[key] === undefined && !isSupplied(group, key)) {
      gaps.push({ key, message: `is missing; ${what}` });
    }
  };
  need('skus', 'pattern, links or both: how SKUs are mapped');
  if (answers.skus !== undefined && answers.skus !== 'links' && answers.pattern === undefined) {
    gaps.push({
      key: 'pattern',
      message: `is missing; skus: ${answers.skus} needs one, e.g. "TB-{itemId}-{skuId}-{fen}"`,
    });
  }
  if (answers.pattern !== undefined && (answers.skus === undefined || answers.skus === 'links')) {
    gaps.push({ key: 'skus', message: 'must be pattern or both, since there is a pattern' });
  }
  need('receiver', 'the warehouse with its address, or { kind: buyer }');
  const isWarehouse = answers.receiver?.kind === 'warehouse';
  if (isWarehouse)
    need('trackingLeg', 'agent, abroad or manual: a number once told cannot be changed');
  need('cnyPerUnit', 'yuan for one unit of the store\'s currency, e.g. "5.35"');
  need('largestOrder', 'in yuan, e.g. "300.00": a dearer purchase is held');
  return gaps;
}
