/** What a proposal is about: a SKU of a store whose orders wait because of it. */

export interface Subject {
  readonly store: string;
  readonly sku: string;
  /** `unmapped`: no rule fits it; `unpriced`: a rule fits, and gives no price. */
  readonly problem: 'unmapped' | 'unpriced';
  readonly name: string;
  readonly variation: string | undefined;
  /** The least one unit was sold for, in fen; undefined in a foreign currency. */
  readonly saleFen: number | undefined;
}

export function subjectKey({ store, sku }: Pick<Subject, 'store' | 'sku'>): string {
  return `${store}\u0000${sku}`;
}
