import type { SandboxRequest } from '../../sandbox.ts';
import { CODES } from './codes.ts';
import { Refusal } from './envelope.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** JSON with integers beyond 2^53 kept as their digits: ids are longer than a number can hold. */
export function exactJson(text: string): unknown {
  const parse = JSON.parse as (
    text: string,
    revive: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
  ) => unknown;
  return parse(text, (_key, value, { source }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(source ?? '')
      ? source
      : value,
  );
}

/** The body of a POST: a JSON object sent as application/json. @throws {Refusal} */
export function readJsonBody(request: SandboxRequest): JsonObject {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw bad('Content-Type须为application/json');
  return readObject(request.body, '请求体');
}

/** JSON text of an object. @throws {Refusal} */
export function readObject(text: string, what: string): JsonObject {
  const value = readJson(text, what);
  if (!isObject(value)) throw bad(`${what}须为JSON对象`);
  return value;
}

/** JSON text. @throws {Refusal} */
export function readJson(text: string, what: string): unknown {
  try {
    return exactJson(text);
  } catch {
    throw bad(`${what}不是合法的JSON`);
  }
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON string; numbers, objects and the like are refused, as is an empty text unless allowed. */
export function text(from: JsonObject, name: string, mayBeEmpty = false): string {
  const value = from[name];
  if (typeof value !== 'string') throw bad(`${name}须为字符串`);
  if (value.trim() === '' && !mayBeEmpty) throw bad(`${name}不能为空`);
  return value;
}

/** A JSON string, or null when the key is absent or null. */
export function optionalText(from: JsonObject, name: string): string | null {
  return from[name] === undefined || from[name] === null ? null : text(from, name, true);
}

export function bad(message: string): Refusal {
  return new Refusal(CODES.badRequest, message);
}
