/** Lazada for the battery: its module against its simulator. */
import { onTestFinished } from 'vitest';
import { type LazadaApp, lazada } from '../../connectors/lazada/index.ts';
import {
  type LazadaSandbox,
  type NewLine,
  startLazadaSandbox,
} from '../../connectors/lazada/sandbox/index.ts';
import type { MarketplaceModule, NextStep } from '../../connectors/marketplace.ts';
import {
  type Door,
  type MarketplaceFixture,
  type MarketplaceTraits,
  type OrderKind,
  type OrderWish,
  openGrant,
} from './marketplace-fixture.ts';

const APP = { appKey: '100132', appSecret: 'contract-secret' };
const SELLER = '1000114855';

export const lazadaTraits: MarketplaceTraits = {
  steps: ['pack', 'ready-to-ship'],
  ownNumberSteps: ['pack', 'ready-to-ship', 'tell-number'],
  nobodys: [
    ['digital', 'digital'],
    ['by-marketplace', 'marketplace'],
  ],
  listsTimes: true,
  signsCallbackUrl: false,
  decidesCancellations: false,
  hidesOrders: false,
  longId: undefined,
  unknownOrder: '711433000000001',
  unknownStatus: 'held_by_customs',
};

const OPERATIONS: Readonly<Record<Exclude<Door, 'arrange'>, string>> = {
  list: '/orders/get',
  read: '/orders/items/get',
  cancel: '/order/reverse/cancel/create',
  refresh: '/auth/token/refresh',
  pack: '/order/fulfill/pack',
  'ready-to-ship': '/order/package/rts',
  'tell-number': '/order/package/sof/status/update',
};

function operationOf(door: Door): string {
  if (door === 'arrange') throw new Error('Lazada has no such step');
  return OPERATIONS[door];
}

export interface LazadaFixture extends MarketplaceFixture {
  readonly sandbox: LazadaSandbox;
}

export interface LazadaWish {
  readonly crossBorder?: boolean;
  /** The provider that a cross-border store names. */
  readonly shipmentProvider?: string;
}

export async function startLazada(wish: LazadaWish = {}): Promise<LazadaFixture> {
  const sandbox = await startLazadaSandbox();
  onTestFinished(() => sandbox.stop());
  sandbox.addApp(APP);
  const { crossBorder = false } = wish;
  sandbox.addSeller({ country: 'sg', sellerId: SELLER, sofStatusUpdate: true, crossBorder });
  const app: LazadaApp = { ...APP, addresses: { all: sandbox.authBase } };
  const address = { country: 'sg', sellerId: SELLER };
  const subject = { sellerId: SELLER };
  const options = lazada.optionsSchema.parse({ sofStatusUpdate: true, ...wish });
  const newCode = () => sandbox.issueCode({ appKey: APP.appKey, sellerIds: [SELLER] });
  const authoriser = lazada.authoriser(app);
  const { grant, source } = await openGrant(authoriser, newCode(), subject);
  const bookOf = (order: string) => {
    const found = sandbox.books().orders.find(({ orderId }) => orderId === order);
    if (!found) throw new Error(`no order ${order} in the books`);
    return found;
  };
  const packagesOf = (order: string) =>
    sandbox.books().packages.filter(({ orderId }) => orderId === order);

  return {
    sandbox,
    module: lazada as unknown as MarketplaceModule,
    app: ({ secret } = {}) => ({ ...app, ...(secret && { appSecret: secret }) }),
    address,
    subject,
    authoriser,
    grant,
    connect: (surroundings) => lazada.connect(app, address, options, source, surroundings),
    newCode,
    expireAccessToken: () => sandbox.expireAccessToken(grant.tokens.accessToken),
    expireRefreshToken: () => sandbox.expireRefreshToken(grant.tokens.refreshToken),

    putOrder: (wish = {}) =>
      sandbox.addOrder({
        country: 'sg',
        sellerId: SELLER,
        lines: linesOf(wish),
        ...(wish.kind === 'unpaid' && { status: 'unpaid' }),
        ...(wish.at && { createdAt: wish.at.getTime() }),
        ...(wish.masked !== undefined && { masked: wish.masked }),
      }),
    pay: (order) => sandbox.pay(order),
    cancelByBuyer: (order) => sandbox.buyerCancels(order),
    askToCancel: (order) => sandbox.requestCancellation(order),
    shipOut: (order) => sandbox.shipOut(order),
    deliver: (order) => sandbox.deliver(order),
    setUnknownStatus: (order) => sandbox.setStatus(order, lazadaTraits.unknownStatus),
    breakOrder: (order) => sandbox.breakOrder(order),
    hideOrder() {
      throw new Error('Lazada hides no orders');
    },

    addFault: (door, fault, times = 1) =>
      sandbox.shell.addFault({ operation: operationOf(door), fault, times }),
    calls: (door) =>
      sandbox.shell.calls.filter(({ operation }) => operation === operationOf(door)).length,
    stopServer: () => sandbox.shell.stop(),

    timesDone(order, step) {
      const sum = (numbers: readonly number[]) => numbers.reduce((a, b) => a + b, 0);
      const done: Readonly<Partial<Record<NextStep, () => number>>> = {
        pack: () => sum(bookOf(order).items.map(({ timesPacked }) => timesPacked)),
        'ready-to-ship': () => sum(packagesOf(order).map(({ rtsCalls }) => rtsCalls.accepted)),
        'tell-number': () => sum(packagesOf(order).map(({ told }) => told.length)),
      };
      return done[step]?.() ?? 0;
    },
    bookedNumbers: (order) => bookOf(order).trackingNumbers,
    cancelledBySeller: (order) =>
      sandbox
        .books()
        .cancellations.some(({ orderId, by }) => orderId === order && by === 'cancellation-seller'),

    sendPushesTo: (url) => sandbox.setCallback(url),
    repeatPushes: () => sandbox.setPushBehaviour({ copies: 2 }),
    async sendProbe() {
      await sandbox.sendProbe();
    },
  };
}

const SPECIAL: Readonly<Partial<Record<OrderKind, Partial<NewLine>>>> = {
  digital: { isDigital: true },
  'by-marketplace': { isFbl: true },
  'own-number': { deliveryOptionSof: true },
};

function linesOf({ kind = 'plain', lines }: OrderWish): NewLine[] {
  if (kind === 'two-packages') {
    return ['east', 'west'].map((warehouse) => ({ sku: 'TEA-CUP', price: '18.90', warehouse }));
  }
  const wished = lines ?? [{ sku: 'TEA-CUP', price: '18.90', quantity: 1 }];
  return wished.map((line) => ({ ...line, ...SPECIAL[kind] }));
}
