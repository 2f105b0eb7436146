import type { MappingHold } from './holds.ts';
import type { StoreSettings } from './store.ts';
import { fillTemplate, templateNames } from './template.ts';

export interface MappedNumber {
  readonly sellerOrderNumber: string;
  readonly holds: readonly MappingHold[];
}

/**
 * The number by which the order is found again at the agent. It is the only thread back after a lost
 * answer, so an over-long one is held, never cut: cut numbers of two orders can be equal.
 */
export function mapNumber(
  store: Pick<StoreSettings, 'sellerOrderNumber' | 'sellerOrderNumberLimit'>,
  values: Readonly<Record<string, string>>,
): MappedNumber {
  const sellerOrderNumber = fillTemplate(store.sellerOrderNumber, values);
  const holds: MappingHold[] = [];
  const empty = templateNames(store.sellerOrderNumber).filter((name) => !values[name]?.trim());
  if (empty.length > 0) {
    const detail = `empty in "${store.sellerOrderNumber}": ${empty.join(', ')}`;
    holds.push({ code: 'order-number-missing', detail });
  }
  const length = [...sellerOrderNumber].length;
  if (length > store.sellerOrderNumberLimit) {
    const detail = `"${sellerOrderNumber}" has ${length} characters, ${store.sellerOrderNumberLimit} are allowed`;
    holds.push({ code: 'order-number-too-long', detail });
  }
  return { sellerOrderNumber, holds };
}
