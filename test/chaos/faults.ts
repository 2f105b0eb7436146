/**
 * The plan of faults: which call goes wrong, and how, drawn from hash(seed, system, operation, order,
 * attempt). The same seed gives the same plan, whatever the timing; the driver reads from it how each
 * order must end.
 * @module
 */
import type { ListingFault } from '../../connectors/pandapon/sandbox/index.ts';
import type { Fault } from '../../connectors/sandbox.ts';
import { draw, drawOne } from './draw.ts';
import { TIMES } from './settings.ts';

export type System = 'lazada' | 'shopee' | 'pandapon';
export type FaultKind = Fault['kind'];

/** Of all calls, the share that each kind hits: 10 % together. */
export const CALL_RATES: Readonly<Record<FaultKind, number>> = {
  'lose-answer': 0.018,
  reset: 0.01,
  html: 0.005,
  'html-after': 0.01,
  throttle: 0.006,
  error: 0.005,
  'error-after': 0.009,
  slow: 0.01,
  'late-effect': 0.012,
  cut: 0.008,
  malformed: 0.007,
};

/** Of all pages of the agent's listing. */
export const LISTING_RATES: Readonly<Record<ListingFault, number>> = {
  'lose-page': 0.04,
  shift: 0.04,
  'ignore-dates': 0.04,
};

export type MessageFault =
  | 'messages-twice'
  | 'messages-shuffled'
  | 'messages-late'
  | 'messages-lost';

/** Of all seconds, in which a system's messages go wrong in one of these ways. */
export const MESSAGE_RATES: Readonly<Record<MessageFault, number>> = {
  'messages-twice': 0.17,
  'messages-shuffled': 0.17,
  'messages-late': 0.09,
  'messages-lost': 0.13,
};

export type RateName = FaultKind | ListingFault | MessageFault;
export type Rates = Readonly<Record<RateName, number>>;
export const RATES: Rates = { ...CALL_RATES, ...LISTING_RATES, ...MESSAGE_RATES };

const NO_EFFECT: ReadonlySet<FaultKind> = new Set(['reset', 'html', 'throttle', 'error']);
/** Answered in the vendor's words, with a code. */
const CODED: ReadonlySet<FaultKind> = new Set(['throttle', 'error', 'error-after']);

export function hasEffect(kind: FaultKind | undefined): boolean {
  return kind === undefined || !NO_EFFECT.has(kind);
}

export function hasCode(kind: FaultKind | undefined): boolean {
  return kind !== undefined && CODED.has(kind);
}

/** Each vendor's words for "it failed here", which say nothing about the request. */
const FAILED: Readonly<Record<System, { readonly code: string; readonly message: string }>> = {
  lazada: { code: 'ServiceTimeout', message: 'The request service timed out' },
  shopee: { code: 'error_server', message: 'Something wrong. Please try later.' },
  pandapon: { code: '500', message: '系统异常' },
};

/** A seller gives consent in person: what goes wrong there, they see and repeat. */
const CONSENTS = new Set(['/auth/token/create', 'get_access_token']);
const REFRESHES = new Set(['/auth/token/refresh', 'refresh_access_token']);

export interface PlannedCall {
  readonly system: System;
  readonly operation: string;
  /** The seller order number at the agent, the order's id at a marketplace; '' for what has none. */
  readonly order: string;
  /** 1 for the first such call that arrives. */
  readonly attempt: number;
}

export interface FaultPlan {
  readonly seed: string;
  readonly rates: Rates;
}

/** What happens to this call. */
export function faultKindOf(plan: FaultPlan, call: PlannedCall): FaultKind | undefined {
  const { system, operation, order, attempt } = call;
  if (CONSENTS.has(operation)) return undefined;
  const of = [system, operation, order, attempt] as const;
  const rates = callRates(plan.rates);
  const sum = Object.values(rates).reduce((total, rate) => total + rate, 0);
  if (draw(plan.seed, 'fault', ...of) >= sum) return undefined;
  const kind = drawOne(rates, plan.seed, 'kind', ...of);
  // A pair whose answer is lost ends the consent: that happens once in a run, planned by itself.
  return REFRESHES.has(operation) && hasEffect(kind) ? undefined : kind;
}

function callRates(rates: Rates): Record<FaultKind, number> {
  const names = Object.keys(CALL_RATES) as FaultKind[];
  return Object.fromEntries(names.map((name) => [name, rates[name]])) as Record<FaultKind, number>;
}

export function faultOf(plan: FaultPlan, call: PlannedCall): Fault | undefined {
  const kind = faultKindOf(plan, call);
  const { seed } = plan;
  const { system, operation, order, attempt } = call;
  const part = draw(seed, 'length', system, operation, order, attempt);
  switch (kind) {
    case undefined:
      return undefined;
    case 'html':
    case 'html-after':
      return { kind, status: [500, 502, 503][Math.floor(part * 3)] ?? 502 };
    case 'throttle':
      return { kind, seconds: 1 };
    case 'error':
    case 'error-after':
      return { kind, ...FAILED[system] };
    case 'slow':
      return { kind, ms: part * TIMES.callTimeout * 0.7 };
    case 'late-effect':
      // After the caller has given up, and within the time a request may live there.
      return { kind, ms: TIMES.callTimeout + 100 + part * (TIMES.requestLife - 200) };
    default:
      return { kind };
  }
}

/** @param second the how-many-th of the run */
export function messageFaultOf(
  plan: FaultPlan,
  system: System,
  second: number,
): MessageFault | undefined {
  const names = Object.keys(MESSAGE_RATES) as MessageFault[];
  const rates = Object.fromEntries(names.map((name) => [name, plan.rates[name]]));
  const sum = Object.values(rates).reduce((total, rate) => total + rate, 0);
  if (draw(plan.seed, 'messages', system, second) >= sum) return undefined;
  return drawOne(rates, plan.seed, 'messages-kind', system, second) as MessageFault;
}

/** @param page the how-many-th page asked for */
export function listingFaultOf(plan: FaultPlan, page: number): ListingFault | undefined {
  const names = Object.keys(LISTING_RATES) as ListingFault[];
  const rates = Object.fromEntries(names.map((name) => [name, plan.rates[name]]));
  const sum = Object.values(rates).reduce((total, rate) => total + rate, 0);
  if (draw(plan.seed, 'listing', page) >= sum) return undefined;
  return drawOne(rates, plan.seed, 'listing-kind', page) as ListingFault;
}
