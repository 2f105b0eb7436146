/** The agent's port over the world's books. Every account and address leads to the same books. */
import type { Agent, AgentOrder, PurchaseDraft } from '../../connectors/agent.ts';
import { Throttled, Unavailable } from '../../connectors/errors.ts';
import type { Fate, ReadKind } from './fates.ts';
import type { Process } from './process.ts';
import { spendCall } from './spend.ts';
import { BUILDING, CALL_TIMEOUT, LISTING_LAG, SECOND } from './times.ts';
import { watchAgentCancel, watchPay, watchPlace } from './watch.ts';
import type { BookOrder, World } from './world.ts';

const detail = (operation: string) => ({ system: 'model', operation });

export function agentPort(world: World, process: Process): Agent {
  // What a process began it ends by the settings it began with, however long it slept.
  const { settings } = world;
  const { clock } = world;
  const port: Agent = {
    name: 'pandapon',
    placeBody: (draft) => draft,
    place(body, window) {
      const draft = body as PurchaseDraft;
      const subject = `${draft.orderSource} ${draft.sellerOrderNumber}`;
      return spendCall(world, process, {
        kind: 'place',
        subject,
        window,
        amountFen: draft.purchaseAmountFen,
        longestDelay: Number.POSITIVE_INFINITY,
        watch: (looks) => watchPlace(world, looks, settings, draft, window),
        effect: (fate) => viewOf(world, book(world, draft, fate), { isAnswer: true }),
      });
    },
    async list(period) {
      const fate = await readFate(world, process, 'list');
      world.settle();
      const beganAt = clock.now();
      if (fate === 'numberless') world.history.add('numberless');
      const rows = world.books
        .filter((each) => each.listedFrom <= clock.at)
        .filter(() => fate !== 'forgets')
        .map((each) => viewOf(world, each, { isNumberless: fate === 'numberless' }))
        .filter(
          (each) =>
            each.createdAt && each.createdAt >= period.from && each.createdAt < period.until,
        )
        .reverse();
      const isShort = fate === 'gap' || fate === 'changing';
      // The newest row is what a gap hurts most.
      const shown = isShort ? rows.slice(1) : rows;
      const listing = {
        orders: shown,
        beganAt,
        from: period.from,
        until: period.until,
        complete: !isShort,
        incompleteReason: isShort ? `the total says ${rows.length}, or another number` : undefined,
        pages: 1,
      };
      world.listings.set(beganAt.getTime(), listing);
      note(world, shown);
      return listing;
    },
    async read(id) {
      const fate = await readFate(world, process, 'agent-read');
      if (fate === 'gone') return undefined;
      world.settle();
      const order = world.books.find((each) => each.id === id);
      const view = order && viewOf(world, order, {});
      if (view) note(world, [view]);
      return view;
    },
    pay({ agentOrderId }, window) {
      const order = find(world, agentOrderId);
      return spendCall<void>(world, process, {
        kind: 'pay',
        subject: agentOrderId,
        window,
        amountFen: order.amountFen,
        longestDelay: Number.POSITIVE_INFINITY,
        watch: (looks) => watchPay(world, looks, order, window),
        effect() {
          order.paidByUs += 1;
          if (order.phase === 'unpaid') order.phase = 'paid';
        },
      });
    },
    cancel({ agentOrderId }, window) {
      const order = find(world, agentOrderId);
      return spendCall<void>(world, process, {
        kind: 'agent-cancel',
        subject: agentOrderId,
        window,
        longestDelay: Number.POSITIVE_INFINITY,
        watch: (looks) => watchAgentCancel(world, looks, order, window),
        effect(fate) {
          if (fate !== 'ignored' && order.phase === 'unpaid') order.phase = 'cancelled';
        },
      });
    },
    async parcels(sub) {
      await readFate(world, process, 'parcels');
      const found = world.books.flatMap((order) =>
        order.lines.flatMap((line, index) => (`${order.id}-${index}` === sub ? [line] : [])),
      );
      return found.flatMap(({ tracking, arrived }) =>
        tracking === undefined
          ? []
          : [
              {
                subPurchaseOrderId: sub,
                trackingNumber: tracking,
                carrier: 'YTO',
                status: arrived ? 'SIGN' : 'TRANSPORT',
                lastTraceAt: undefined,
                lastTrace: undefined,
                delivered: arrived,
              },
            ],
      );
    },
    async updateWarehouse() {},
  };
  return guard(port, process);
}

/** Nothing of a dead process hears an answer. */
export function guard<P extends object>(port: P, process: Process): P {
  return new Proxy(port, {
    get(target, name, receiver) {
      const value: unknown = Reflect.get(target, name, receiver);
      if (
        typeof value !== 'function' ||
        name === 'pull' ||
        name === 'placeBody' ||
        name === 'unarranged'
      )
        return value;
      return (...args: unknown[]) =>
        process.through(async () => (value as (...all: unknown[]) => unknown).apply(target, args));
    },
  });
}

/** Takes the fate of a read, and lets the common ones happen. */
export async function readFate(world: World, process: Process, kind: ReadKind): Promise<Fate> {
  if (!process.isAlive) return process.never();
  const fate = world.takeFate(kind);
  switch (fate) {
    case 'unavailable':
      throw new Unavailable('out of order', detail(kind));
    case 'throttled':
      throw new Throttled('too many calls', {
        ...detail(kind),
        until: new Date(world.clock.at + 20 * SECOND),
      });
    case 'crash':
      await process.kill();
      return process.never();
    case 'hang': {
      const askedAt = world.clock.at;
      await process.sleep();
      // A read is given up after its time-out and its repeats.
      if (world.clock.at > askedAt + CALL_TIMEOUT + 10 * SECOND) {
        throw new Unavailable('no answer in time', detail(kind));
      }
      return fate;
    }
    default:
      return fate;
  }
}

function find(world: World, id: string): BookOrder {
  const order = world.books.find((each) => each.id === id);
  if (!order) throw new Error(`the agent has no order ${id}`);
  return order;
}

function book(world: World, draft: PurchaseDraft, fate: Fate): BookOrder {
  const id = String(world.nextId());
  const isUnseen = fate === 'unseen' || fate === 'unseen-lost';
  const order: BookOrder = {
    id,
    orderNo: `PP${id}`,
    by: 'us',
    source: draft.orderSource,
    number: draft.sellerOrderNumber,
    madeAt: world.clock.at,
    listedFrom: world.clock.at + (isUnseen ? LISTING_LAG - SECOND : 0),
    lines: draft.lines.map((line, index) => ({
      itemId: line.itemId,
      skuId: line.skuId,
      quantity: line.quantity,
      priceFen: line.priceFen,
      errorCode: fate === 'line-refused' && index === 0 ? 'E-STOCK' : undefined,
      closed: false,
      tracking: undefined,
      arrived: false,
    })),
    amountFen: draft.purchaseAmountFen,
    phase: 'unpaid',
    paidByUs: 0,
    adoptedFor: undefined,
    served: undefined,
  };
  world.books.push(order);
  return order;
}

function viewOf(
  world: World,
  order: BookOrder,
  how: { readonly isAnswer?: boolean; readonly isNumberless?: boolean },
): AgentOrder {
  const isBuilding = order.phase === 'unpaid' && world.clock.at < order.madeAt + BUILDING;
  const phase = isBuilding ? 'building' : order.phase;
  return {
    agentOrderId: order.id,
    orderNo: order.orderNo,
    orderSource: how.isNumberless ? undefined : order.source,
    sellerOrderNumber: how.isNumberless ? undefined : order.number,
    // The answer to a placing does not say when.
    createdAt: how.isAnswer ? undefined : new Date(order.madeAt + world.agentSkew),
    amountFen: isBuilding || how.isAnswer ? undefined : order.amountFen,
    status: phase,
    phase,
    lines: order.lines.map((line, index) => ({
      subOrderId: `${order.id}/${index}`,
      subPurchaseOrderId: how.isAnswer ? undefined : `${order.id}-${index}`,
      itemId: line.itemId,
      skuId: line.skuId,
      quantity: line.quantity,
      status: phase,
      phase: line.closed ? 'cancelled' : phase,
      closed: line.closed,
      errorCode: line.errorCode,
      errorMessage: line.errorCode && 'out of stock',
    })),
  };
}

function note(world: World, views: readonly AgentOrder[]) {
  for (const view of views) {
    const order = world.books.find((each) => each.id === view.agentOrderId);
    if (order) order.served = { at: world.clock.at, phase: view.phase };
  }
}
