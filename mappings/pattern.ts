/**
 * SKU patterns: the source SKU written into the marketplace SKU, e.g. `TB-{itemId}-{skuId}-{fen}`.
 *
 * A part ends where the literal that follows it first occurs, and the last part takes the rest. So a
 * SKU has at most one reading, found in one pass without backtracking, and no text of a seller ever
 * becomes a regular expression.
 * @module
 */
import Big from 'big.js';
import { nearest } from './near-miss.ts';
import { parseTemplate, type TemplatePart } from './template.ts';

/** The parts a pattern may name. */
export const PATTERN_PARTS = ['itemId', 'skuId', 'quantity', 'fen', 'yuan', 'any'] as const;
export type PatternPart = (typeof PATTERN_PARTS)[number];

type PatternToken = { readonly literal: string } | { readonly name: PatternPart };

export interface SkuPattern {
  readonly text: string;
  readonly tokens: readonly PatternToken[];
}

export type ParsedPattern =
  | { readonly ok: true; readonly pattern: SkuPattern }
  | { readonly ok: false; readonly error: string };

/** What a SKU says by a pattern. */
export interface SkuParts {
  readonly itemId: string;
  readonly skuId: string;
  /** Units of the source SKU per unit sold; 1 where the pattern has no {quantity}. */
  readonly quantity: number;
  /** Price of one unit in fen, from {fen} or {yuan}; undefined where the pattern has neither. */
  readonly priceFen: number | undefined;
}

export type SkuMatch =
  | { readonly ok: true; readonly parts: SkuParts }
  | { readonly ok: false; readonly reason: string };

const SHAPES: Readonly<Record<PatternPart, { readonly form: RegExp; readonly words: string }>> = {
  itemId: { form: /^[A-Za-z0-9_]+$/, words: 'letters, digits and _' },
  skuId: { form: /^[A-Za-z0-9_]+$/, words: 'letters, digits and _' },
  quantity: { form: /^\d+$/, words: 'a whole number from 1' },
  fen: { form: /^\d+$/, words: 'a whole number' },
  yuan: { form: /^\d+(\.\d{1,2})?$/, words: 'an amount with at most two decimals' },
  any: { form: /^/, words: 'any text' },
};

/** A number stops where a literal begins, so the literal must not begin like the number goes on. */
const NUMBER_GOES_ON: Readonly<Partial<Record<PatternPart, RegExp>>> = {
  quantity: /^\d/,
  fen: /^\d/,
  yuan: /^[\d.]/,
};

/** Checks a pattern; the error is a sentence for the person who wrote the settings. */
export function parseSkuPattern(text: string): ParsedPattern {
  const template = parseTemplate(text);
  if (!template.ok) return template;
  const tokens: PatternToken[] = [];
  for (const part of template.parts) {
    const token = asToken(part);
    if (!token) return { ok: false, error: unknownPart(part) };
    tokens.push(token);
  }
  const error = countError(tokens) ?? neighbourError(tokens);
  return error === undefined ? { ok: true, pattern: { text, tokens } } : { ok: false, error };
}

/** Reads a SKU by a pattern; the reason says in words why it does not fit. Exact, case matters. */
export function matchSku(pattern: SkuPattern, sku: string): SkuMatch {
  const values: Partial<Record<PatternPart, string>> = {};
  let at = 0;
  for (const [index, token] of pattern.tokens.entries()) {
    if ('literal' in token) {
      if (!sku.startsWith(token.literal, at)) {
        return no(`"${token.literal}" is not at character ${at + 1}`);
      }
      at += token.literal.length;
      continue;
    }
    const next = pattern.tokens[index + 1];
    const end = next && 'literal' in next ? sku.indexOf(next.literal, at) : sku.length;
    if (end < 0) return no(`nothing ends {${token.name}}`);
    const value = sku.slice(at, end);
    const shape = SHAPES[token.name];
    if (!shape.form.test(value)) return no(`{${token.name}} "${value}" is not ${shape.words}`);
    values[token.name] = value;
    at = end;
  }
  if (at < sku.length) return no(`"${sku.slice(at)}" is left over`);
  return toParts(values);
}

function toParts(values: Readonly<Partial<Record<PatternPart, string>>>): SkuMatch {
  const { itemId, skuId, quantity: units = '1', fen, yuan } = values;
  if (itemId === undefined || skuId === undefined) return no('{itemId} or {skuId} is missing');
  const quantity = Number(units);
  if (!Number.isSafeInteger(quantity) || quantity < 1) {
    return no(`{quantity} "${units}" is not ${SHAPES.quantity.words}`);
  }
  const priceFen =
    fen !== undefined
      ? Number(fen)
      : yuan !== undefined
        ? new Big(yuan).times(100).toNumber()
        : undefined;
  if (priceFen !== undefined && !Number.isSafeInteger(priceFen))
    return no('the price is too large');
  return { ok: true, parts: { itemId, skuId, quantity, priceFen } };
}

function asToken(part: TemplatePart): PatternToken | undefined {
  if ('literal' in part) return part;
  const name = PATTERN_PARTS.find((known) => known === part.name);
  return name && { name };
}

function unknownPart(part: TemplatePart): string {
  const name = 'name' in part ? part.name : '';
  const meant = nearest(name, PATTERN_PARTS);
  const names = PATTERN_PARTS.map((each) => `{${each}}`).join(', ');
  const hint = meant === undefined ? `use ${names}` : `did you mean {${meant}}?`;
  return `{${name}} is no part of a SKU pattern; ${hint}`;
}

function countError(tokens: readonly PatternToken[]): string | undefined {
  const count = (name: PatternPart) =>
    tokens.filter((token) => 'name' in token && token.name === name).length;
  for (const name of ['itemId', 'skuId'] as const) {
    if (count(name) !== 1) return `a SKU pattern needs {${name}} exactly once`;
  }
  for (const name of ['quantity', 'fen', 'yuan'] as const) {
    if (count(name) > 1) return `a SKU pattern may have {${name}} only once`;
  }
  if (count('fen') + count('yuan') > 1)
    return 'a SKU pattern states the price as {fen} or {yuan}, not both';
  return undefined;
}

function neighbourError(tokens: readonly PatternToken[]): string | undefined {
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (!next || 'literal' in token) continue;
    if ('name' in next) {
      return `{${token.name}}{${next.name}} cannot be told apart: put a text such as "-" between them`;
    }
    if (NUMBER_GOES_ON[token.name]?.test(next.literal)) {
      return `{${token.name}} cannot be told from the "${next.literal}" that follows: put a text such as "-" between them`;
    }
  }
  return undefined;
}

function no(reason: string): SkuMatch {
  return { ok: false, reason };
}
