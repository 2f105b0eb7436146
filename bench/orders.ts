/** What the bench's orders are: every third has two lines, the others one. */
import type { LazadaSandbox } from '../connectors/lazada/sandbox/index.ts';
import type { ShopeeSandbox } from '../connectors/shopee/sandbox/index.ts';
import { LAZADA, SHOPEE } from './settings.ts';

const CUP = 'TB-600126245031041190-5016042822039-1250';
const POT = 'TB-600129202197070073-4860968496626-4800';

export function linesOf(index: number): 1 | 2 {
  return index % 3 === 0 ? 2 : 1;
}

/** Lines of orders 0 to `count` together: each is one call for its logistics. */
export function linesOfAll(count: number): number {
  return Array.from({ length: count }, (_, index) => linesOf(index) as number).reduce(
    (sum, lines) => sum + lines,
    0,
  );
}

export function addLazadaOrder(lazada: LazadaSandbox, index: number, createdAt: number): string {
  const lines = [
    { sku: CUP, name: 'Tea cup', price: '18.90' },
    { sku: POT, name: 'Tea pot', price: '39.00' },
  ].slice(0, linesOf(index));
  const { country, sellerId } = LAZADA;
  return lazada.addOrder({ country, sellerId, lines, createdAt });
}

export function addShopeeOrder(shopee: ShopeeSandbox, index: number, createdAt: number): string {
  const lines = [
    { sku: CUP, name: 'Tea cup', price: 62.5, quantity: 1 },
    { sku: POT, name: 'Tea pot', price: 130, quantity: 1 },
  ].slice(0, linesOf(index));
  return shopee.addOrder({
    shopId: SHOPEE.shopId,
    lines,
    createdAt: Math.floor(createdAt / 1_000),
  });
}
