/**
 * What every purchase of a store shares (its warehouse, its order source): a change of it is said once, not
 * with each of three thousand orders.
 * @module
 */
import type { Receiver } from '../../connectors/agent.ts';
import type { PlanDifference } from '../../mappings/compare.ts';
import type { StoreSettings } from '../../mappings/store.ts';
import { templateNames } from '../../mappings/template.ts';

export interface CommonDifference {
  readonly fields: ReadonlySet<keyof Receiver>;
  readonly orderSource: boolean;
  /** One line each. */
  readonly rows: readonly string[];
}

export function commonDifference(before: StoreSettings, after: StoreSettings): CommonDifference {
  const [was, is] = [before.receiver, after.receiver];
  const rows: string[] = [];
  const fields = new Set<keyof Receiver>();
  if (was.kind === 'warehouse' && is.kind === 'warehouse') {
    const { kind: _kind, ...all } = is;
    for (const field of Object.keys(all) as (keyof Receiver)[]) {
      const [one, other] = [was[field], is[field]];
      if (one === other || isTemplate(one) || isTemplate(other)) continue;
      fields.add(field);
      rows.push(`receiver ${field}  "${one}" -> "${other}"`);
    }
  }
  const orderSource = before.orderSource !== after.orderSource;
  if (orderSource) rows.push(`order source  "${before.orderSource}" -> "${after.orderSource}"`);
  return { fields, orderSource, rows };
}

/** Only a template's text differs from order to order. */
function isTemplate(text: string): boolean {
  return templateNames(text).length > 0;
}

/** What differs for this order besides; undefined when that is nothing. */
export function besides(
  difference: PlanDifference,
  common: CommonDifference,
): PlanDifference | undefined {
  const { orderSource, ...others } = difference;
  const receiver = difference.receiver.filter(({ field }) => !common.fields.has(field));
  const own: PlanDifference = {
    ...others,
    receiver,
    ...(orderSource && !common.orderSource ? { orderSource } : {}),
  };
  const { kind, ...parts } = own;
  const isEmpty = Object.values(parts).every((part) => Array.isArray(part) && part.length === 0);
  return isEmpty && kind === 'changed' ? undefined : own;
}
