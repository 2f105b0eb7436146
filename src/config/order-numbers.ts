/** Can the purchases of two stores get one number? Judged by their templates, for all orders there may be. */
import { fillTemplate, parseTemplate } from '../../mappings/template.ts';

/** What a marketplace's order numbers are made of. */
export type Characters = 'digits' | 'letters and digits';

/** A template with the store's own names filled in: fixed texts, and `null` for an order's number. */
export type NumberShape = readonly (string | null)[];

export interface NumberFacts {
  readonly template: string;
  readonly store: string;
  readonly country: string;
  readonly seller: string;
}

export function shapeOf({ template, ...names }: NumberFacts): NumberShape {
  const parsed = parseTemplate(template);
  if (!parsed.ok) return [null];
  const parts: (string | null)[] = [];
  for (const part of parsed.parts) {
    const isNumber = 'name' in part && (part.name === 'order' || part.name === 'orderId');
    if (isNumber) {
      parts.push(null);
      continue;
    }
    const text = 'name' in part ? fillTemplate(`{${part.name}}`, names) : part.literal;
    const last = parts.at(-1);
    if (typeof last === 'string') parts[parts.length - 1] = last + text;
    else parts.push(text);
  }
  return parts;
}

/** The fixed text before the first number. */
export function headOf(shape: NumberShape): string {
  return typeof shape[0] === 'string' ? shape[0] : '';
}

export interface Numbers {
  readonly shape: NumberShape;
  readonly characters: Characters;
}

/** Is there a text that both can give? Two numbers in one template count as any two numbers. */
export function canBeEqual(one: Numbers, other: Numbers): boolean {
  if (!tailsMeet(one.shape, other.shape)) return false;
  const left = stepsOf(one);
  const right = stepsOf(other);
  const seen = new Set<number>();
  const open: [number, number][] = [[0, 0]];
  for (let pair = open.pop(); pair; pair = open.pop()) {
    const [i, j] = pair;
    if (i === left.length && j === right.length) return true;
    const a = left[i];
    const b = right[j];
    if (!a || !b || !meet(a.of, b.of)) continue;
    // A repeatable step may stay where it is, or be left.
    for (const nextI of a.repeats ? [i, i + 1] : [i + 1]) {
      for (const nextJ of b.repeats ? [j, j + 1] : [j + 1]) {
        const key = nextI * (right.length + 1) + nextJ;
        if (seen.has(key)) continue;
        seen.add(key);
        open.push([nextI, nextJ]);
      }
    }
  }
  return false;
}

interface Step {
  /** One character, or any of a kind. */
  readonly of: string | Characters;
  readonly repeats: boolean;
}

function stepsOf({ shape, characters }: Numbers): Step[] {
  return shape.flatMap((part): Step[] =>
    part === null
      ? [{ of: characters, repeats: true }]
      : [...part].map((character) => ({ of: character, repeats: false })),
  );
}

function meet(a: Step['of'], b: Step['of']): boolean {
  if (a === b || (isKind(a) && isKind(b))) return true;
  if (isKind(a)) return isOf(b, a);
  return isKind(b) && isOf(a, b);
}

function isKind(of: Step['of']): of is Characters {
  return of === 'digits' || of === 'letters and digits';
}

function isOf(character: string, kind: Characters): boolean {
  return kind === 'digits' ? /^\d$/.test(character) : /^[0-9A-Za-z]$/.test(character);
}

/** A quick no: what both end with must agree as far as both are fixed. */
function tailsMeet(one: NumberShape, other: NumberShape): boolean {
  const a = one.at(-1);
  const b = other.at(-1);
  return typeof a !== 'string' || typeof b !== 'string' || a.endsWith(b) || b.endsWith(a);
}
