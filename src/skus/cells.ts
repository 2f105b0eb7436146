/** A SKU link as the cells of a CSV row. */
import type { SkuLink } from '../../mappings/sku-links.ts';

/** The columns an export has. */
export const EXPORT_COLUMNS = ['sku', 'itemId', 'skuId', 'quantity', 'price', 'store'] as const;

/** Fen as a price in yuan with two decimals. */
export function yuanOf(fen: number): string {
  return `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`;
}

/** @param guard what is done to texts that a spreadsheet would not leave as they are */
export function exportCells(link: SkuLink, guard: (text: string) => string): string[] {
  const price = link.priceFen === undefined ? '' : yuanOf(link.priceFen);
  const texts = [link.sku, link.itemId, link.skuId].map(guard);
  return [...texts, String(link.quantity), price, link.store ?? ''];
}
