/**
 * An order's way through the stages. Nothing runs in the background: whoever looks first calls
 * `advance`, which walks through every step that fell due since, each with the date it was due. A
 * step once taken stays taken, also when timings or the clock are changed later.
 * @module
 */
import { acceptedLines, type OrderBook, type OrderLineBook, type World } from './world.ts';

interface Step {
  readonly at: number;
  readonly take: (at: number) => void;
}

/** Takes every step that is due. */
export function advance(world: World, order: OrderBook): void {
  const now = world.now();
  for (let step = nextStep(world, order); step && step.at <= now; step = nextStep(world, order)) {
    step.take(step.at);
    world.changed(order, 'status');
  }
  for (const line of order.lines) showTracking(world, line, now);
}

/** When the order's next step is due (ms of the sandbox's clock); undefined when it waits for somebody. */
export function nextDue(world: World, order: OrderBook): number | undefined {
  return nextStep(world, order)?.at;
}

/** Advances all orders, so that a change of timings touches only what is still to come. */
export function advanceAll(world: World): void {
  for (const order of world.orders.values()) advance(world, order);
}

/** Moves the order to a stage now and tells of it. */
export function moveTo(
  world: World,
  order: OrderBook,
  stage: OrderBook['stage'],
  at: number,
): void {
  order.stage = stage;
  order.since = at;
  world.changed(order, 'status');
}

/** The supplier hands one line over; the order is sent with its last accepted line. */
export function sendLine(order: OrderBook, line: OrderLineBook, at: number): void {
  line.sentAt ??= at;
  if (acceptedLines(order).every((each) => each.sentAt !== undefined)) {
    order.stage = 'sent';
    order.since = at;
  }
}

/** Closes the order; a paid one gets its money back. */
export function close(order: OrderBook, reason: string, at: number): void {
  order.stage = 'closed';
  order.since = at;
  order.closeReason = reason;
  if (order.payTime === undefined) return;
  for (const line of acceptedLines(order)) line.refundStatus = 100;
}

function nextStep(world: World, order: OrderBook): Step | undefined {
  const own = stageStep(world, order);
  if (order.cancelRequestedAt === undefined || order.stage === 'closed') return own;
  const at = Math.max(order.cancelRequestedAt + world.timings.cancelMs, order.createdAt);
  // A supplier who has been told of the cancellation does not send any more.
  if (own && own.at < at && order.stage !== 'queued') return own;
  return { at, take: (when) => close(order, '买家取消', when) };
}

function stageStep(world: World, order: OrderBook): Step | undefined {
  const { buildMs, financeMs, sendMs } = world.timings;
  switch (order.stage) {
    case 'building':
      return { at: order.createdAt + buildMs, take: (at) => finishBuilding(world, order, at) };
    case 'paid':
      return {
        at: order.since + financeMs,
        take: (at) => enter(order, world.switches.refusePayments ? 'refused' : 'approved', at),
      };
    case 'approved':
      return { at: order.since + financeMs, take: (at) => enter(order, 'queued', at) };
    case 'queued':
      if (!world.switches.autoSend) return undefined;
      return {
        at: order.since + sendMs,
        take: (at) => {
          for (const line of acceptedLines(order)) sendLine(order, line, at);
        },
      };
    default:
      return undefined;
  }
}

/** Prices become final when the order is built: what was asked, raised by the switch, plus freight. */
function finishBuilding(world: World, order: OrderBook, at: number): void {
  const lines = acceptedLines(order);
  // Assumed: an order of which every line was refused closes by itself.
  if (lines.length === 0) {
    close(order, '没有可采购的商品', at);
    return;
  }
  for (const line of lines) line.priceFen += world.raisedPrices.get(line.skuId) ?? 0;
  const [first] = lines;
  if (first) first.postFeeFen = world.switches.domesticPostFee;
  enter(order, 'unpaid', at);
}

function enter(order: OrderBook, stage: OrderBook['stage'], at: number): void {
  order.stage = stage;
  order.since = at;
}

function showTracking(world: World, line: OrderLineBook, now: number): void {
  // A parcel that was added by hand is the tracking number; no second one is made up.
  if (line.sentAt === undefined || line.parcels.length > 0) return;
  const at = line.sentAt + world.timings.trackingMs;
  if (at <= now) addParcel(world, line, { at });
}

/** Puts a parcel on a line, with the two traces a parcel begins with. */
export function addParcel(
  world: World,
  line: OrderLineBook,
  parcel: {
    readonly at: number;
    readonly mailNo?: string;
    readonly company?: string;
    readonly quantity?: number;
  },
): string {
  const mailNo = parcel.mailNo ?? world.ids.mailNo();
  line.parcels.push({
    mailNo,
    company: parcel.company ?? '中通快递',
    quantity: parcel.quantity ?? line.quantity,
    traces: [
      trace(parcel.at, 'TRANSPORT', '运输中', 'TMS_STATION_IN', '【北京市】 快件已到达 北京'),
      trace(parcel.at, 'TRANSPORT', '运输中', 'TMS_STATION_OUT', '【北京市】 快件已发往 广州中心'),
    ],
  });
  return mailNo;
}

function trace(atMs: number, status: string, statusDesc: string, action: string, text: string) {
  return { atMs, status, statusDesc, action, text };
}
