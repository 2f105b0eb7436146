/** Plays the scenarios: puts the orders in, tells what happens, acts when it is time, and judges the end. */
import type { Core } from '../main.ts';
import { type OrderSummary, summariseOrders } from '../report/orders.ts';
import { sentence } from '../report/sentences.ts';
import { importLinks } from '../skus/import.ts';
import { type Act, LATE_SKU, type Scenario, scenarios } from './scenarios.ts';
import type { Row } from './table.ts';
import type { World } from './world.ts';

/** An order that has not come to its end by then never will. */
const MOST_MS = 120_000;
const LOOK_EVERY_MS = 250;

interface Played {
  readonly scenario: Scenario;
  readonly order: string;
  readonly acted: Set<Act>;
  delivered: boolean;
}

export async function playDemo(
  core: Core,
  world: World,
  say: (line: string) => void,
): Promise<Row[]> {
  const played: Played[] = [];
  for (const scenario of scenarios) {
    scenario.before?.(world, '');
    const order = scenario.order(world);
    played.push({ scenario, order, acted: new Set(), delivered: false });
    say(`  new   ${scenario.store}  ${order}  ${scenario.shows}`);
  }
  say('');
  const teller = await startTelling(core, say);
  const deadline = Date.now() + MOST_MS;
  let linked = false;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
    await teller.tell();
    const summaries = new Map(
      (await summariseOrders(core.db)).map((row) => [row.orderNumber, row]),
    );
    for (const each of played) act(each, summaries.get(each.order), world, say);
    if (!linked && isHeldFor(summaries, played, 'sku-unmapped')) {
      linked = true;
      say(`  you   import a SKU link for ${LATE_SKU}`);
      await importLinks(
        core,
        `sku,itemId,skuId,quantity,price\n${LATE_SKU},600999000333,5016000000999,1,14.20\n`,
      );
    }
    const rows = played.map((each) => judge(each, summaries.get(each.order), world));
    if (rows.every((row) => row.problem === undefined) || Date.now() > deadline) {
      await teller.tell();
      return rows;
    }
  }
}

/** Each act happens once, when its order shows the state it waits for. */
function act(
  each: Played,
  summary: OrderSummary | undefined,
  world: World,
  say: (line: string) => void,
) {
  for (const action of each.scenario.acts ?? []) {
    if (each.acted.has(action) || summary?.state !== action.when) continue;
    each.acted.add(action);
    say(`  world ${each.scenario.store}  ${each.order}  ${action.does}`);
    action.run(world, each.order);
  }
}

function isHeldFor(
  summaries: ReadonlyMap<string, OrderSummary>,
  played: readonly Played[],
  code: string,
): boolean {
  return played.some((each) => summaries.get(each.order)?.holds.includes(code));
}

/** The order's line of the table, with what is not as expected. */
function judge(each: Played, summary: OrderSummary | undefined, world: World): Row {
  const { expect, shows, store } = each.scenario;
  const bought = summary ? boughtAtAgent(world, summary) : 0;
  const problems: string[] = [];
  if (summary?.state !== expect.state)
    problems.push(`state ${summary?.state ?? 'unknown'} instead of ${expect.state}`);
  if (bought !== expect.bought) problems.push(`bought ${bought} times instead of ${expect.bought}`);
  if (expect.numberBy && summary?.numberBy !== expect.numberBy) {
    problems.push(
      `number assigned by ${summary?.numberBy ?? 'nobody'} instead of ${expect.numberBy}`,
    );
  }
  if (expect.numberBy && !summary?.trackingNumber) problems.push('no tracking number');
  if (expect.hold && !summary?.holds.includes(expect.hold))
    problems.push(`not held for ${expect.hold}`);
  return {
    order: each.order,
    store,
    shows,
    orderSource: summary?.orderSource ?? null,
    sellerOrderNumber: summary?.sellerOrderNumber ?? null,
    agentOrder: summary?.agentOrderNo ?? null,
    state: summary?.state ?? 'pulled',
    trackingNumber: summary?.trackingNumber ?? null,
    numberBy: summary?.numberBy ?? null,
    hold: summary?.holds.join(', ') || null,
    boughtAtAgent: bought,
    ...(problems.length > 0 ? { problem: problems.join('; ') } : {}),
  };
}

/** Counted in the agent's own books, not in ours. */
function boughtAtAgent(world: World, summary: OrderSummary): number {
  const source = summary.store === 'tea-sg' ? 'lazada' : 'shopee';
  return world.pandapon.purchasesBySellerOrder()[`${source}/${summary.orderNumber}`] ?? 0;
}

/** Tells each new event in a sentence. */
async function startTelling(core: Core, say: (line: string) => void) {
  let last = '0';
  return {
    async tell() {
      const rows = await core.db
        .selectFrom('event')
        .innerJoin('sales_order', 'sales_order.id', 'event.sales_order_id')
        .select([
          'event.id',
          'event.kind',
          'event.detail',
          'sales_order.order_number',
          'sales_order.store',
        ])
        .where('event.id', '>', last)
        .orderBy('event.id')
        .execute();
      for (const row of rows) {
        last = row.id;
        const text = sentence(row.kind, row.detail as Record<string, unknown>);
        if (text !== undefined) say(`        ${row.store}  ${row.order_number}  ${text}`);
      }
    },
  };
}
