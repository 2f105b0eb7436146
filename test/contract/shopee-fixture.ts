/** Shopee for the battery: its module against its simulator. */
import { onTestFinished } from 'vitest';
import type { MarketplaceModule } from '../../connectors/marketplace.ts';
import { shopee } from '../../connectors/shopee/index.ts';
import { type ShopeeSandbox, startShopeeSandbox } from '../../connectors/shopee/sandbox/index.ts';
import {
  type Door,
  type MarketplaceFixture,
  type MarketplaceTraits,
  openGrant,
} from './marketplace-fixture.ts';

const PARTNER = { partnerId: '2001887', partnerKey: 'contract-key' };
export const SHOP = '220688102';
const LONG_ID = '1051400341536827267';

export const shopeeTraits: MarketplaceTraits = {
  steps: ['arrange'],
  ownNumberSteps: ['arrange'],
  nobodys: [['by-marketplace', 'marketplace']],
  listsTimes: false,
  signsCallbackUrl: true,
  decidesCancellations: true,
  hidesOrders: true,
  longId: LONG_ID,
  unknownOrder: '250101NOSUCHSN',
  unknownStatus: 'HELD_BY_CUSTOMS',
};

const OPERATIONS: Readonly<Partial<Record<Door, string>>> = {
  list: 'get_order_list',
  read: 'get_order_detail',
  cancel: 'cancel_order',
  refresh: 'refresh_access_token',
  arrange: 'ship_order',
};

function operationOf(door: Door): string {
  const name = OPERATIONS[door];
  if (name === undefined) throw new Error(`Shopee has no ${door}`);
  return name;
}

export interface ShopeeFixture extends MarketplaceFixture {
  readonly sandbox: ShopeeSandbox;
}

/** Refused pushes are repeated after `pushRetryDelaysMs`, and lost after the last. */
export async function startShopee(
  pushRetryDelaysMs: readonly number[] = [],
): Promise<ShopeeFixture> {
  const sandbox = await startShopeeSandbox({
    partners: [PARTNER],
    shops: [{ shopId: SHOP, region: 'MY', name: 'Tea house' }],
    pushRetryDelaysMs,
  });
  onTestFinished(() => sandbox.stop());
  const app = (change: { readonly secret?: string; readonly callbackUrl?: string } = {}) =>
    shopee.appSchema.parse({
      address: sandbox.url,
      ...PARTNER,
      ...(change.secret && { partnerKey: change.secret }),
      ...(change.callbackUrl && { callbackUrl: change.callbackUrl }),
    });
  const address = { country: 'my', sellerId: SHOP };
  const subject = { sellerId: SHOP };
  const newCode = () => sandbox.issueCode({ partnerId: PARTNER.partnerId, shopId: SHOP });
  const authoriser = shopee.authoriser(app());
  const { grant, source } = await openGrant(authoriser, newCode(), subject);
  const options = shopee.optionsSchema.parse({});
  const packagesOf = (order: string) => sandbox.books().orders[order]?.packages ?? [];

  return {
    sandbox,
    module: shopee as unknown as MarketplaceModule,
    app,
    address,
    subject,
    authoriser,
    grant,
    connect: (surroundings) => shopee.connect(app(), address, options, source, surroundings),
    newCode,
    expireAccessToken: () => sandbox.expireAccessToken(SHOP),
    expireRefreshToken: () => sandbox.expireRefreshToken(SHOP),

    putOrder({ kind = 'plain', lines, at, masked, longIds } = {}) {
      const units = kind === 'two-packages' ? 2 : 1;
      const wished = lines ?? [{ sku: 'TEA-CUP', price: '62.50', quantity: units }];
      return sandbox.addOrder({
        shopId: SHOP,
        lines: wished.map((line) => ({ ...line, ...(longIds && { lineItemId: LONG_ID }) })),
        ...(kind === 'unpaid' && { status: 'UNPAID' }),
        ...(kind === 'by-marketplace' && { fulfilledByShopee: true }),
        ...(kind === 'own-number' && { channel: 'non_integrated' }),
        ...(kind === 'two-packages' && { split: 2 }),
        ...(at && { createdAt: at.getTime() / 1000 }),
        masked,
      });
    },
    pay: (order) => sandbox.pay(order),
    cancelByBuyer: (order) => sandbox.buyerCancels(order),
    askToCancel: (order) => sandbox.requestCancellation(order),
    shipOut: (order) => sandbox.pickUp(order),
    deliver(order) {
      sandbox.deliver(order);
      sandbox.complete(order);
    },
    setUnknownStatus: (order) => sandbox.setStatus(order, shopeeTraits.unknownStatus),
    breakOrder: (order) => sandbox.breakOrder(order),
    hideOrder: (order) => sandbox.omitFromDetail(order, 1),

    addFault: (door, fault, times = 1) =>
      sandbox.shell.addFault({ operation: operationOf(door), fault, times }),
    calls: (door) =>
      sandbox.shell.calls.filter(({ operation }) => operation === operationOf(door)).length,
    stopServer: () => sandbox.shell.stop(),

    timesDone: (order, step) =>
      step === 'arrange' ? packagesOf(order).reduce((sum, { arranged }) => sum + arranged, 0) : 0,
    bookedNumbers: (order) => packagesOf(order).flatMap((pkg) => pkg.trackingNumber ?? []),
    cancelledBySeller: (order) =>
      sandbox.books().orders[order]?.cancellations.some(({ by }) => by === 'seller') ?? false,

    sendPushesTo: (url) => sandbox.setCallbackUrl(url),
    repeatPushes: () => sandbox.setPushBehaviour({ copies: 2 }),
    async sendProbe() {
      await sandbox.sendProbe('unsigned');
      await sandbox.sendProbe('empty-key');
    },
  };
}
