import type { SandboxRequest } from '../../sandbox.ts';
import {
  bad,
  isObject,
  type JsonObject,
  optionalText,
  readJson,
  readJsonBody,
  readObject,
  text,
} from './body.ts';
import { CODES } from './codes.ts';
import { Refusal } from './envelope.ts';
import type { RequestReceiver } from './world.ts';

export interface RequestedLine {
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: number;
  /** One unit, fen. */
  readonly priceFen: number;
}

export interface CreateRequest {
  readonly lines: readonly RequestedLine[];
  readonly receiver: RequestReceiver;
  readonly budgetFen: number;
  readonly orderSource: string | null;
  readonly sellerOrderNumber: string | null;
}

/** The nine keys of the example's receiver. */
const RECEIVER_KEYS = [
  'name',
  'phone',
  'mobile_phone',
  'country',
  'state',
  'city',
  'district',
  'address',
  'zip',
] as const;

/** Keys that may be empty texts: the example has an empty `phone`; the others are this simulator's guess. */
const MAY_BE_EMPTY: ReadonlySet<string> = new Set(['phone', 'mobile_phone', 'district', 'zip']);

/**
 * Reads and checks the body of `POST /open/order` (pandapon.md 3): `orderLineList` and `receiver` are
 * strings that hold JSON; a line's quantity and price are strings; `purchaseAmount` is an integer in
 * fen.
 *
 * Assumed, since the seeds give no schema for the inner objects: every key of the example except
 * `orderLineNo` must be there, quantity and price are whole numbers above 0, and `purchaseAmount` must
 * equal the sum of price x quantity (as 1 x 200 + 1 x 200 = 400 in the example).
 * @throws {Refusal}
 */
export function readCreateRequest(request: SandboxRequest): CreateRequest {
  const body = readJsonBody(request);
  const lines = readLines(text(body, 'orderLineList'));
  const receiver = readReceiver(text(body, 'receiver'));
  const budgetFen = body.purchaseAmount;
  if (typeof budgetFen !== 'number' || !Number.isSafeInteger(budgetFen)) {
    throw bad('purchaseAmount须为整数');
  }
  const sum = lines.reduce((total, line) => total + line.priceFen * line.quantity, 0);
  if (budgetFen !== sum) {
    throw new Refusal(CODES.amountMismatch, `purchaseAmount(${budgetFen})与商品金额(${sum})不一致`);
  }
  return {
    lines,
    receiver,
    budgetFen,
    orderSource: optionalText(body, 'orderSource'),
    sellerOrderNumber: optionalText(body, 'sellerOrderNumber'),
  };
}

function readLines(json: string): RequestedLine[] {
  const rows = readJson(json, 'orderLineList');
  if (!Array.isArray(rows) || rows.length === 0) throw bad('orderLineList须为非空数组');
  return rows.map((row: unknown) => {
    if (!isObject(row)) throw bad('orderLineList的元素须为对象');
    return readLine(row);
  });
}

function readLine(row: JsonObject): RequestedLine {
  // Two lines of the example carry the same number (pandapon.md 11.7): only the type is checked.
  optionalText(row, 'orderLineNo');
  if (text(row, 'currency') !== 'CNY') throw bad('currency须为CNY');
  return {
    itemId: digits(row, 'itemId'),
    skuId: digits(row, 'skuId'),
    quantity: wholeNumber(row, 'quantity'),
    priceFen: wholeNumber(row, 'price'),
  };
}

function digits(row: JsonObject, name: string): string {
  const value = text(row, name);
  if (!/^\d+$/.test(value)) throw bad(`${name}须为数字字符串`);
  return value;
}

function wholeNumber(row: JsonObject, name: string): number {
  const value = text(row, name);
  if (!/^[1-9]\d{0,11}$/.test(value)) throw bad(`${name}须为正整数字符串`);
  return Number(value);
}

function readReceiver(json: string): RequestReceiver {
  const row = readObject(json, 'receiver');
  const read = (name: (typeof RECEIVER_KEYS)[number]) => text(row, name, MAY_BE_EMPTY.has(name));
  const receiver = Object.fromEntries(RECEIVER_KEYS.map((name) => [name, read(name)]));
  if (receiver.phone === '' && receiver.mobile_phone === '') {
    throw bad('phone与mobile_phone不能同时为空');
  }
  return receiver as Record<(typeof RECEIVER_KEYS)[number], string>;
}
