/**
 * Arranging a shipment (shopee.md 4.2). `ship_order` is not idempotent and cannot be corrected: a
 * number once told stays.
 * @module
 */
import type { SendWindow } from '../call.ts';
import { Rejected } from '../errors.ts';
import type {
  OwnTracking,
  Package,
  SalesOrder,
  ShipRequest,
  ShipResult,
  ShipStep,
} from '../marketplace.ts';
import { SYSTEM } from './answers.ts';
import type { Blocked } from './arrange.ts';
import { shipOrder } from './client/sdk.gen.ts';
import type { ShipBody } from './client/types.gen.ts';
import { zShipBody } from './client/zod.gen.ts';
import type { Connection } from './connection.ts';
import { factsOf, named, readPlan, type ShopeePackage } from './packages.ts';
import type { ShopeeOptions } from './settings.ts';

const NO_WAY: Blocked = { code: 'shipping-choice-refused', reason: 'no way of handing over' };

/** The longest tracking number that ship_order takes. */
const LONGEST_NUMBER = 64;

/**
 * The exact body of `ship_order`, ids as text; they are written as JSON integers when sent.
 * @throws {Rejected} when the package cannot be arranged now, or its number is missing or too long.
 */
export async function prepareShip(
  connection: Connection,
  options: ShopeeOptions,
  order: SalesOrder,
  pkg: Package,
  own: OwnTracking | undefined,
  step: ShipStep = 'arrange',
): Promise<ShipRequest> {
  if (step !== 'arrange') throw refusal('shipping-choice-refused', `Shopee has no step "${step}"`);
  const known = await asShopee(connection, order, pkg);
  if (known.numberOwner === 'nobody') throw refusal('not-the-sellers', known.ownerReason);
  const plan = known.shopee.plan ?? (await readPlan(connection, options, order, known));
  if (plan.blocked !== undefined || plan.mode === undefined) {
    const { code, reason } = plan.blocked ?? NO_WAY;
    throw refusal(code, reason);
  }
  const number = plan.owner === 'seller' ? numberOf(own) : undefined;
  return {
    step: 'arrange',
    orderId: order.orderId,
    packageId: pkg.packageId,
    payload: {
      order_sn: order.orderId,
      ...named(known.shopee.split, pkg.packageId),
      [plan.mode]: { ...plan.fields, ...(number ? { tracking_number: number } : {}) },
    },
  };
}

/** Sends what `prepareShip` built. @see Marketplace.ship */
export async function ship(
  connection: Connection,
  request: ShipRequest,
  window: SendWindow,
): Promise<ShipResult> {
  zShipBody.parse(request.payload);
  const body = request.payload as ShipBody;
  const way = body.dropoff ?? body.pickup ?? body.non_integrated;
  const result = {
    packageId: request.packageId,
    trackingNumber: way?.tracking_number,
    carrier: undefined,
  };
  try {
    await connection.spend('shipOrder', window, (call) => shipOrder({ ...call, body }));
    return { ...result, already: false };
  } catch (error) {
    if (!(error instanceof Rejected) || error.code !== 'already-arranged') throw error;
    // Arranged by somebody else, perhaps with another number: that one is to be read.
    return { ...result, trackingNumber: undefined, already: true };
  }
}

async function asShopee(
  connection: Connection,
  order: SalesOrder,
  pkg: Package,
): Promise<ShopeePackage> {
  if ('shopee' in pkg) return pkg as ShopeePackage;
  const facts = await factsOf(connection, order);
  return { ...pkg, shopee: { split: facts.split, plan: undefined } };
}

function numberOf(own: OwnTracking | undefined): string {
  const number = own?.trackingNumber.trim() ?? '';
  if (number === '') throw refusal('tracking-number-needed', 'no number was given');
  if (number.length > LONGEST_NUMBER) {
    throw refusal('tracking-number-refused', `longer than ${LONGEST_NUMBER} characters`);
  }
  return number;
}

function refusal(code: string, why: string): Rejected {
  return new Rejected(`not arranged: ${why}`, { system: SYSTEM, operation: 'shipOrder', code });
}
