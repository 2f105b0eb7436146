/**
 * The outside world of the bench, in a process of its own: the three simulators, and the couriers who
 * carry away what is ready. Its books are read through the simulators' control doors.
 * @module
 */
import { startLazadaSandbox } from '../connectors/lazada/sandbox/index.ts';
import {
  type CallbackOutcome,
  startPandaponSandbox,
} from '../connectors/pandapon/sandbox/index.ts';
import type { BookedCall } from '../connectors/sandbox.ts';
import { startShopeeSandbox } from '../connectors/shopee/sandbox/index.ts';
import { answerParent, usage } from './child.ts';
import { addLazadaOrder, addShopeeOrder } from './orders.ts';
import { type Addresses, CALLBACK_TOKEN, LAZADA, PANDAPON, SHOPEE } from './settings.ts';

/** The agent's life, step by step: tens of ms, so that the service is what is waited for. */
const LIFE = { buildMs: 20, financeMs: 10, sendMs: 20, trackingMs: 0 };
/** A courier comes this long after the warehouse was told what to write on the parcel. */
const COURIER_MS = 200;

const lazada = await startLazadaSandbox();
lazada.addApp({ appKey: LAZADA.appKey, appSecret: LAZADA.appSecret });
lazada.addSeller({ country: LAZADA.country, sellerId: LAZADA.sellerId });
const shopee = await startShopeeSandbox({
  partners: [{ partnerId: SHOPEE.partnerId, partnerKey: SHOPEE.partnerKey }],
  shops: [{ shopId: SHOPEE.shopId, region: SHOPEE.country.toUpperCase() }],
  // Numbers and labels are ready when first asked for.
  switches: { number: { delayMs: 0, reads: 0 }, document: { delayMs: 0, reads: 0 } },
});
const pandapon = await startPandaponSandbox({ accounts: [PANDAPON], ...LIFE });

const lazadaOrders = new Set<string>();
const shopeeOrders = new Set<string>();
const courier = setInterval(carryAway, 50);
let seen = 0;

answerParent(
  {
    addresses: (): Addresses => ({
      lazada: lazada.url,
      shopee: shopee.url,
      pandapon: pandapon.url,
    }),
    usage,
    addOrders,
    /** Turns the pushes of both marketplaces, and the agent's callbacks, on. */
    speakTo(serviceUrl: string) {
      lazada.setCallback(`${serviceUrl}/push/lazada/main`);
      shopee.setCallbackUrl(`${serviceUrl}/push/shopee/main`);
      pandapon.setCallback(callbackAddress(serviceUrl));
    },
    feed,
    callbackStorm,
  },
  async () => {
    clearInterval(courier);
    await Promise.all([lazada.stop(), shopee.stop(), pandapon.stop()]);
  },
);

/** Half of `count` orders at each marketplace, created one a second until now. */
function addOrders(count: number): void {
  const now = Date.now();
  for (let index = 0; index < count; index += 1) addOrder(index, now - (count - index) * 1_000);
}

function addOrder(index: number, createdAt: number): string {
  if (index % 2 === 0) {
    const id = addLazadaOrder(lazada, index, createdAt);
    lazadaOrders.add(id);
    return id;
  }
  const id = addShopeeOrder(shopee, index, createdAt);
  shopeeOrders.add(id);
  return id;
}

/** The warehouse's note is the last promise of an order: then its parcel is fetched and delivered. */
function carryAway(): void {
  const due = Date.now() - COURIER_MS;
  for (; seen < pandapon.shell.calls.length; seen += 1) {
    const call = pandapon.shell.calls[seen] as BookedCall;
    if (call.at > due) return;
    if (call.operation !== 'updateWarehouse' || call.order === undefined) continue;
    if (lazadaOrders.has(call.order)) {
      const key = `${LAZADA.country}/${LAZADA.sellerId}/${call.order}`;
      lazada.shipOut(key);
      lazada.deliver(key);
    } else if (shopeeOrders.has(call.order)) {
      shopee.pickUp(call.order);
      shopee.deliver(call.order);
      shopee.complete(call.order);
    }
  }
}

/** Puts in `count` orders at an even rate, and answers with their ids. */
async function feed(count: number, perSecond: number): Promise<string[]> {
  const ids: string[] = [];
  await evenly(count, perSecond, (index) => {
    ids.push(addOrder(index, Date.now()));
  });
  return ids;
}

/** Status callbacks about orders the agent knows, at an even rate; answers with what became of them. */
async function callbackStorm(
  count: number,
  perSecond: number,
): Promise<{ readonly ok: number; readonly milliseconds: number[] }> {
  const ids = pandapon.books().orders.map((order) => order.orderId);
  const sent: Promise<{ outcome: CallbackOutcome; milliseconds: number }>[] = [];
  await evenly(count, perSecond, (index) => {
    const began = performance.now();
    const orderId = ids[index % ids.length] as string;
    sent.push(
      pandapon
        .sendCallback({ orderId })
        .then((outcome) => ({ outcome, milliseconds: performance.now() - began })),
    );
  });
  const outcomes = await Promise.all(sent);
  return {
    ok: outcomes.filter(({ outcome }) => outcome.ok).length,
    milliseconds: outcomes.map(({ milliseconds }) => milliseconds),
  };
}

/** Does something `count` times on an even beat; a late beat is made up for, none is left out. */
async function evenly(count: number, perSecond: number, act: (index: number) => void) {
  const began = performance.now();
  for (let index = 0; index < count; index += 1) {
    const wait = began + (index * 1_000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    act(index);
  }
}

function callbackAddress(serviceUrl: string): string {
  return `${serviceUrl}/callback/pandapon/main/${CALLBACK_TOKEN}`;
}
