/**
 * The kinds of value that settings are made of: durations, amounts, shares, ids, templates. Each says
 * in its message what was expected, with an example.
 * @module
 */
import Big from 'big.js';
import ms from 'ms';
import { z } from 'zod';
import { nearest } from './near-miss.ts';
import { parseTemplate, templateNames } from './template.ts';

export const name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'lower-case letters, digits and hyphens, e.g. "main"');

/** Milliseconds, written as `90s`, `30m`, `24h` or `7d`. */
export const duration = z
  .string({ error: 'a duration such as "90s", "30m", "24h" or "7d"' })
  .regex(/^\d+(\.\d+)?\s*(ms|s|m|h|d)$/, 'a duration such as "90s", "30m", "24h" or "7d"')
  .transform((text) => ms(text as ms.StringValue))
  .meta({ description: 'A duration such as "90s", "30m", "24h" or "7d"' });

const YUAN = 'an amount in yuan with at most two decimals, e.g. "12.50"';

/** Fen, written in yuan with at most two decimals: `12.50` or "12.50". */
export const yuan = z
  .union([z.string(), z.number()], { error: YUAN })
  .transform((value, context) => {
    const fen = yuanToFen(value);
    if (fen !== undefined) return fen;
    context.addIssue({ code: 'custom', message: YUAN });
    return z.NEVER;
  })
  .meta({
    description: 'An amount in yuan with at most two decimals, e.g. "12.50"',
    'x-unit': 'amount in yuan',
  });

/** A price: an amount above 0, because the agent's amount 0 means "not known" (docs/architecture.md). */
export const price = yuan.refine((fen) => fen > 0, 'a price above 0');

/** A price in fen. */
export const fen = z
  .int()
  .min(1)
  .meta({ description: 'A price in fen (1/100 yuan)', 'x-unit': 'whole number of fen' });

/** Yuan as text or number to fen; undefined when it is no amount from 0 with at most two decimals. */
export function yuanToFen(value: string | number): number | undefined {
  // Big reads "1e3" and "0x..." differently from people; only plain decimals are amounts.
  if (!/^\d+(\.\d+)?$/.test(String(value))) return undefined;
  const exact = new Big(value).times(100);
  const whole = exact.toNumber();
  return exact.eq(exact.round()) && Number.isSafeInteger(whole) ? whole : undefined;
}

/**
 * A share, written as `15%` or `0.15`. Numbers beyond 1 are refused: who writes `5` means 5%, and a
 * drift of 500% would let any price through.
 */
export function shareBetween(least: number, most: number) {
  const words = `a share such as "15%" or 0.15, from ${least * 100}% to ${most * 100}%`;
  return z
    .union([z.number(), z.string().regex(/^-?\d+(\.\d+)?%$/, words)], { error: words })
    .transform((value) =>
      typeof value === 'number' ? value : new Big(value.slice(0, -1)).div(100).toNumber(),
    )
    .refine((value) => value >= least && value <= most, words)
    .meta({ description: 'A share such as "15%" or 0.15' });
}

/**
 * Text with `{names}`; a name outside `known` is refused when the settings are read, and so is a text
 * with none of `oneOf`.
 */
export function templateOf(known: readonly string[], oneOf: readonly string[] = []) {
  return z
    .string()
    .min(1)
    .superRefine((text, context) => {
      const fail = (message: string) => context.addIssue({ code: 'custom', message });
      const parsed = parseTemplate(text);
      if (!parsed.ok) return fail(parsed.error);
      const used = templateNames(text);
      for (const each of used.filter((used) => !known.includes(used))) {
        const meant = nearest(each, known);
        const hint = meant === undefined ? `use ${list(known)}` : `did you mean {${meant}}?`;
        fail(`{${each}} is no name this template knows; ${hint}`);
      }
      if (oneOf.length > 0 && !used.some((each) => oneOf.includes(each))) {
        fail(`needs one of ${list(oneOf)}`);
      }
    });
}

function list(names: readonly string[]): string {
  return names.map((each) => `{${each}}`).join(', ');
}

const ID = 'an id without spaces; put long numbers in quotes, or their last digits are lost';

/** An id; numbers up to 2^53 may stand without quotes. */
export const id = z
  .union([z.string(), z.int(ID)], { error: ID })
  .transform(String)
  .pipe(z.string().regex(/^\S+$/, ID));
