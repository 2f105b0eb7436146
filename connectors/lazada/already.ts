/** Was a shipping promise that Lazada refuses because of the status made before? @module */
import { type Rejected, Unknown } from '../errors.ts';
import type { ShipRequest, ShipStep } from '../marketplace.ts';
import { zOrderItem } from './client/zod.gen.ts';
import type { Connection } from './connection.ts';
import { readItems } from './items.ts';
import { parsed } from './orders.ts';
import { type LazadaShipResult, packedLines, shipResult, zPackForm } from './promise.ts';
import type { OrderItem } from './rows.ts';
import { STAGES, type Stage, stageOf } from './statuses.ts';
import { idText, text } from './wire.ts';

/** The stage that a step leads to, where the items show it. */
const GOALS: Readonly<Partial<Record<ShipStep, Stage>>> = {
  pack: 'packed',
  'ready-to-ship': 'arranged',
  'tell-delivered': 'delivered',
};

/**
 * Lazada has no code that says "done before", only "the status does not allow it"; the items tell which.
 * Undefined when it was not made before.
 * @throws {Unknown} when the items cannot be read
 */
export async function madeBefore(
  connection: Connection,
  request: ShipRequest,
  refusal: Rejected,
): Promise<LazadaShipResult | undefined> {
  try {
    const wire = (await readItems(connection, [request.orderId])).get(request.orderId) ?? [];
    const items = wire.map((item) => parsed(zOrderItem, item, 'item'));
    const isPack = request.step === 'pack';
    const wanted = isPack ? packedLines(zPackForm.parse(request.payload).packReq) : undefined;
    const mine = items.filter((item) =>
      wanted
        ? wanted.includes(idText(item.order_item_id))
        : text(item.package_id) === request.packageId,
    );
    const complete = mine.length > 0 && mine.length >= (wanted?.length ?? 1);
    const goal = GOALS[request.step];
    return complete && goal && mine.every((item) => hasReached(item, goal))
      ? shipResult(mine.map(toPackedLine), [], true)
      : undefined;
  } catch (cause) {
    const { system, operation, code, requestId, message } = refusal;
    const words = `${message}, and the items could not be read`;
    throw new Unknown(words, { system, operation, code, requestId, cause });
  }
}

function hasReached(item: OrderItem, goal: Stage): boolean {
  const stage = stageOf(item.status);
  if (stage === undefined || stage === 'failed' || stage === 'cancelled') return false;
  return STAGES.indexOf(stage) >= STAGES.indexOf(goal) && text(item.package_id) !== undefined;
}

function toPackedLine(item: OrderItem): LazadaShipResult['lines'][number] {
  return {
    lineId: idText(item.order_item_id),
    packageId: text(item.package_id),
    trackingNumber: text(item.tracking_code),
    carrier: text(item.shipment_provider),
  };
}
