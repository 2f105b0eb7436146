/**
 * The loose types of PandaPon's wire, made firm: numbers as text, text as numbers, JSON inside
 * strings, times without a zone (pandapon.md 11).
 * @module
 */
import { DateTime, FixedOffsetZone } from 'luxon';
import { z } from 'zod';
import { parseJson } from '../json.ts';

/** Assumed: China time; the API's times carry no zone (pandapon.md 11.5). China has no summer time. */
const CHINA = FixedOffsetZone.instance(8 * 60);
const FORMAT = 'yyyy-MM-dd HH:mm:ss';

export type JsonObject = Readonly<Record<string, unknown>>;

export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Text as it came, a number as its digits; undefined for absent, null and empty. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** A whole number from 0 up, given as a number or as digits; undefined for anything else. */
export function wholeNumber(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^\d+$/.test(value)) return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  return Number.isSafeInteger(number) && (number as number) >= 0 ? (number as number) : undefined;
}

/** An instant from `yyyy-MM-dd HH:mm:ss` China time; undefined when it does not read as one. */
export function fromChinaTime(value: unknown): Date | undefined {
  if (typeof value !== 'string') return undefined;
  const time = DateTime.fromFormat(value, FORMAT, { zone: CHINA });
  return time.isValid ? time.toJSDate() : undefined;
}

/** `yyyy-MM-dd HH:mm:ss` China time; fractions of a second are cut. */
export function toChinaTime(instant: Date): string {
  return DateTime.fromJSDate(instant, { zone: CHINA }).toFormat(FORMAT);
}

/** A JSON object that may come as text holding it; undefined when it is neither. */
export function nestedObject(value: unknown): JsonObject | undefined {
  const parsed = typeof value === 'string' ? nestedJson(value) : value;
  return isRecord(parsed) ? parsed : undefined;
}

/** What a text that looks like a JSON object or list holds; undefined when it is none. */
export function nestedJson(value: string): unknown {
  if (!/^\s*[[{]/.test(value)) return undefined;
  try {
    return parseJson(value);
  } catch {
    return undefined;
  }
}

/** Why a parse failed, by path; never holds a value, which could be personal data. */
export function whyUnreadable(error: unknown): string {
  if (error instanceof z.ZodError) {
    return error.issues
      .slice(0, 3)
      .map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`)
      .join('; ');
  }
  return error instanceof Error ? error.message : String(error);
}
