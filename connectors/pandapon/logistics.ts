/**
 * Parcels of one order line (pandapon.md 8). Both generations answer alike.
 * @module
 */
import type { z } from 'zod';
import type { Parcel } from '../agent.ts';
import { getLogisticsV1, getLogisticsV2 } from './client/sdk.gen.ts';
import { zLogisticsDetail, zLogisticsPartner, zLogisticsTrace } from './client/zod.gen.ts';
import type { Connection } from './connection.ts';
import { fromChinaTime, nestedObject, text } from './wire.ts';

/**
 * When a trace says that the parcel arrived. `SIGNED` is upstream's word (pandapon.md 6).
 * Assumed: the action and the phrases, after the usual words of Chinese carriers; no example of an
 * arrived parcel was seen. The phrases say that it has happened: a trace that only speaks of signing
 * ("please be there to sign") does not match.
 */
export const ARRIVED = {
  statuses: ['SIGNED'],
  actions: ['TMS_SIGN'],
  phrases: ['已签收', '已代签收', '签收成功', '已妥投'],
  /** A newest status that takes the arrival back. */
  undoneBy: ['REJECTED', 'RETURNED'],
} as const;

interface Trace {
  readonly at: Date | undefined;
  readonly status: string | undefined;
  readonly text: string | undefined;
  readonly arrived: boolean;
}

/** The parcels of one line; empty while there is no number. Throws the errors of errors.ts. */
export async function readParcels(
  connection: Connection,
  subPurchaseOrderId: string,
): Promise<readonly Parcel[]> {
  const query = { subPurchaseOrderId };
  if (connection.account.generation === 'v1') {
    return connection.read('getLogisticsV1', async (options) => {
      const { data } = await getLogisticsV1({ ...options, query });
      return toParcels(subPurchaseOrderId, data.data?.pnmLogisticsDetails ?? []);
    });
  }
  return connection.read('getLogisticsV2', async (options) => {
    const { data } = await getLogisticsV2({ ...options, query });
    return toParcels(subPurchaseOrderId, data.data?.pnmLogisticsDetails ?? []);
  });
}

/** Details without a number are left out; those of one number are one parcel. */
export function toParcels(
  subPurchaseOrderId: string,
  details: readonly unknown[],
): readonly Parcel[] {
  const byNumber = new Map<string, { carrier: string | undefined; traces: Trace[] }>();
  for (const raw of details) {
    const detail = zLogisticsDetail.safeParse(raw).data;
    const number = text(detail?.mailNo)?.trim();
    if (!detail || !number) continue;
    const known = byNumber.get(number);
    byNumber.set(number, {
      carrier: known?.carrier ?? carrierOf(detail.logisticsPartner),
      traces: [...(known?.traces ?? []), ...(detail.logisticsTraces ?? []).flatMap(toTrace)],
    });
  }
  return [...byNumber].map(([trackingNumber, { carrier, traces }]) => {
    const newest = newestOf(traces);
    const undone = ARRIVED.undoneBy.some((status) => status === newest?.status);
    return {
      subPurchaseOrderId,
      trackingNumber,
      carrier,
      status: newest?.status,
      lastTraceAt: newest?.at,
      lastTrace: newest?.text,
      delivered: !undone && traces.some((trace) => trace.arrived),
    };
  });
}

function toTrace(raw: unknown): Trace[] {
  const trace = zLogisticsTrace.safeParse(raw).data;
  if (!trace) return [];
  return [
    {
      at: fromChinaTime(trace.time),
      status: text(trace.status),
      text: text(trace.standerdDesc) ?? text(trace.statusDesc) ?? text(trace.action),
      arrived: saysArrived(trace),
    },
  ];
}

function saysArrived(trace: z.output<typeof zLogisticsTrace>): boolean {
  const texts = [text(trace.statusDesc) ?? '', text(trace.standerdDesc) ?? ''];
  return (
    ARRIVED.statuses.some((status) => status === trace.status) ||
    ARRIVED.actions.some((action) => action === trace.action) ||
    ARRIVED.phrases.some((phrase) => texts.some((words) => words.includes(phrase)))
  );
}

/** By time; the example lists newest first, so of equal or unreadable times the first one. */
function newestOf(traces: readonly Trace[]): Trace | undefined {
  return traces.reduce<Trace | undefined>((newest, trace) => {
    if (!newest) return trace;
    return (trace.at?.getTime() ?? 0) > (newest.at?.getTime() ?? 0) ? trace : newest;
  }, undefined);
}

/** `logisticsPartner` is a list in v2's page and unspecified in v1's; the first name counts. */
function carrierOf(partner: unknown): string | undefined {
  for (const one of Array.isArray(partner) ? partner : [partner]) {
    const company = text(zLogisticsPartner.safeParse(nestedObject(one)).data?.company);
    if (company !== undefined) return company;
  }
  return undefined;
}
