/**
 * PandaPon's order, as its create answer and both listings show it, in the port's words.
 * @module
 */
import type { z } from 'zod';
import type { AgentOrder, AgentOrderLine, AgentOrderPhase } from '../agent.ts';
import { type zOrderLine, zOrderRow, zSubOrderResult } from './client/zod.gen.ts';
import { phaseOf } from './codes.ts';
import { fromChinaTime, isRecord, nestedObject, text, wholeNumber, whyUnreadable } from './wire.ts';

type OrderRow = z.output<typeof zOrderRow>;
type OrderLine = z.output<typeof zOrderLine>;

export type ReadRow =
  | { readonly order: AgentOrder; readonly problem?: undefined }
  | { readonly order?: undefined; readonly problem: string };

/** Reads one row of a listing; a row that cannot be read says why and names its id if it has one. */
export function readRow(row: unknown): ReadRow {
  try {
    return { order: toAgentOrder(zOrderRow.parse(row)) };
  } catch (error) {
    return { problem: `order ${rowId(row) ?? 'without id'}: ${whyUnreadable(error)}` };
  }
}

/** The order id of a row, however damaged the rest is. */
export function rowId(row: unknown): string | undefined {
  return isRecord(row) ? text(row.id) : undefined;
}

/**
 * An order of the wire in the port's words.
 * @throws {Error} when an id is empty or a line's quantity is no whole number.
 */
export function toAgentOrder(row: OrderRow): AgentOrder {
  const lines = row.subOrderVOS.map(toLine);
  const status = text(row.status);
  return {
    agentOrderId: required(row.id, 'id'),
    orderNo: required(row.orderNo, 'orderNo'),
    orderSource: text(row.orderSource),
    sellerOrderNumber: text(row.sellerOrderNumber),
    createdAt: fromChinaTime(row.createTime),
    // 0 stands in v2 orders that are still being built: "not known yet" (pandapon.md 11.3).
    amountFen: wholeNumber(row.purchaseAmount) || undefined,
    status,
    phase: orderPhase(status, lines),
    lines,
  };
}

/**
 * The listing's code 0 does not tell "unpaid" from "being created" (all orders of S4 have status 0
 * with lines BULIDING), so the lines decide. A code that says more (cancelled, paid, sent) stands: a
 * line left in BULIDING must not hide that the order was cancelled.
 */
function orderPhase(status: string | undefined, lines: readonly AgentOrderLine[]): AgentOrderPhase {
  const own = status === undefined ? 'unknown' : phaseOf(status);
  const open = own === 'unpaid' || own === 'unknown';
  return open && lines.some((line) => line.phase === 'building') ? 'building' : own;
}

function toLine(line: OrderLine, index: number): AgentOrderLine {
  const quantity = wholeNumber(line.quantity);
  if (quantity === undefined) {
    throw new Error(`line ${index + 1}: its quantity is no whole number`);
  }
  const result = zSubOrderResult.safeParse(nestedObject(line.subOrderResult));
  const upstream = result.success ? result.data : undefined;
  const status = text(line.status) ?? text(upstream?.status);
  const phase = status === undefined ? undefined : phaseOf(status);
  return {
    subOrderId: text(line.subOrderId),
    subPurchaseOrderId: text(line.taobaoSubPurchaseId) ?? text(upstream?.sub_purchase_order_id),
    itemId: text(line.itemId) ?? text(line.itemMapId),
    skuId: text(line.skuId),
    quantity,
    status,
    phase,
    closed: String(upstream?.closed) === 'true' || phase === 'cancelled',
    errorCode: text(line.errorCode),
    errorMessage: text(line.errorMessage),
  };
}

function required(value: unknown, name: string): string {
  const found = text(value);
  if (found === undefined) throw new Error(`its ${name} is empty`);
  return found;
}
