/**
 * The form of a SKU that holds two ids: where they and other numbers stand, and the words and
 * separators between. SKUs of one form were most likely made by one habit of the seller.
 * @module
 */
import { cutSku, type NumberPiece } from './pieces.ts';

export type Slot = 'first' | 'second' | 'quantity' | 'yuan' | 'fen' | 'number';

export type FormToken =
  | { readonly slot: Slot; readonly text: string }
  | { readonly word: string }
  | { readonly separator: string };

export interface Form {
  readonly sku: string;
  /** Equal for SKUs that differ in their numbers and words only. */
  readonly key: string;
  readonly tokens: readonly FormToken[];
  /** The two ids, in the order they stand in. */
  readonly ids: readonly [NumberPiece, NumberPiece];
  /** One unmarked number behind the ids: perhaps the price. */
  readonly number: string | undefined;
  /** Further numbers behind the ids, whose meaning nobody can tell. */
  readonly unexplained: readonly string[];
}

const WORD_OR_SEPARATOR = /[\p{L}\p{N}]+|[^\p{L}\p{N}]+/gu;

/** Undefined when the SKU does not hold exactly two ids. */
export function formOf(sku: string): Form | undefined {
  const pieces = cutSku(sku);
  const ids = pieces.filter((piece) => piece.kind === 'number' && piece.role === 'id');
  const [first, second] = ids;
  if (first?.kind !== 'number' || second?.kind !== 'number' || ids.length > 2) return undefined;
  const lastId = pieces.indexOf(second);
  const numbers = pieces.filter((piece) => piece.kind === 'number');
  const behind = numbers.filter(
    (piece) => piece.role === 'unmarked' && pieces.indexOf(piece) > lastId,
  );
  const only = behind.length === 1 ? behind[0] : undefined;

  const tokens: FormToken[] = [];
  const taken = new Set<Slot>();
  let plain = '';
  const flush = () => {
    for (const [text] of plain.matchAll(WORD_OR_SEPARATOR)) {
      tokens.push(/^[\p{L}\p{N}]/u.test(text) ? { word: text } : { separator: text });
    }
    plain = '';
  };
  for (const piece of pieces) {
    const slot = piece.kind === 'number' ? slotOf(piece, first, second, only) : undefined;
    // A pattern may name each part once; a second price or quantity is only text.
    if (slot === undefined || taken.has(slot)) {
      plain += piece.text;
      continue;
    }
    flush();
    taken.add(slot);
    tokens.push({ slot, text: piece.text });
  }
  flush();
  return {
    sku,
    key: tokens.map(keyOf).join(' '),
    tokens,
    ids: [first, second],
    number: only?.text,
    unexplained: only ? [] : behind.map(({ text }) => text),
  };
}

function slotOf(
  piece: NumberPiece,
  first: NumberPiece,
  second: NumberPiece,
  only: NumberPiece | undefined,
): Slot | undefined {
  if (piece === first) return 'first';
  if (piece === second) return 'second';
  if (piece === only) return 'number';
  return piece.role === 'id' || piece.role === 'unmarked' ? undefined : piece.role;
}

function keyOf(token: FormToken): string {
  if ('slot' in token) return token.slot;
  return 'word' in token ? 'w' : JSON.stringify(token.separator);
}

/** The text in that slot. */
export function inSlot(form: Form, slot: Slot): string | undefined {
  const token = form.tokens.find((each) => 'slot' in each && each.slot === slot);
  return token && 'slot' in token ? token.text : undefined;
}
