/**
 * Pay: sent only when the agent's own books say that the whole purchase waits for payment, and only
 * within the account's cap for the day. There is no second automatic payment.
 * @module
 */
import type { AgentOrder } from '../../connectors/agent.ts';
import type { SalesOrder } from '../../connectors/marketplace.ts';
import { priceWithinDrift } from '../../mappings/budget.ts';
import { type Answer, done, hold, later } from '../answer.ts';
import { addMs } from '../clock.ts';
import { agentDigest } from '../database/agent-orders.ts';
import type { DraftKept } from '../database/schema.ts';
import { spend } from '../intent.ts';
import { askedAgain, RULES } from '../intent-rule.ts';
import { sameGoods } from '../match.ts';
import { isInForce, pausedWhy, type Service, storeOf } from '../service.ts';
import type { PurchaseRow, Snapshot } from '../snapshot.ts';
import { movePurchase } from '../transition.ts';
import { amountOf, overCap, release, reserve } from './cap.ts';
import { readPurchase } from './follow.ts';
import { lookAgain } from './look.ts';
import { wantedStill } from './wanted.ts';

export async function pay(service: Service, snapshot: Snapshot): Promise<Answer> {
  const { purchase, order } = snapshot;
  if (!purchase?.agent_order_id || !purchase.order_no) return later(undefined, 'nothing is placed');
  const store = storeOf(service, order.store);
  const { pay: paying } = store.settings.purchase;
  if (purchase.agent_status === null)
    return later(undefined, 'the agent has not shown the purchase yet');
  if (!paying.auto) {
    return hold('payment-due', `pay order ${purchase.order_no} in the agent's console`);
  }
  if (store.settings.paused) return later(undefined, pausedWhy(store.name));

  const refused = refusedLast(snapshot);
  if (refused) return refused;

  if (purchase.agent_fen === null || Number(purchase.agent_fen) === 0) {
    return later(undefined, 'the agent is still building the purchase');
  }
  const agentOrder = await readPurchase(service, purchase);
  if (!agentOrder)
    return later(
      addMs(service.clock.now(), service.settings.timings.payPoll),
      'the agent does not show it',
    );
  // Something new there (paid by hand, cancelled, a new amount): it is applied first.
  if (agentDigest(agentOrder) !== purchase.agent_digest) return done;
  const notYet = unpayable(agentOrder, purchase, store.settings.budget.drift);
  if (notYet) return notYet;
  const look = await lookAgain(service, snapshot, 'pay');
  if (look.outcome === 'reused')
    return hold('number-reused', 'the marketplace gave this id to another order');
  const unwanted = wantedStill(snapshot, look.order) ?? notToBuy(snapshot, look.order);
  if (unwanted) return unwanted;

  const amountFen = agentOrder.amountFen ?? 0;
  const amount = amountOf(service, store, purchase, amountFen);
  const target = { agentOrderId: purchase.agent_order_id, orderNo: purchase.order_no };
  // Together and at the last moment: the attempt holds the address that the call goes to.
  const account = service.settings.accounts.get(`${purchase.agent}/${purchase.account}`);
  if (!account)
    throw new Error(`ponbridge.yaml has no accounts.${purchase.agent}.${purchase.account}`);
  const agent = service.connections.agent({ agent: purchase.agent, account: purchase.account });
  return spend<void>(service, {
    rule: RULES.pay,
    salesOrderId: order.id,
    purchaseId: purchase.id,
    system: purchase.agent,
    credentials: purchase.account,
    address: account.address,
    generation: account.generation,
    payload: target,
    amountFen,
    begin: async (tx) => {
      if (!isInForce(service, store)) return { stop: done };
      if (!(await reserve(tx, purchase, amount))) return { stop: overCap('paying', amount) };
      await movePurchase(tx, purchase, ['placed'], 'paying', {
        now: service.clock.now(),
        actor: 'pay',
        event: 'purchase-paying',
        detail: { amountFen },
      });
      return {};
    },
    call: (_payload, window) => agent.pay(target, window),
    succeed: (tx) =>
      movePurchase(tx, purchase, ['paying'], 'paid', {
        now: service.clock.now(),
        actor: 'pay',
        event: 'purchase-paid',
        detail: { amountFen },
        set: { paid_at: service.clock.now() },
      }),
    undo: async (tx) => {
      await release(tx, purchase, amount.day, amountFen);
      await movePurchase(tx, purchase, ['paying'], 'placed', {
        now: service.clock.now(),
        actor: 'pay',
        event: 'payment-taken-back',
      });
    },
    refused: (error) => hold('payment-refused', `${error.code ?? ''} ${error.message}`.trim()),
  });
}

/** What was refused is not paid again by itself, whatever wakes the order; `ponbridge retry` does. */
function refusedLast({ attempts, order }: Snapshot): Answer | undefined {
  const last = attempts.findLast((attempt) => attempt.kind === 'pay');
  if (last?.outcome !== 'refused' || !last.closed_at) return undefined;
  if (askedAgain(order, last.closed_at)) return undefined;
  return hold('payment-refused', `${last.error_code ?? ''} ${last.error ?? ''}`.trim());
}

/** What may not be bought any more, because somebody else ships it or it is not to be shipped, is not paid. */
function notToBuy(snapshot: Snapshot, order: SalesOrder): Answer | undefined {
  const code = 'changed-after-purchase';
  if (order.notOurs !== undefined) return hold(code, `not paid: ${order.notOurs}`);
  const bought = new Set(
    snapshot.lines.flatMap((line) => (snapshot.bought.has(line.id) ? [line.line_id] : [])),
  );
  const line = order.lines.find((each) => bought.has(each.lineId) && each.phase !== 'buyable');
  return line && hold(code, `not paid: line ${line.lineId} is ${line.status} at the marketplace`);
}

/** Status 0, no line being built, every line accepted, an amount above 0 and within the drift. */
function unpayable(order: AgentOrder, purchase: PurchaseRow, drift: number): Answer | undefined {
  if (order.phase !== 'unpaid') return later(undefined, `the agent shows it as ${order.phase}`);
  if (order.lines.some((line) => line.phase === 'building'))
    return later(undefined, 'a line is still being built');
  const refused = order.lines.find((line) => line.errorCode !== undefined || line.closed);
  if (refused)
    return hold('line-refused', `SKU ${refused.skuId ?? '?'}: ${refused.errorCode ?? 'closed'}`);
  // Where the agent names every line, what is paid must be what was bought.
  if (
    order.lines.every((line) => line.skuId !== undefined) &&
    !sameGoods(order, purchase.draft as DraftKept)
  ) {
    return hold('lines-differ', `order ${order.orderNo} does not hold what was bought`);
  }
  if (!order.amountFen) return later(undefined, 'the agent states no amount yet');
  if (!priceWithinDrift(Number(purchase.planned_fen), order.amountFen, drift)) {
    return hold(
      'price-raised',
      `planned ${purchase.planned_fen} fen, the agent asks ${order.amountFen} fen`,
    );
  }
  return undefined;
}
