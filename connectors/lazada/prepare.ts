/**
 * The exact form of a shipping promise: parameter names and the JSON text sent for them. Ids are written
 * as the integers that Lazada wants, from their digits.
 * @module
 */
import type { Clock } from '../call.ts';
import { Rejected } from '../errors.ts';
import { jsonInteger } from '../json.ts';
import type { OwnTracking, Package, SalesOrder, ShipRequest, ShipStep } from '../marketplace.ts';
import { getShipmentProviders } from './client/sdk.gen.ts';
import type { Connection } from './connection.ts';
import { isOwnFleet } from './lines.ts';
import { operations } from './operations.ts';
import { readRefusal } from './outcomes.ts';
import type { LazadaOptions } from './settings.ts';
import { flag, text } from './wire.ts';

/** Only for a cross-border store something is read: what the carrier is to be. */
export async function prepareShip(
  connection: Connection,
  options: LazadaOptions,
  order: SalesOrder,
  pkg: Package,
  own: OwnTracking | undefined,
  step: ShipStep | undefined = pkg.next,
): Promise<ShipRequest> {
  const { packageId } = pkg;
  const request = { orderId: order.orderId, packageId };
  switch (step) {
    case 'pack': {
      const carrier = await carrierFor(connection, options, order, pkg);
      return { ...request, step, payload: packForm(order.orderId, pkg, carrier) };
    }
    case 'ready-to-ship': {
      const packages = [{ package_id: packageOf(pkg) }];
      return { ...request, step, payload: { readyToShipReq: JSON.stringify({ packages }) } };
    }
    case 'tell-number': {
      if (!own) throw new TypeError('telling a number needs the number');
      const payload = numberForm(packageOf(pkg), own, options, connection.clock);
      return { ...request, step, payload };
    }
    case 'tell-delivered': {
      if (!pkg.mayTellDelivered) throw notToldDelivered(pkg);
      const packages = [{ package_id: packageOf(pkg) }];
      return { ...request, step, payload: { dbsDeliveryReq: JSON.stringify({ packages }) } };
    }
    default:
      throw new TypeError(`package ${packageId ?? '(unpacked)'} has no step to make`);
  }
}

interface Carrier {
  readonly allocateType: string;
  readonly providerCode: string | undefined;
}

/** Local: TFS and no provider code, which must not be sent; the same for seller-delivered. */
const LOCAL: Carrier = { allocateType: 'TFS', providerCode: undefined };

async function carrierFor(
  connection: Connection,
  options: LazadaOptions,
  order: SalesOrder,
  pkg: Package,
): Promise<Carrier> {
  const ids = new Set(pkg.lines.map(({ lineId }) => lineId));
  const ownFleet = order.lines.some(
    ({ lineId, shippingGroup }) => ids.has(lineId) && isOwnFleet(shippingGroup),
  );
  if (!options.crossBorder || ownFleet) return LOCAL;

  const orders = [
    { order_id: jsonInteger(order.orderId), order_item_ids: [...ids].map(jsonInteger) },
  ];
  const answer = await connection.call(operations.getShipmentProviders, (via) =>
    getShipmentProviders({
      ...via,
      query: { getShipmentProvidersReq: JSON.stringify({ orders }) },
    }),
  );
  const { result } = answer;
  const detail = {
    system: 'lazada',
    operation: operations.getShipmentProviders.name,
    requestId: text(answer.request_id),
  };
  if (!flag(result.success) || !result.data) throw readRefusal(result, detail);
  const allocateType = text(result.data.shipping_allocate_type) ?? 'NTFS';
  if (flag(result.data.platform_default)) return { allocateType, providerCode: undefined };

  const offered = (result.data.shipment_providers ?? []).map((provider) => ({
    name: text(provider.name),
    code: text(provider.provider_code),
  }));
  const wanted = options.shipmentProvider;
  const chosen = wanted
    ? offered.find(({ name, code }) => code === wanted || name === wanted)
    : offered.length === 1
      ? offered[0]
      : undefined;
  if (chosen?.code === undefined) {
    const names = offered.map(({ name, code }) => `${code} (${name})`).join(', ');
    throw new Rejected(
      wanted
        ? `the provider "${wanted}" is not among those offered: ${names}`
        : `the store must name one of the providers offered: ${names}`,
      detail,
    );
  }
  return { allocateType, providerCode: chosen.code };
}

function packForm(orderId: string, pkg: Package, carrier: Carrier): { readonly packReq: string } {
  const packReq = {
    pack_order_list: [
      {
        order_id: jsonInteger(orderId),
        order_item_list: pkg.lines.map(({ lineId }) => jsonInteger(lineId)),
      },
    ],
    delivery_type: 'dropship',
    shipping_allocate_type: carrier.allocateType,
    ...(carrier.providerCode && { shipment_provider_code: carrier.providerCode }),
  };
  return { packReq: JSON.stringify(packReq) };
}

function numberForm(packageId: string, own: OwnTracking, options: LazadaOptions, clock: Clock) {
  const trackInfo = {
    latestStatus: options.sofStatus,
    latestEvent: { eventTime: clock.now().getTime() },
  };
  return {
    trackingNumber: own.trackingNumber,
    source: 'OPENAPI' as const,
    ...(own.carrier && { carrierCode: own.carrier }),
    tag: packageId,
    trackInfo: JSON.stringify(trackInfo),
  };
}

function notToldDelivered(pkg: Package): Rejected {
  const why = `package ${pkg.packageId ?? '(unpacked)'} is "${pkg.status}": only a seller-delivered package that is ready to ship or shipped can be said to have arrived`;
  return new Rejected(why, {
    system: 'lazada',
    operation: operations.confirmOwnFleetDelivery.name,
  });
}

function packageOf(pkg: Package): string {
  if (pkg.packageId === undefined) throw new TypeError('the lines are not packed');
  return pkg.packageId;
}
