/** What an import or a removal changes, in sentences. */
import { shorten } from '../../mappings/sku-links.ts';
import type { Changes, Difference, LinkFigures } from '../database/sku-diff.ts';
import { yuanOf } from './cells.ts';
import type { Imported } from './import.ts';

/** From this share of long ids on, their zeros at the end are no chance: of 18 digits one in 1,000 has them. */
const SUSPICIOUS_SHARE = 0.05;

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

/** How a file compares with the links there are; the same words before and after they are changed. */
export function importSummary({ changes, changed, jumps, wrong, skipped }: Imported): string[] {
  const { skus, newSkus, changedSkus, added, altered, removed } = changes;
  const lines = [
    `${counted(changes.rows, 'row')} right, ${counted(wrong, 'row')} wrong${skipped > 0 ? `, ${skipped} not accepted` : ''}.`,
    `  SKUs new        ${newSkus}`,
    `  SKUs changed    ${changedSkus}`,
    `  SKUs unchanged  ${skus - newSkus - changedSkus}`,
    `  links           ${added} added, ${altered} changed, ${removed} removed`,
  ];
  if (changed.length > 0) lines.push('Changed, for example:', ...changed.map(differenceText));
  if (changes.jumps > 0) {
    lines.push(
      `Look at the prices: ${changes.jumps === 1 ? '1 changes' : `${changes.jumps} change`} by more than 50 %, for example:`,
      ...jumps.map(differenceText),
    );
  }
  const rounded = roundedText(changes);
  return rounded === undefined ? lines : [...lines, rounded];
}

function roundedText({ longIds, roundedIds }: Changes): string | undefined {
  if (roundedIds === 0 || roundedIds < longIds * SUSPICIOUS_SHARE) return undefined;
  return `Look at the ids: ${roundedIds} of ${longIds} with 17 digits and more end in zeros, as if a spreadsheet had rounded them. Compare them with their source.`;
}

/** `  MUG (store tea-sg), 600.../501...: price 11.80 -> 12.50` */
export function differenceText({ store, sku, itemId, skuId, old, now }: Difference): string {
  const whose = store === '' ? '' : ` (store ${store})`;
  const place = `  ${shorten(sku)}${whose}, ${itemId}/${skuId}`;
  if (!old) return `${place}: added${now ? `, ${figures(now)}` : ''}`;
  if (!now) return `${place}: removed, was ${figures(old)}`;
  const parts = [
    ...(old.quantity === now.quantity ? [] : [`quantity ${old.quantity} -> ${now.quantity}`]),
    ...(old.priceFen === now.priceFen ? [] : [`price ${price(old)} -> ${price(now)}`]),
  ];
  return `${place}: ${parts.join(', ')}`;
}

function figures(link: LinkFigures): string {
  return `quantity ${link.quantity}, price ${price(link)}`;
}

function price({ priceFen }: LinkFigures): string {
  return priceFen === undefined ? 'none' : yuanOf(priceFen);
}

/** After a change of links; undefined when no order waited for one. */
export function releasedText(released: number): string {
  if (released === 0) return '';
  const orders = released === 1 ? '1 order that has' : `${released} orders that have`;
  return ` ${orders} one of these SKUs and was not bought yet is planned anew.`;
}
