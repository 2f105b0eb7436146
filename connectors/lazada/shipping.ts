/**
 * The shipping promises: pack, ready-to-ship, tell the seller's own number, tell that a seller-delivered
 * package arrived. Each is sent once.
 * @module
 */
import { z } from 'zod';
import type { SendWindow } from '../call.ts';
import { type CallErrorDetail, Unknown } from '../errors.ts';
import type { ShipRequest } from '../marketplace.ts';
import { madeBefore } from './already.ts';
import {
  confirmOwnFleetDelivery,
  pack,
  readyToShip,
  updateOwnFleetStatus,
} from './client/sdk.gen.ts';
import type { PackagesAnswer } from './client/types.gen.ts';
import { zUpdateOwnFleetStatusBody } from './client/zod.gen.ts';
import { MAYBE_ALREADY } from './codes.ts';
import type { Connection } from './connection.ts';
import { isRejectedWith } from './errors.ts';
import { operations } from './operations.ts';
import { judge } from './outcomes.ts';
import { type LazadaShipResult, packedLines, shipResult, zPackForm } from './promise.ts';
import { flag, idText, text } from './wire.ts';

const zReadyForm = z.object({ readyToShipReq: z.string() });
const zDeliveredForm = z.object({ dbsDeliveryReq: z.string() });

/** @throws {Rejected | Unknown | NotSent | Unauthorized} */
export async function ship(
  connection: Connection,
  request: ShipRequest,
  window: SendWindow,
): Promise<LazadaShipResult> {
  try {
    switch (request.step) {
      case 'pack':
        return await sendPack(connection, request, window);
      case 'ready-to-ship':
        return await sendReady(connection, request, window);
      case 'tell-number':
        return await sendNumber(connection, request, window);
      case 'tell-delivered':
        return await sendDelivered(connection, request, window);
      default:
        throw new TypeError(`Lazada has no step "${request.step}"`);
    }
  } catch (error) {
    if (request.step === 'tell-number' || !isRejectedWith(error, MAYBE_ALREADY)) throw error;
    const before = await madeBefore(connection, request, error);
    if (before) return before;
    throw error;
  }
}

async function sendPack(
  connection: Connection,
  request: ShipRequest,
  window: SendWindow,
): Promise<LazadaShipResult> {
  const body = zPackForm.parse(request.payload);
  const answer = await connection.call(operations.pack, (via) => pack({ ...via, body }), window);
  const rows = (answer.result.data?.pack_order_list ?? []).flatMap((row) => row.order_item_list);
  const outcomes = new Map(rows.map((row) => [idText(row.order_item_id), row]));
  const detail = detailOf(operations.pack.name, answer.request_id);
  const { done, refused } = judge(answer.result, outcomes, packedLines(body.packReq), detail);
  const lines = [...done].map(([lineId, row]) => ({
    lineId,
    packageId: text(row.package_id),
    trackingNumber: text(row.tracking_number),
    carrier: text(row.shipment_provider),
  }));
  return shipResult(lines, refused, false);
}

async function sendReady(
  connection: Connection,
  request: ShipRequest,
  window: SendWindow,
): Promise<LazadaShipResult> {
  const body = zReadyForm.parse(request.payload);
  const answer = await connection.call(
    operations.readyToShip,
    (via) => readyToShip({ ...via, body }),
    window,
  );
  judgePackage(request, operations.readyToShip.name, answer);
  return { ...shipResult([], [], false), packageId: request.packageId };
}

async function sendDelivered(
  connection: Connection,
  request: ShipRequest,
  window: SendWindow,
): Promise<LazadaShipResult> {
  const body = zDeliveredForm.parse(request.payload);
  const answer = await connection.call(
    operations.confirmOwnFleetDelivery,
    (via) => confirmOwnFleetDelivery({ ...via, body }),
    window,
  );
  judgePackage(request, operations.confirmOwnFleetDelivery.name, answer);
  return { ...shipResult([], [], false), packageId: request.packageId };
}

function judgePackage(request: ShipRequest, operation: string, answer: PackagesAnswer): void {
  const rows = answer.result.data?.packages ?? [];
  const outcomes = new Map(rows.map((row) => [idText(row.package_id), row]));
  const asked = request.packageId ? [request.packageId] : [];
  judge(answer.result, outcomes, asked, detailOf(operation, answer.request_id));
}

async function sendNumber(
  connection: Connection,
  request: ShipRequest,
  window: SendWindow,
): Promise<LazadaShipResult> {
  const { carrierCode, ...rest } = zUpdateOwnFleetStatusBody.parse(request.payload);
  const body = carrierCode === undefined ? rest : { ...rest, carrierCode };
  const answer = await connection.call(
    operations.updateOwnFleetStatus,
    (via) => updateOwnFleetStatus({ ...via, body }),
    window,
  );
  const detail = detailOf(operations.updateOwnFleetStatus.name, answer.request_id);
  // A refusal has only a sentence here, no code that would prove anything.
  if (!flag(answer.success) || flag(answer.module?.result) === false) {
    throw new Unknown(text(answer.errorCode?.displayMessage) ?? 'refused without a reason', detail);
  }
  return {
    ...shipResult([], [], false),
    packageId: request.packageId,
    trackingNumber: rest.trackingNumber,
    carrier: carrierCode,
  };
}

function detailOf(operation: string, requestId: unknown): CallErrorDetail {
  return { system: 'lazada', operation, requestId: text(requestId) };
}
