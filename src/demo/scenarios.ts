/**
 * The demo's orders: what each shows, how it comes into the world, and how it must end. `acts` are what
 * the buyer, the courier or the seller does once the order has come to a state.
 * @module
 */
import type { ShownState } from '../state.ts';
import { LAZADA, SHOPEE } from './settings.ts';
import type { World } from './world.ts';

export interface Scenario {
  readonly shows: string;
  readonly store: 'tea-sg' | 'tea-my';
  /** Puts the order into its marketplace; returns its number. */
  readonly order: (world: World) => string;
  readonly expect: {
    readonly state: ShownState;
    /** Orders in the agent's own books. */
    readonly bought: 0 | 1;
    /** Who assigned the number told to the buyer. */
    readonly numberBy?: 'marketplace' | 'seller';
    readonly hold?: string;
  };
  /** What somebody outside does once the order shows a state; each happens once. */
  readonly acts?: readonly Act[];
  /** The number the agent knows it by is hit by a fault before the order exists. */
  readonly before?: (world: World, order: string) => void;
}

export interface Act {
  readonly when: ShownState;
  readonly does: string;
  readonly run: (world: World, order: string) => void;
}

/** The SKU that nobody mapped until the demo adds its link. */
export const LATE_SKU = 'MYSTERY-MUG';

const DONE = { state: 'done', bought: 1 } as const;

function lazada(lines: Parameters<World['lazada']['addOrder']>[0]['lines'], more: object = {}) {
  return (world: World) =>
    world.lazada.addOrder({ country: 'sg', sellerId: LAZADA.sellerId, lines, ...more });
}

function shopee(lines: Parameters<World['shopee']['addOrder']>[0]['lines'], more: object = {}) {
  return (world: World) => world.shopee.addOrder({ shopId: SHOPEE.shopId, lines, ...more });
}

const cup = { sku: 'TB-600126245031041190-5016042822039-1250', name: 'Tea cup', price: '18.90' };
const pot = { sku: 'TB-600129202197070073-4860968496626-4800', name: 'Tea pot', price: '39.00' };

const shipLazada = {
  when: 'shipped',
  does: 'the courier picks it up and delivers it',
  run: (world: World, order: string) => {
    world.lazada.shipOut(order);
    world.lazada.deliver(order);
  },
} as const;

const shipShopee = {
  when: 'shipped',
  does: 'the courier picks it up and delivers it',
  run: (world: World, order: string) => {
    world.shopee.pickUp(order);
    world.shopee.deliver(order);
    world.shopee.complete(order);
  },
} as const;

const deliverShopee = {
  when: 'shipped',
  does: "the seller's courier delivers it",
  run: (world: World, order: string) => {
    world.shopee.deliver(order);
    world.shopee.complete(order);
  },
} as const;

export const scenarios: readonly Scenario[] = [
  {
    shows: 'three units of one SKU, packed and ready to ship at Lazada',
    store: 'tea-sg',
    order: lazada([{ ...cup, quantity: 3 }]),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipLazada],
  },
  {
    shows: 'a bundle: one SKU bought as two source SKUs',
    store: 'tea-sg',
    order: lazada([{ sku: 'SET-TEA', name: 'Tea set', price: '29.90' }]),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipLazada],
  },
  {
    shows: 'a SKU pattern, and a gift that is skipped',
    store: 'tea-sg',
    order: lazada([pot, { sku: 'GIFT-CARD', name: 'Card', price: '0.00' }]),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipLazada],
  },
  {
    shows: 'SKU links from CSV',
    store: 'tea-sg',
    order: lazada([
      { sku: 'MUG-RED', name: 'Mug, red', price: '15.00' },
      { sku: 'MUG-BLUE', name: 'Mug, blue', price: '15.00', quantity: 2 },
    ]),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipLazada],
  },
  {
    shows: 'an unmapped SKU: held, and released when its link is added',
    store: 'tea-sg',
    order: lazada([{ sku: LATE_SKU, name: 'Mystery mug', price: '22.00' }]),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipLazada],
  },
  {
    shows: 'over budget: held, never bought by itself',
    store: 'tea-sg',
    order: lazada([
      { sku: 'TB-600777000111-5016000000777-39900', name: 'Tea table', price: '129.00' },
    ]),
    expect: { state: 'held', bought: 0, hold: 'over-budget' },
  },
  {
    shows: 'cancelled by the buyer during the delay: never bought',
    store: 'tea-sg',
    order: lazada([cup]),
    expect: { state: 'cancelled', bought: 0 },
    acts: [
      {
        when: 'waiting',
        does: 'the buyer cancels',
        run: (world, order) => world.lazada.buyerCancels(order),
      },
    ],
  },
  {
    shows: 'digital goods: ignored',
    store: 'tea-sg',
    order: lazada([{ sku: 'E-VOUCHER', name: 'Voucher', price: '10.00', isDigital: true }]),
    expect: { state: 'ignored', bought: 0 },
  },
  {
    shows: 'fulfilled by Lazada: ignored',
    store: 'tea-sg',
    order: lazada([{ ...cup, isFbl: true }]),
    expect: { state: 'ignored', bought: 0 },
  },
  {
    shows: 'delivered by the seller at Lazada, with the own number told',
    store: 'tea-sg',
    order: lazada([{ ...pot, deliveryOptionSof: true }]),
    expect: { ...DONE, numberBy: 'seller' },
    acts: [shipLazada],
  },
  {
    shows: 'unpaid at first: bought once the buyer has paid',
    store: 'tea-sg',
    order: lazada([cup], { status: 'unpaid' }),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [
      { when: 'pulled', does: 'the buyer pays', run: (world, order) => world.lazada.pay(order) },
      shipLazada,
    ],
  },
  {
    shows: 'dropped off at Shopee, several units',
    store: 'tea-my',
    order: shopee([{ ...cup, price: 62.5, quantity: 2 }], { channel: 'dropoff' }),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipShopee],
  },
  {
    shows: 'picked up by Shopee, two lines',
    store: 'tea-my',
    order: shopee(
      [
        { ...cup, price: 62.5, quantity: 1 },
        { sku: 'MUG-RED', price: 55, quantity: 1 },
      ],
      {
        channel: 'pickup',
      },
    ),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipShopee],
  },
  {
    shows: 'a courier of the seller at Shopee, with the own number told',
    store: 'tea-my',
    order: shopee([{ sku: 'SET-TEA', price: 99.9, quantity: 1 }], { channel: 'non_integrated' }),
    expect: { ...DONE, numberBy: 'seller' },
    acts: [deliverShopee],
  },
  {
    shows: 'the answer to the purchase is lost: adopted from the books, bought once',
    store: 'tea-my',
    order: shopee([{ ...pot, price: 130, quantity: 1 }], { orderSn: '261121LOSTANSW' }),
    before: (world) =>
      world.pandapon.shell.addFault({
        operation: 'createOrder',
        order: '261121LOSTANSW',
        fault: { kind: 'lose-answer' },
      }),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipShopee],
  },
  {
    shows: 'callbacks that come twice and late',
    store: 'tea-my',
    order: shopee([{ ...cup, price: 62.5, quantity: 1 }]),
    before: (world) =>
      world.pandapon.setCallbackBehaviour({ copies: 2, delayMs: 700, shuffle: true }),
    expect: { ...DONE, numberBy: 'marketplace' },
    acts: [shipShopee],
  },
  {
    shows: 'fulfilled by Shopee: ignored',
    store: 'tea-my',
    order: shopee([{ ...cup, price: 62.5, quantity: 1 }], { fulfilledByShopee: true }),
    expect: { state: 'ignored', bought: 0 },
  },
];
