/**
 * What Lazada's item statuses mean (lazada.md section 3.6). An order has no status; each item has. The
 * list is open: a word that is not here is kept and its line is `unknown`.
 * @module
 */
import type { LinePhase } from '../marketplace.ts';

/** Where an item stands in its fulfilment, in the order it is walked through. */
export const STAGES = [
  'unpaid',
  'unpacked',
  'packed',
  'arranged',
  'shipped',
  'delivered',
  'failed',
  'cancelled',
] as const;

export type Stage = (typeof STAGES)[number];

interface Meaning {
  readonly phase: LinePhase;
  readonly stage: Stage;
}

const MEANINGS: Readonly<Record<string, Meaning>> = {
  unpaid: { phase: 'waiting', stage: 'unpaid' },
  pending: { phase: 'buyable', stage: 'unpacked' },
  repacked: { phase: 'buyable', stage: 'unpacked' },
  packed: { phase: 'buyable', stage: 'packed' },
  // Assumed: ready-to-ship was called and is being worked on; nothing more is to be done.
  ready_to_ship_pending: { phase: 'buyable', stage: 'arranged' },
  ready_to_ship: { phase: 'buyable', stage: 'arranged' },
  shipped: { phase: 'shipped', stage: 'shipped' },
  shipping: { phase: 'shipped', stage: 'shipped' },
  delivered: { phase: 'delivered', stage: 'delivered' },
  confirmed: { phase: 'delivered', stage: 'delivered' },
  canceled: { phase: 'cancelled', stage: 'cancelled' },
  cancelled: { phase: 'cancelled', stage: 'cancelled' },
  failed: { phase: 'closed', stage: 'failed' },
  failed_delivery: { phase: 'closed', stage: 'failed' },
  returned: { phase: 'closed', stage: 'failed' },
  shipped_back: { phase: 'closed', stage: 'failed' },
  shipped_back_success: { phase: 'closed', stage: 'failed' },
  shipped_back_failed: { phase: 'closed', stage: 'failed' },
  lost: { phase: 'closed', stage: 'failed' },
  lost_by_3pl: { phase: 'closed', stage: 'failed' },
  damaged_by_3pl: { phase: 'closed', stage: 'failed' },
  package_scrapped: { phase: 'closed', stage: 'failed' },
};

/** Undefined for a word that is not known. */
export function stageOf(status: string): Stage | undefined {
  return meaningOf(status)?.stage;
}

export function phaseOf(status: string): LinePhase {
  return meaningOf(status)?.phase ?? 'unknown';
}

function meaningOf(status: string): Meaning | undefined {
  const word = status.toLowerCase();
  return Object.hasOwn(MEANINGS, word) ? MEANINGS[word] : undefined;
}
