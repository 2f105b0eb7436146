/**
 * A SKU cut into texts and numbers, and what the texts beside a number say of it. Numbers stay the
 * digits that were written: ids have up to 19 of them.
 * @module
 */
import { yuanToFen } from '../values.ts';

/** Item ids have 12 to 19 digits, SKU ids 10 to 19 (reference: 18 and 13 in most examples). */
export const ITEM_DIGITS = { least: 12, most: 19 } as const;
export const SKU_DIGITS = { least: 10, most: 19 } as const;

export interface NumberPiece {
  readonly kind: 'number';
  readonly text: string;
  readonly role: 'id' | 'quantity' | 'yuan' | 'fen' | 'unmarked';
  /** What the text before an id calls it. */
  readonly label: 'item' | 'sku' | undefined;
}

export interface TextPiece {
  readonly kind: 'text';
  readonly text: string;
}

export type Piece = NumberPiece | TextPiece;

/** An amount with a point, or digits. `1.2.3` is three numbers: there the points only separate. */
const NUMBER = /(?<![\d.])\d{1,6}\.\d{1,2}(?![\d.])|\d+/g;

const ITEM_LABEL = /(?:item|item[ _-]?id|num_?iid|offer(?:id)?|mpid|\biid?|\bid)[\s:=_#-]*$/i;
const SKU_LABEL = /(?:sku|sku[ _-]?id|spec(?:id)?|\bsid)[\s:=_#-]*$/i;
const QUANTITY_BEFORE = /(?:(?<![a-z])(?:x|q|qty|pack)|[*×✕])[\s:=]*$/i;
const QUANTITY_AFTER = /^\s*(?:pcs?|pieces?|件|个|pack|x)(?![a-z0-9])/i;
const YUAN_BEFORE = /(?:[¥￥]|(?<![a-z])(?:cny|rmb|yuan|price|p|y))[\s:=]*$/i;
const YUAN_AFTER = /^\s*(?:元|块|cny|rmb|yuan)/i;
const FEN_BEFORE = /(?<![a-z])(?:fen|f)[\s:=]*$/i;
const FEN_AFTER = /^\s*(?:分|fen)/i;

export function cutSku(sku: string): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const match of sku.matchAll(NUMBER)) {
    if (match.index > at) pieces.push({ kind: 'text', text: sku.slice(at, match.index) });
    const end = match.index + match[0].length;
    pieces.push(readNumber(match[0], sku.slice(at, match.index), sku.slice(end)));
    at = end;
  }
  if (at < sku.length) pieces.push({ kind: 'text', text: sku.slice(at) });
  return pieces;
}

function readNumber(text: string, before: string, after: string): NumberPiece {
  const piece = { kind: 'number', text, label: undefined } as const;
  if (isId(text)) return { ...piece, role: 'id', label: labelOf(before) };
  if (text.includes('.')) return { ...piece, role: isPrice(text, 'yuan') ? 'yuan' : 'unmarked' };
  if (isPrice(text, 'fen') && (FEN_BEFORE.test(before) || FEN_AFTER.test(after)))
    return { ...piece, role: 'fen' };
  if (isPrice(text, 'yuan') && (YUAN_BEFORE.test(before) || YUAN_AFTER.test(after)))
    return { ...piece, role: 'yuan' };
  const counts = QUANTITY_BEFORE.test(before) || QUANTITY_AFTER.test(after);
  if (counts && /^[1-9]\d{0,2}$/.test(text)) return { ...piece, role: 'quantity' };
  return { ...piece, role: 'unmarked' };
}

/** Digits that are long enough to be an item's or a SKU's id. */
export function isId(text: string): boolean {
  return (
    /^[1-9]\d+$/.test(text) && text.length >= SKU_DIGITS.least && text.length <= SKU_DIGITS.most
  );
}

export function canBeItem(text: string): boolean {
  return text.length >= ITEM_DIGITS.least;
}

function labelOf(before: string): NumberPiece['label'] {
  if (SKU_LABEL.test(before)) return 'sku';
  return ITEM_LABEL.test(before) ? 'item' : undefined;
}

function isPrice(text: string, unit: 'yuan' | 'fen'): boolean {
  return fenOf(text, unit) !== undefined;
}

/** The number as a price in fen; undefined when it is none above 0. */
export function fenOf(text: string, unit: 'yuan' | 'fen'): number | undefined {
  const fen = unit === 'fen' ? (/^\d+$/.test(text) ? Number(text) : undefined) : yuanToFen(text);
  return fen !== undefined && fen > 0 && Number.isSafeInteger(fen) ? fen : undefined;
}
