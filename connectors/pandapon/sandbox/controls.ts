import type { BookedOrder, Counters } from './books.ts';
import { bookOrder, bookOrders, countAll, countBySellerOrder } from './books.ts';
import type { CallbackOutcome, Callbacks, CustomCallback } from './callbacks.ts';
import { createOrder } from './create.ts';
import { addParcel, advance, advanceAll, close, sendLine } from './life.ts';
import {
  type CallbackBehaviour,
  override,
  type SandboxAccount,
  type SandboxSwitches,
  type SandboxTimings,
} from './options.ts';
import {
  acceptedLines,
  type OrderBook,
  type OrderLineBook,
  type RequestReceiver,
  type World,
} from './world.ts';

/** An order bought by hand in the console. */
export interface ManualOrder {
  readonly lines: readonly {
    readonly itemId: string;
    readonly skuId: string;
    readonly quantity: number;
    readonly priceFen: number;
  }[];
  readonly orderSource?: string | null;
  readonly sellerOrderNumber?: string | null;
  readonly receiver?: Partial<RequestReceiver>;
  /** How long ago it was bought; 0 unless told. */
  readonly agoMs?: number;
  /** The first account unless told. */
  readonly accessKey?: string;
}

/**
 * What a test or the demo does to the simulated world. Everything also goes through the shell's
 * control door, so arguments and results are plain JSON. Orders are named by their id, their orderNo,
 * or the `sellerOrderNumber` if only one order has it. All throw on names and orders that do not exist.
 */
export interface PandaponControls {
  addAccount(account: SandboxAccount): void;
  setTimings(timings: Partial<SandboxTimings>): void;
  setSwitches(switches: Partial<SandboxSwitches>): void;
  /** Moves the sandbox's clock away from the machine's. */
  setClock(offsetMs: number): void;
  /** From now on a line with this SKU comes back refused inside a 200; null ends it. */
  refuseSku(skuId: string, errorCode: string | null, errorMessage?: string): void;
  /** A unit costs so much more than asked, in orders that are built from now on. */
  raisePrice(skuId: string, fen: number): void;
  /** Who sells a SKU in orders created from now on: lines of one seller share `taobaoPurchaseId`. */
  setSupplier(skuId: string, sellerNick: string): void;
  /** That page of every listing comes without rows, `total` unchanged; null ends it for all pages. */
  losePage(pageNum: number | null): void;
  addManualOrder(order: ManualOrder): { readonly orderId: string; readonly orderNo: string };
  /** The supplier sends every line of a paid order that is not sent yet. */
  send(order: string): void;
  sendLine(order: string, skuId: string): void;
  /** A further parcel of a line; shown once the line was sent. Returns its number. */
  addParcel(
    order: string,
    skuId: string,
    parcel?: { readonly mailNo?: string; readonly company?: string; readonly quantity?: number },
  ): string;
  /** A further trace, newest, on every parcel of a line: `SIGNED` says that it arrived. */
  addTrace(order: string, skuId: string, status: string, text: string): void;
  /** Price of one unit, from now on; pushes the price message. */
  setPrice(order: string, skuId: string, fen: number): void;
  /** A refund of one line, or of all; pushes the refund message. Status 100 is "refunded". */
  refund(order: string, skuId?: string, refundStatus?: number): void;
  /** PandaPon or the supplier closes the order. */
  closeOrder(order: string, reason: string): void;
  /** Shows this status code instead of the true one (5, 9, or one nobody knows); null ends it. */
  showStatus(order: string, status: number | null): void;
  setCallback(url: string | null, accessKey?: string): void;
  setCallbackBehaviour(behaviour: Partial<CallbackBehaviour>): void;
  sendProbe(accessKey?: string): Promise<CallbackOutcome>;
  sendCallback(custom: CustomCallback): Promise<CallbackOutcome>;
  callbackOutcomes(): readonly CallbackOutcome[];
  books(): { readonly orders: readonly BookedOrder[]; readonly counters: Counters };
  /** One order, or undefined (null through the control door). */
  order(order: string): BookedOrder | undefined;
  purchasesBySellerOrder(): Record<string, number>;
  counters(): Counters;
}

const WAREHOUSE: RequestReceiver = {
  name: 'a测试aa',
  phone: '',
  mobile_phone: '15068763421',
  country: '中国',
  state: '浙江省',
  city: '杭州市',
  district: '余杭区',
  address: '测试地址',
  zip: '11111',
};

export function makeControls(world: World, callbacks: Callbacks): PandaponControls {
  return {
    addAccount: (account) => void world.accounts.set(account.accessKey, account),
    setTimings(timings) {
      advanceAll(world);
      world.timings = override(world.timings, timings, 'timing');
      rearmAll();
    },
    setSwitches(switches) {
      advanceAll(world);
      world.switches = override(world.switches, switches, 'switch');
      rearmAll();
    },
    setClock(offsetMs) {
      world.clockOffsetMs = offsetMs;
      rearmAll();
    },
    refuseSku(skuId, errorCode, errorMessage = '商品不可采购') {
      if (errorCode === null) world.refusedSkus.delete(skuId);
      else world.refusedSkus.set(skuId, { errorCode, errorMessage });
    },
    raisePrice: (skuId, fen) => void world.raisedPrices.set(skuId, fen),
    setSupplier: (skuId, sellerNick) => void world.suppliers.set(skuId, sellerNick),
    losePage(pageNum) {
      if (pageNum === null) world.lostPages.clear();
      else world.lostPages.add(pageNum);
    },
    addManualOrder: addManual,
    send(name) {
      const order = sendable(name);
      for (const line of acceptedLines(order)) sendLine(order, line, world.now());
      announce(order);
    },
    sendLine(name, skuId) {
      const order = sendable(name);
      for (const line of linesOf(order, skuId)) sendLine(order, line, world.now());
      announce(order);
    },
    addParcel(name, skuId, parcel = {}) {
      return addParcel(world, lineOf(find(name), skuId), { ...parcel, at: world.now() });
    },
    addTrace(name, skuId, status, text) {
      for (const parcel of lineOf(find(name), skuId).parcels) {
        const trace = { atMs: world.now(), status, statusDesc: text, action: status, text };
        parcel.traces.push(trace);
      }
    },
    setPrice(name, skuId, fen) {
      const order = find(name);
      const line = lineOf(order, skuId);
      line.priceFen = fen;
      world.changed(order, 'price', line);
    },
    refund(name, skuId, refundStatus = 100) {
      const order = find(name);
      const lines = skuId === undefined ? acceptedLines(order) : linesOf(order, skuId);
      for (const line of lines) {
        line.refundStatus = refundStatus;
        line.refundType = 1;
      }
      world.changed(order, 'refund', skuId === undefined ? undefined : lines[0]);
    },
    closeOrder(name, reason) {
      const order = find(name);
      close(order, reason, world.now());
      announce(order);
    },
    showStatus(name, status) {
      const order = find(name);
      order.shownStatus = status ?? undefined;
      world.changed(order, 'status');
    },
    setCallback: callbacks.setCallback,
    setCallbackBehaviour: callbacks.setBehaviour,
    sendProbe: callbacks.sendProbe,
    sendCallback: callbacks.sendCustom,
    callbackOutcomes: callbacks.outcomes,
    books: () => ({ orders: bookOrders(world), counters: countAll(world) }),
    order(name) {
      const order = lookUp(name);
      if (!order) return undefined;
      advance(world, order);
      return bookOrder(world, order);
    },
    purchasesBySellerOrder: () => countBySellerOrder(world),
    counters: () => countAll(world),
  };

  function addManual(manual: ManualOrder) {
    const [first] = world.accounts.keys();
    const account = world.accounts.get(manual.accessKey ?? first ?? '');
    if (!account) throw new Error('no such account');
    const request = {
      lines: manual.lines,
      receiver: { ...WAREHOUSE, ...manual.receiver },
      budgetFen: manual.lines.reduce((sum, line) => sum + line.priceFen * line.quantity, 0),
      orderSource: manual.orderSource ?? null,
      sellerOrderNumber: manual.sellerOrderNumber ?? null,
    };
    const at = world.now() - (manual.agoMs ?? 0);
    const order = createOrder(world, account, request, true, at);
    return { orderId: order.id, orderNo: order.orderNo };
  }

  function rearmAll() {
    for (const order of world.orders.values()) world.rearm(order);
  }

  function announce(order: OrderBook) {
    world.changed(order, 'status');
    world.rearm(order);
  }

  function lookUp(name: string): OrderBook | undefined {
    const byId = world.orders.get(name);
    if (byId) return byId;
    const all = [...world.orders.values()];
    const named = all.filter((order) => order.orderNo === name || order.sellerOrderNumber === name);
    if (named.length > 1) throw new Error(`${named.length} orders carry the number "${name}"`);
    return named[0];
  }

  function find(name: string): OrderBook {
    const order = lookUp(name);
    if (!order) throw new Error(`no order "${name}"`);
    advance(world, order);
    return order;
  }

  /** Money that is on its way through finance is taken as passed. */
  function sendable(name: string): OrderBook {
    const order = find(name);
    if (!['paid', 'approved', 'queued'].includes(order.stage)) {
      throw new Error(`order "${name}" is ${order.stage}: it cannot be sent`);
    }
    if (order.cancelRequestedAt !== undefined)
      throw new Error(`order "${name}" is being cancelled`);
    order.stage = 'queued';
    return order;
  }

  function linesOf(order: OrderBook, skuId: string): readonly OrderLineBook[] {
    const lines = acceptedLines(order).filter((line) => line.skuId === skuId);
    if (lines.length === 0) throw new Error(`order ${order.id} bought no SKU "${skuId}"`);
    return lines;
  }

  function lineOf(order: OrderBook, skuId: string): OrderLineBook {
    return linesOf(order, skuId)[0] as OrderLineBook;
  }
}
