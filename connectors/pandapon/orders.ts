/**
 * The calls about orders: place, list, read, pay, cancel, tell the warehouse.
 * @module
 */
import type { Agent, AgentListing, AgentOrder } from '../agent.ts';
import { Malformed, Rejected } from '../errors.ts';
import { jsonInteger } from '../json.ts';
import { SYSTEM } from './answers.ts';
import {
  cancelOrder,
  createOrder,
  listOrdersV1,
  listOrdersV2,
  payOrder,
  updateWarehouse,
} from './client/sdk.gen.ts';
import type { OrderPageAnswer, PlaceBody } from './client/types.gen.ts';
import { zPlaceBody } from './client/zod.gen.ts';
import type { Connection } from './connection.ts';
import { readRow, rowId, toAgentOrder } from './order.ts';
import { readAllPages, type WirePage } from './paging.ts';
import { placeBody } from './place.ts';
import { toChinaTime, wholeNumber, whyUnreadable } from './wire.ts';

type Orders = Omit<Agent, 'name' | 'parcels'>;

interface Filter {
  readonly id?: string;
  readonly beginDateTime?: string;
  readonly endDateTime?: string;
}

/** The order calls of one account. Errors are those of errors.ts. */
export function ordersOf(connection: Connection): Orders {
  const { account } = connection;
  return {
    placeBody,

    async place(body, window) {
      const parsed = zPlaceBody.safeParse(body);
      if (!parsed.success) {
        const why = `the frozen body is none of ours: ${whyUnreadable(parsed.error)}`;
        throw new Rejected(why, { system: SYSTEM, operation: 'createOrder' });
      }
      return connection.spend('createOrder', window, async (options) => {
        // Sent as it was frozen, not as parsed.
        const { data } = await createOrder({ ...options, body: body as PlaceBody });
        return toAgentOrder(data.data);
      });
    },

    list: (period) => list(period),

    async read(agentOrderId) {
      const isIt = (row: unknown) => rowId(row) === agentOrderId;
      const { rows, incompleteReason } = await readAllPages(
        (pageNum) => fetchPage({ id: agentOrderId }, pageNum),
        (page) => page.some(isIt),
      );
      const found = rows.find(isIt);
      const read = found === undefined ? undefined : readRow(found);
      if (read?.order) return read.order;
      // Not found in a listing with gaps is no proof that the agent does not know it.
      const problem = read?.problem ?? incompleteReason;
      if (problem === undefined) return undefined;
      throw new Malformed(`order ${agentOrderId} could not be read: ${problem}`, {
        system: SYSTEM,
        operation: listOperation(),
      });
    },

    async pay({ agentOrderId }, window) {
      await connection.spend('payOrder', window, (options) =>
        payOrder({ ...options, body: { orderId: agentOrderId } }),
      );
    },

    async cancel({ agentOrderId }, window) {
      await connection.spend('cancelOrder', window, (options) =>
        cancelOrder({ ...options, body: { orderId: agentOrderId } }),
      );
    },

    async updateWarehouse({ agentOrderId, warehouseName, warehouseAddress }) {
      const body = { warehouseAddress, warehouseName, orderId: agentOrderId };
      await connection.read('updateWarehouse', (options) => updateWarehouse({ ...options, body }));
    },
  };

  /**
   * Whether the date filter is honoured is not known, so rows outside the period are dropped here,
   * after the rows have been counted against `total`. A row whose time cannot be read stays.
   */
  async function list(period: {
    readonly from: Date;
    readonly until: Date;
  }): Promise<AgentListing> {
    const beganAt = connection.now();
    // The wire has whole seconds: the period is widened to them on both sides.
    const from = floorSecond(period.from);
    const until = ceilSecond(period.until);
    const filter = { beginDateTime: toChinaTime(from), endDateTime: toChinaTime(until) };
    const all = await readAllPages((pageNum) => fetchPage(filter, pageNum));

    const orders: AgentOrder[] = [];
    const problems: string[] = [];
    for (const row of all.rows) {
      const { order, problem } = readRow(row);
      if (problem !== undefined) problems.push(problem);
      else if (!order.createdAt || isWithin(order.createdAt, from, until)) orders.push(order);
    }
    const reasons = [
      ...(all.incompleteReason === undefined ? [] : [all.incompleteReason]),
      ...(problems.length === 0
        ? []
        : [`${problems.length} unreadable: ${problems.slice(0, 3).join('; ')}`]),
    ];
    return {
      orders,
      beganAt,
      from: period.from,
      until: period.until,
      complete: reasons.length === 0,
      incompleteReason: reasons.length === 0 ? undefined : reasons.join('; '),
      pages: all.pages,
    };
  }

  function listOperation() {
    return account.generation === 'v1' ? ('listOrdersV1' as const) : ('listOrdersV2' as const);
  }

  async function fetchPage(filter: Filter, pageNum: number): Promise<WirePage> {
    const paging = { pageNum, pageSize: account.pageSize };
    return connection.read(listOperation(), async (options) => {
      const { data } =
        account.generation === 'v1'
          ? await listOrdersV1({ ...options, query: { ...filter, ...paging } })
          : await listOrdersV2({ ...options, body: { ...inV2(filter), ...paging } });
      return toPage(data);
    });
  }
}

/** v2 types its id filter as an integer (pandapon.md 5), which exceeds 2^53. */
function inV2({ id, ...rest }: Filter) {
  if (id === undefined) return rest;
  const integer = /^\d+$/.test(id) ? jsonInteger(id) : id;
  return { ...rest, id: integer as number };
}

function toPage({ data }: OrderPageAnswer): WirePage {
  return { total: wholeNumber(data?.total), rows: data?.data ?? [] };
}

function isWithin(time: Date, from: Date, until: Date): boolean {
  return time >= from && time <= until;
}

function floorSecond(time: Date): Date {
  return new Date(Math.floor(time.getTime() / 1000) * 1000);
}

function ceilSecond(time: Date): Date {
  return new Date(Math.ceil(time.getTime() / 1000) * 1000);
}
