/**
 * Which lines lie in which package. A package names its items by four ids; two lines of a bundle deal
 * can share all four and differ in `line_item_id` only, and a line can be spread over packages. So
 * quantities are dealt out.
 * @module
 */

export interface LineShare {
  readonly lineId: string;
  readonly quantity: number;
}

export interface LineCapacity {
  readonly lineId: string;
  readonly key: string;
  readonly quantity: number;
}

export interface PackedItem {
  readonly key: string;
  /** 0 when the package does not say: the whole rest of the line then. */
  readonly quantity: number;
}

/**
 * Deals the items of each package out to the lines, packages in the order given. Never gives a line
 * more than its quantity.
 */
export function allocate(
  lines: readonly LineCapacity[],
  packages: readonly (readonly PackedItem[])[],
): LineShare[][] {
  const left = new Map(lines.map((line) => [line.lineId, line.quantity]));
  return packages.map((items) => {
    const shares = new Map<string, number>();
    for (const item of items) {
      let open = item.quantity > 0 ? item.quantity : Number.POSITIVE_INFINITY;
      for (const line of lines.filter((candidate) => candidate.key === item.key)) {
        const given = Math.min(open, left.get(line.lineId) ?? 0);
        if (given <= 0) continue;
        left.set(line.lineId, (left.get(line.lineId) ?? 0) - given);
        shares.set(line.lineId, (shares.get(line.lineId) ?? 0) + given);
        open -= given;
      }
    }
    return [...shares].map(([lineId, quantity]) => ({ lineId, quantity }));
  });
}
