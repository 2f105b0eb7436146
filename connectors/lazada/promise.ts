/** What a shipping promise holds and what comes of it, in Lazada's terms. @module */
import { z } from 'zod';
import { parseJson } from '../json.ts';
import type { ShipResult } from '../marketplace.ts';
import type { Refusal } from './outcomes.ts';

/** `lines` and `refused` are empty for the other steps than packing. */
export type LazadaShipResult = ShipResult & Required<Pick<ShipResult, 'lines' | 'refused'>>;

/** The frozen form of a packing. */
export const zPackForm = z.object({ packReq: z.string() });

const zPackReq = z.object({
  pack_order_list: z.array(
    z.object({ order_item_list: z.array(z.union([z.string(), z.number()])) }),
  ),
});

/** The line ids that a frozen `packReq` names. */
export function packedLines(packReq: string): readonly string[] {
  const { pack_order_list: orders } = zPackReq.parse(parseJson(packReq));
  return orders.flatMap((order) => order.order_item_list.map(String));
}

/** The first line's package and number stand for all. */
export function shipResult(
  lines: LazadaShipResult['lines'],
  refused: readonly Refusal[],
  already: boolean,
): LazadaShipResult {
  const [first] = lines;
  return {
    packageId: first?.packageId,
    trackingNumber: first?.trackingNumber,
    carrier: first?.carrier,
    already,
    lines,
    refused: refused.map(({ id, ...refusal }) => ({ lineId: id, ...refusal })),
  };
}
