import type { SandboxAnswer, SandboxOperation, SandboxRequest } from '../../sandbox.ts';
import { cancelOrder, orderOfBody, payOrder, updateWarehouse } from './acts.ts';
import { exactJson, isObject, readJsonBody } from './body.ts';
import { createdRow, createOrder } from './create.ts';
import { readCreateRequest } from './create-request.ts';
import { failure, notFound, Refusal, success } from './envelope.ts';
import { admit } from './gate.ts';
import { type ListingPage, listOrders, readQueryV1, readQueryV2 } from './listing.ts';
import { lineOfSubPurchase, logisticsRow } from './logistics.ts';
import type { PandaponSandboxOptions, SandboxAccount } from './options.ts';
import { rowV1, rowV2 } from './rows.ts';
import { developIdOf, type World } from './world.ts';

/** Names of the operations, as fault switches and the books of calls use them. */
export type OperationName =
  | 'createOrder'
  | 'listOrders'
  | 'listOrdersV2'
  | 'payOrder'
  | 'cancelOrder'
  | 'updateWarehouse'
  | 'getLogistics'
  | 'getLogisticsV2';

type Work = (account: SandboxAccount, request: SandboxRequest) => unknown;

/**
 * The operations. A fault aimed at one order names its `sellerOrderNumber` (its id when it has none):
 * that is known before the order exists.
 */
export function makeOperations(world: World, options: PandaponSandboxOptions): SandboxOperation[] {
  const base = options.basePath ?? '';
  return [
    post('createOrder', '/open/order', (account, request) =>
      createdRow(createOrder(world, account, readCreateRequest(request))),
    ),
    get('listOrders', '/open/order/page', (account, request) => {
      const page = listOrders(world, account, readQueryV1(request));
      return listingOf(page, rowV1);
    }),
    post('listOrdersV2', '/v2/taobao/order/page', (account, request) => {
      const page = listOrders(world, account, readQueryV2(request));
      return listingOf(page, rowV2);
    }),
    // Assumed: pay and cancel take {orderId} and answer data true, as the 1688 cancel does.
    post('payOrder', options.payPath ?? '/open/order/pay', (account, request) =>
      payOrder(world, orderOfBody(world, account, readJsonBody(request))),
    ),
    post('cancelOrder', options.cancelPath ?? '/open/order/cancel', (account, request) =>
      cancelOrder(world, orderOfBody(world, account, readJsonBody(request))),
    ),
    post('updateWarehouse', '/open/order/updateWarehouse', (account, request) => {
      const body = readJsonBody(request);
      return updateWarehouse(world, orderOfBody(world, account, body), body);
    }),
    get('getLogistics', '/open/order/logistics/detail/get', logistics),
    get('getLogisticsV2', '/v2/taobao/order/logistics/detail/get', logistics),
  ];

  function listingOf({ total, rows }: ListingPage, row: typeof rowV1): object {
    if (world.switches.oddListings) return { total, data: 'see the new manual' };
    return { total, data: rows.map((order) => row(world, order)) };
  }

  function logistics(account: SandboxAccount, request: SandboxRequest): object {
    const id = request.query.get('subPurchaseOrderId') ?? '';
    const { order, line } = lineOfSubPurchase(world, account, id);
    return logisticsRow(order, line);
  }

  function get(name: OperationName, path: string, work: Work): SandboxOperation {
    return operation('GET', name, path, work);
  }

  function post(name: OperationName, path: string, work: Work): SandboxOperation {
    return operation('POST', name, path, work);
  }

  function operation(
    method: string,
    name: OperationName,
    path: string,
    work: Work,
  ): SandboxOperation {
    // The manual calls nonce-str necessary; the pages of v2 call it optional or leave it out.
    const nonceRequired = !path.startsWith('/v2/');
    return {
      name,
      methods: [method],
      path: base + path,
      handle: (request) => (isServed(name) ? answer(request, nonceRequired, work) : notFound()),
      orderOf: (request) => orderOf(world, request),
    };
  }

  function isServed(name: OperationName): boolean {
    const { generations } = world.switches;
    if (name === 'listOrders') return generations.includes('v1');
    return name !== 'listOrdersV2' || generations.includes('v2');
  }

  function answer(request: SandboxRequest, nonceRequired: boolean, work: Work): SandboxAnswer {
    let account: SandboxAccount | undefined;
    try {
      account = admit(world, request, nonceRequired);
      return success(developIdOf(account), work(account, request));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      world.refusals[error.code] = (world.refusals[error.code] ?? 0) + 1;
      return failure(error.code, error.message, account ? developIdOf(account) : null);
    }
  }
}

function orderOf(world: World, request: SandboxRequest): string | undefined {
  const subPurchase = request.query.get('subPurchaseOrderId');
  if (subPurchase) {
    const owner = world.bySubPurchase.get(subPurchase);
    return owner && (owner.sellerOrderNumber ?? owner.id);
  }
  const asked = world.orders.get(request.query.get('id') ?? '');
  if (asked) return asked.sellerOrderNumber ?? asked.id;
  const body = tryJson(request.body);
  if (typeof body.sellerOrderNumber === 'string') return body.sellerOrderNumber;
  if (typeof body.orderId !== 'string') return undefined;
  return world.orders.get(body.orderId)?.sellerOrderNumber ?? body.orderId;
}

function tryJson(text: string): Readonly<Record<string, unknown>> {
  try {
    const value = exactJson(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}
