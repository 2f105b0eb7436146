import { createHash, randomUUID } from 'node:crypto';
import { CHINA_OFFSET_MS } from './time.ts';

/** 2016-01-01 00:00 China time: where the snowflakes of the seeds begin (pandapon.md 11.5). */
const EPOCH_MS = Date.UTC(2016, 0, 1) - CHINA_OFFSET_MS;

/** The end of every `itemMapId` in S4 (pandapon.md 11.8). */
const ITEM_MAP_TAIL = 'dqmzNNcIX-IQGrQ53mhv0';

export interface IdMaker {
  /** A 19-digit id beyond 2^53 whose upper bits say when it was made (ms). */
  snowflake(atMs: number): string;
  /** Taobao's purchase and sub purchase ids: 12 digits, counting up (S0: 200027842447). */
  taobaoPurchase(): string;
  /** Taobao's own order number (淘宝主订单号): 19 digits (S1: 3716059574020579405). */
  taobaoOrder(): string;
  /** A domestic tracking number. */
  mailNo(): string;
}

export function createIdMaker(): IdMaker {
  let sequence = 0;
  let purchase = 200_027_842_446;
  let taobao = 3_716_059_574_020n;
  let mail = 78_753_196_186_472;
  return {
    snowflake(atMs) {
      sequence = (sequence + 1) % 2 ** 22;
      return String((BigInt(Math.trunc(atMs - EPOCH_MS)) << 22n) | BigInt(sequence));
    },
    taobaoPurchase: () => String(++purchase),
    taobaoOrder: () => `${++taobao}579405`,
    mailNo: () => String(++mail),
  };
}

/** 32 lower-case hex digits, as every `requestId` in the seeds. */
export function requestId(): string {
  return randomUUID().replaceAll('-', '');
}

/** The opaque id that stands for an item in v2 (`itemMapId`); the same item has the same one. */
export function itemMapId(itemId: string): string {
  return createHash('sha256').update(itemId).digest('base64url').slice(0, 22) + ITEM_MAP_TAIL;
}
