/**
 * A plan as text for `ponbridge plan <store> <order>`: which rule made which part, what it costs, and
 * what stands in the way. No colours; holds the receiver's address, so it is for the terminal only.
 * @module
 */
import Big from 'big.js';
import { cny, percent } from './budget.ts';
import type { Findings } from './findings.ts';
import { MAPPING_HOLDS, type MappingHold } from './holds.ts';
import type { ExplainedLine, SourceLine } from './lines.ts';
import type { Plan } from './plan.ts';
import type { ExplainedReceiver } from './receiver.ts';

/** @param payload the agent's request body (`placeBody`), shown when there is one */
export function explainPlan(plan: Plan, payload?: unknown): string {
  const { storeName, orderId, orderNumber } = plan.subject;
  const id = orderId === orderNumber ? '' : ` (id ${orderId})`;
  const blocks = [`Order ${orderNumber}${id} of store ${storeName}: ${verdict(plan)}`];
  if (plan.kind !== 'nothing') blocks.push(...findingBlocks(plan));
  if (plan.skipped.length > 0) {
    const rows = plan.skipped.map(({ lineId, reason }) => `line ${lineId}: ${reason}`);
    blocks.push(block('Not bought', rows));
  }
  if (plan.kind === 'held') blocks.push(holdBlock('Holds', plan.holds));
  if (plan.kind === 'wait' && plan.holds.length > 0) {
    blocks.push(holdBlock('Holds, if it were bought now', plan.holds));
  }
  if (payload !== undefined) {
    blocks.push(`Request body\n${JSON.stringify(payload, null, 2)}`);
  }
  return `${blocks.join('\n\n')}\n`;
}

function verdict(plan: Plan): string {
  switch (plan.kind) {
    case 'purchase':
      return 'to be bought';
    case 'held':
      return 'held';
    case 'wait':
      return `waits, ${plan.reason}`;
    case 'nothing':
      return `nothing to buy, ${plan.reason}`;
  }
}

function findingBlocks(found: Findings): string[] {
  const blocks = [];
  if (found.lines.length > 0) blocks.push(block('Lines', found.lines.flatMap(lineRows)));
  if (found.bought.length > 0) {
    const rows = found.bought.map(({ itemId, skuId, quantity, priceFen }, index) => {
      const lines = found.allocations
        .filter(({ draftLine }) => draftLine === index)
        .map((share) => `${share.quantity} for line ${share.lineId}`);
      return `${quantity} x itemId ${itemId}, skuId ${skuId} at ${amount(priceFen)} (${lines.join(', ')})`;
    });
    blocks.push(block('Purchase', rows));
  }
  blocks.push(block(`Receiver: ${found.receiver.kind}`, receiverRows(found.receiver)));
  const { costFen, saleFen, marginShare } = found;
  blocks.push(
    block('Amounts', [
      `cost    ${amount(costFen)}`,
      `sale    ${amount(saleFen)}`,
      `margin  ${marginShare === undefined ? 'not known' : `${percent(new Big(marginShare))} of the sale`}`,
      `order source "${found.orderSource}", number "${found.sellerOrderNumber}"`,
    ]),
  );
  return blocks;
}

function lineRows(line: ExplainedLine): string[] {
  const { lineId, units, sku, name, rule, evidence, sources } = line;
  return [
    `line ${lineId}: ${units} x ${sku === undefined ? 'no SKU' : `"${sku}"`}, ${name}`,
    ...(rule
      ? [`  by rule ${rule.index + 1}, ${rule.text}: ${evidence}`]
      : [`  by no rule: ${evidence}`]),
    ...sources.map((source) => `  buys ${sourceText(source, units)}`),
  ];
}

function sourceText(source: SourceLine, units: number): string {
  const { itemId, skuId, perUnit, quantity, priceFen, priceFrom } = source;
  const where = {
    link: 'from the SKU link',
    pattern: 'from the SKU',
    fixed: 'fixed in the rule',
    unknown: 'the rule gives none',
  };
  return `${quantity} (${units} x ${perUnit}) of itemId ${itemId}, skuId ${skuId}; price ${amount(priceFen)}, ${where[priceFrom]}`;
}

function receiverRows({ receiver, fields }: ExplainedReceiver): string[] {
  return fields
    .filter(({ from }) => from !== 'none')
    .map(({ field, from, template }) => {
      const source = {
        template: `template "${template}"`,
        setting: 'from the settings',
        buyer: 'from the order',
        none: '',
      };
      return `${field.padEnd(11)} ${receiver[field]}  (${source[from]})`;
    });
}

/** Three Lazada rows of one SKU give three equal holds: said once, with all their lines. */
function holdBlock(title: string, holds: readonly MappingHold[]): string {
  const groups = Map.groupBy(holds, ({ code, sku, detail }) =>
    JSON.stringify([code, sku === undefined ? detail : `${sku} ${detail}`]),
  );
  const rows = [...groups.values()].flatMap((group) => {
    const [hold] = group;
    if (!hold) return [];
    const lines = group.flatMap(({ lineId }) => lineId ?? []);
    const which =
      lines.length > 0 ? ` [${lines.length === 1 ? 'line' : 'lines'} ${lines.join(', ')}]` : '';
    const { title: what, remedy } = MAPPING_HOLDS[hold.code];
    return [`${hold.code}${which}: ${what}.`, `  ${hold.detail}`, `  What to do: ${remedy}`];
  });
  return block(title, rows);
}

function block(title: string, rows: readonly string[]): string {
  return [title, ...rows.map((row) => `  ${row}`)].join('\n');
}

function amount(fen: number | undefined): string {
  return fen === undefined ? 'not known' : cny(new Big(fen));
}
