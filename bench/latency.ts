/**
 * From a marketplace's push to the purchase request on the wire. Both moments are the simulators', one
 * process and one clock: when the push was sent, and when the purchase call arrived.
 * @module
 */
import { type BookedCall, controlSandbox, type PushOutcome } from '../connectors/sandbox.ts';
import { type Percentiles, percentilesOf } from './percentiles.ts';
import type { Service, Simulators } from './world.ts';

export interface LatencyResult extends Percentiles {
  readonly perSecond: number;
  /** Orders whose purchase had not arrived when the bench gave up. */
  readonly unbought: number;
}

const PER_SECOND = 10;
const MOST_MS = 10_000;

export async function runLatency(
  simulators: Simulators,
  service: Service,
  count: number,
): Promise<LatencyResult> {
  await simulators.child.ask('speakTo', service.url);
  const ids = await simulators.child.ask<string[]>('feed', count, PER_SECOND);
  const arrivals = await untilBought(simulators, ids);
  const sent = await pushTimes(simulators);
  const waits = ids.flatMap((id) => {
    const [push, purchase] = [sent.get(id), arrivals.get(id)];
    return push === undefined || purchase === undefined ? [] : [purchase - push];
  });
  return { ...percentilesOf(waits), perSecond: PER_SECOND, unbought: count - arrivals.size };
}

async function untilBought(simulators: Simulators, ids: readonly string[]) {
  const wanted = new Set(ids);
  const deadline = performance.now() + MOST_MS;
  for (;;) {
    const calls = await controlSandbox<BookedCall[]>(simulators.addresses.pandapon, 'calls');
    const arrivals = new Map<string, number>();
    for (const { operation, order, at } of calls) {
      if (operation !== 'createOrder' || order === undefined || !wanted.has(order)) continue;
      if (!arrivals.has(order)) arrivals.set(order, at);
    }
    if (arrivals.size === ids.length || performance.now() > deadline) return arrivals;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

interface SentLazada {
  readonly orderId?: string;
  readonly outcome?: PushOutcome;
}

interface SentShopee {
  readonly orderSn?: string;
  readonly at: number;
}

/** When the first push about each order was sent. */
async function pushTimes({ addresses }: Simulators): Promise<Map<string, number>> {
  const lazada = await controlSandbox<SentLazada[]>(addresses.lazada, 'pushOutcomes');
  const shopee = await controlSandbox<SentShopee[]>(addresses.shopee, 'pushOutcomes');
  const times = new Map<string, number>();
  const note = (order: string | undefined, at: number | undefined) => {
    if (order === undefined || at === undefined) return;
    times.set(order, Math.min(at, times.get(order) ?? at));
  };
  for (const { orderId, outcome } of lazada) note(orderId, outcome?.at);
  for (const { orderSn, at } of shopee) note(orderSn, at);
  return times;
}
