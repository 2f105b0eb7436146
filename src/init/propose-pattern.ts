/** From one SKU to the patterns that could read it. */
import {
  matchSku,
  type PATTERN_PARTS,
  parseSkuPattern,
  type SkuParts,
} from '../../mappings/pattern.ts';

export interface Proposal {
  readonly pattern: string;
  /** What the pattern reads out of the example. */
  readonly parts: SkuParts;
}

type Role = (typeof PATTERN_PARTS)[number];
type Piece = { readonly text: string; readonly isNumber: boolean };

/** Source ids have 10 digits and more in every example; prices and quantities fewer than 8. */
const ID_DIGITS = 8;

/**
 * The likely patterns, the best first; none when the SKU does not hold two ids.
 * @example proposePatterns('TB-600126245031041190-5016042822039-1250')[0]?.pattern // 'TB-{itemId}-{skuId}-{fen}'
 */
export function proposePatterns(sku: string): Proposal[] {
  const pieces = [...sku.matchAll(/\d+(?:\.\d{1,2}(?!\d))?|\D+/g)].map(([text]) => ({
    text,
    isNumber: /^\d/.test(text),
  }));
  const ids = pieces.flatMap((piece, at) => (isId(piece) ? [at] : []));
  const [item, source] = ids;
  if (item === undefined || source === undefined) return [];
  const rest = pieces.flatMap(({ isNumber }, at) => (isNumber && at > source ? [at] : []));
  const quantity = rest.find((at) => /[x*×]$/i.test(pieces[at - 1]?.text ?? ''));
  const price = rest.filter((at) => at !== quantity).at(-1);
  const roles = (priceRole: Role | undefined) =>
    new Map<number, Role>([
      ...rest.map((at) => [at, 'any'] as const),
      [item, 'itemId'],
      [source, 'skuId'],
      ...(quantity === undefined ? [] : [[quantity, 'quantity'] as const]),
      ...(price === undefined || !priceRole ? [] : [[price, priceRole] as const]),
    ]);
  const isDecimal = price !== undefined && pieces[price]?.text.includes('.');
  const prices: (Role | undefined)[] =
    price === undefined ? [undefined] : isDecimal ? ['yuan'] : ['fen', 'yuan', undefined];
  return prices.flatMap((role) => read(write(pieces, roles(role)), sku));
}

function isId({ text, isNumber }: Piece): boolean {
  return isNumber && text.length >= ID_DIGITS && !text.includes('.');
}

function write(pieces: readonly Piece[], roles: ReadonlyMap<number, Role>): string {
  return pieces
    .map(({ text }, at) => {
      const role = roles.get(at);
      return role ? `{${role}}` : text.replaceAll(/[{}]/g, '$&$&');
    })
    .join('');
}

/** What cannot be told apart, or does not read the example, is no proposal. */
function read(pattern: string, sku: string): Proposal[] {
  const parsed = parseSkuPattern(pattern);
  if (!parsed.ok) return [];
  const match = matchSku(parsed.pattern, sku);
  return match.ok ? [{ pattern, parts: match.parts }] : [];
}
