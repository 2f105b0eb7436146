/**
 * The paths and who serves them. Each is there under `/rest` (all ventures, told apart by the token)
 * and under `/<country>/rest` (as on that venture's own host, where another country's token finds
 * nothing).
 * @module
 */
import type { SandboxAnswer, SandboxOperation, SandboxRequest } from '../../sandbox.ts';
import { createCancel, validateCancel } from './cancel.ts';
import { consentPage } from './consent.ts';
import { LABEL_PATH, type Labels } from './documents.ts';
import { type Call, type Door, paramsOf, passGate } from './gate.ts';
import { getOrder, getOrdersItems, getSeller, listOrders } from './orders.ts';
import { pack } from './pack.ts';
import { getProviders } from './providers.ts';
import { readyToShip, sofDelivered, sofStatusUpdate } from './ship.ts';
import { createToken, refreshToken } from './tokens.ts';
import { traceOrder } from './trace.ts';
import { VENTURES } from './ventures.ts';
import { idText, parseList, parseRecord } from './wire.ts';
import type { World } from './world.ts';

interface Api {
  readonly path: string;
  readonly methods: readonly string[];
  readonly required: readonly string[];
  readonly handle: (call: Call) => SandboxAnswer;
  readonly open?: boolean;
}

const GET = ['GET'];
const POST = ['POST'];
const BOTH = ['GET', 'POST'];

/**
 * Operations are named by their API path (`/order/fulfill/pack`). Methods are those the reference
 * documents: whether a documented GET also takes a POST is unknown, so it does not.
 */
export function makeOperations(
  world: World,
  labels: Labels,
  oldTokensSurvive: boolean,
): SandboxOperation[] {
  const on = (handle: (world: World, call: Call) => SandboxAnswer) => (call: Call) =>
    handle(world, call);
  const auth: Api[] = [
    api('/auth/token/create', BOTH, ['code'], on(createToken)),
    api('/auth/token/refresh', BOTH, ['refresh_token'], (call) =>
      refreshToken(world, call, oldTokensSurvive),
    ),
  ].map((one) => ({ ...one, open: true }));
  const cancel = ['order_id', 'order_item_id_list'];
  const sof = ['trackingNumber', 'source', 'tag', 'trackInfo'];
  const business: Api[] = [
    api('/seller/get', GET, [], on(getSeller)),
    api('/orders/get', GET, [], on(listOrders)),
    api('/order/get', GET, ['order_id'], on(getOrder)),
    api('/orders/items/get', GET, ['order_ids'], on(getOrdersItems)),
    api('/order/shipment/providers/get', BOTH, ['getShipmentProvidersReq'], on(getProviders)),
    api('/order/fulfill/pack', POST, ['packReq'], on(pack)),
    api('/order/package/rts', POST, ['readyToShipReq'], on(readyToShip)),
    api('/order/package/document/get', BOTH, ['getDocumentReq'], labels.getDocument),
    api('/order/package/sof/status/update', POST, sof, on(sofStatusUpdate)),
    api('/order/package/sof/delivered', POST, ['dbsDeliveryReq'], on(sofDelivered)),
    api('/logistic/order/trace', BOTH, ['order_id'], on(traceOrder)),
    api('/order/reverse/cancel/validate', GET, cancel, on(validateCancel)),
    api('/order/reverse/cancel/create', GET, [...cancel, 'reason_id'], on(createCancel)),
  ];
  const shared = [...auth, ...business].map((one) => operation(world, one, undefined));
  const local = Object.keys(VENTURES).flatMap((country) =>
    business.map((one) => operation(world, one, country)),
  );
  const label = { name: LABEL_PATH, methods: GET, path: LABEL_PATH, handle: labels.download };
  return [...shared, ...local, label, consentPage(world)];
}

function api(
  path: string,
  methods: readonly string[],
  required: readonly string[],
  handle: Api['handle'],
): Api {
  return { path, methods, required, handle };
}

function operation(world: World, one: Api, country: string | undefined): SandboxOperation {
  const door: Door = { apiPath: one.path, open: one.open ?? false, required: one.required };
  return {
    name: one.path,
    methods: one.methods,
    path: `${country === undefined ? '' : `/${country}`}/rest${one.path}`,
    orderOf: (request) => orderOf(world, request),
    handle(request) {
      const passed = passGate(world, door, country, request);
      return 'refusal' in passed ? passed.refusal : one.handle(passed.call);
    },
  };
}

/** The first order a call is about; undefined for listings and for batches of several orders. */
function orderOf(world: World, request: SandboxRequest): string | undefined {
  const params = paramsOf(request);
  const direct = params.get('order_id');
  if (direct !== undefined) return direct;
  const ids = parseList(params.get('order_ids'));
  if (ids) return ids.length === 1 ? idText(ids[0]) : undefined;
  const packed = firstOf(parseRecord(params.get('packReq'))?.pack_order_list)?.order_id;
  const asked = firstOf(parseRecord(params.get('getShipmentProvidersReq'))?.orders)?.order_id;
  const order = idText(packed ?? asked);
  if (order !== undefined) return order;
  for (const name of ['readyToShipReq', 'getDocumentReq', 'dbsDeliveryReq']) {
    const packageId = firstOf(parseRecord(params.get(name))?.packages)?.package_id;
    if (typeof packageId === 'string') return world.parcels.get(packageId)?.order.id;
  }
  return world.parcels.get(params.get('tag') ?? '')?.order.id;
}

function firstOf(value: unknown): Record<string, unknown> | undefined {
  const first: unknown = Array.isArray(value) && value.length === 1 ? value[0] : undefined;
  return first !== null && typeof first === 'object'
    ? (first as Record<string, unknown>)
    : undefined;
}
