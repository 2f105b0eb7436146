/**
 * Every call the simulator has, and which order it is about (for faults aimed at one order).
 * @module
 */
import type { SandboxOperation, SandboxRequest } from '../../sandbox.ts';
import { exchangeCode, listShops, refreshToken, shopInfo } from './auth.ts';
import { cancelOrder, handleBuyerCancellation } from './cancelling.ts';
import { channelList, pushConfig } from './configuration.ts';
import { consentPages } from './consent.ts';
import {
  createDocument,
  documentParameter,
  documentResult,
  downloadDocument,
} from './documents.ts';
import { type Operation, passGate } from './gate.ts';
import { confirmLostPushes, lostPushes } from './lost-pushes.ts';
import { orderDetail } from './order-detail.ts';
import { listOrders } from './order-list.ts';
import { packageDetail } from './package-detail.ts';
import { searchPackages } from './package-search.ts';
import { shipOrder } from './ship-order.ts';
import { shippingParameter } from './shipping-parameter.ts';
import { trackingInfo, trackingNumber } from './tracking.ts';
import { Refusal } from './wire.ts';
import type { World } from './world.ts';

const SHOP_GET = { kind: 'shop', verb: 'GET' } as const;
const SHOP_POST = { kind: 'shop', verb: 'POST' } as const;
const PUBLIC_GET = { kind: 'public', verb: 'GET' } as const;
const PUBLIC_POST = { kind: 'public', verb: 'POST' } as const;

const OPERATIONS: readonly Operation[] = [
  { ...PUBLIC_POST, ...named('/api/v2/auth/token/get'), handle: exchangeCode },
  { ...PUBLIC_POST, ...named('/api/v2/auth/access_token/get'), handle: refreshToken },
  { ...PUBLIC_GET, ...named('/api/v2/public/get_shops_by_partner'), handle: listShops },
  { ...SHOP_GET, ...named('/api/v2/shop/get_shop_info'), handle: shopInfo },
  { ...SHOP_GET, ...named('/api/v2/order/get_order_list'), handle: listOrders },
  { ...SHOP_GET, ...named('/api/v2/order/get_order_detail'), handle: orderDetail },
  { ...SHOP_POST, ...named('/api/v2/order/search_package_list'), handle: searchPackages },
  { ...SHOP_GET, ...named('/api/v2/order/get_package_detail'), handle: packageDetail },
  { ...SHOP_POST, ...named('/api/v2/order/cancel_order'), handle: cancelOrder },
  {
    ...SHOP_POST,
    ...named('/api/v2/order/handle_buyer_cancellation'),
    handle: handleBuyerCancellation,
  },
  { ...SHOP_GET, ...named('/api/v2/logistics/get_channel_list'), handle: channelList },
  { ...SHOP_GET, ...named('/api/v2/logistics/get_shipping_parameter'), handle: shippingParameter },
  { ...SHOP_POST, ...named('/api/v2/logistics/ship_order'), handle: shipOrder },
  { ...SHOP_GET, ...named('/api/v2/logistics/get_tracking_number'), handle: trackingNumber },
  { ...SHOP_GET, ...named('/api/v2/logistics/get_tracking_info'), handle: trackingInfo },
  {
    ...SHOP_POST,
    ...named('/api/v2/logistics/get_shipping_document_parameter'),
    handle: documentParameter,
  },
  { ...SHOP_POST, ...named('/api/v2/logistics/create_shipping_document'), handle: createDocument },
  {
    ...SHOP_POST,
    ...named('/api/v2/logistics/get_shipping_document_result'),
    handle: documentResult,
  },
  {
    ...SHOP_POST,
    ...named('/api/v2/logistics/download_shipping_document'),
    handle: downloadDocument,
  },
  { ...PUBLIC_GET, ...named('/api/v2/push/get_app_push_config'), handle: pushConfig },
  { ...PUBLIC_GET, ...named('/api/v2/push/get_lost_push_message'), handle: lostPushes },
  {
    ...PUBLIC_POST,
    ...named('/api/v2/push/confirm_consumed_lost_push_message'),
    handle: confirmLostPushes,
  },
];

/** All verbs reach the gate, because a wrong one is answered in Shopee's words (shopee.md 1.1). */
const VERBS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

export function operationsOf(world: World): SandboxOperation[] {
  return [...consentPages(world), ...callsOf(world)];
}

function callsOf(world: World): SandboxOperation[] {
  return OPERATIONS.map((operation) => ({
    name: operation.name,
    methods: VERBS,
    path: operation.path,
    orderOf: (request) => orderNamed(world, request),
    handle(request) {
      try {
        return operation.handle(passGate(world, operation, request));
      } catch (error) {
        if (error instanceof Refusal) return error.answer();
        throw error;
      }
    },
  }));
}

/** The two token calls are known by Shopee's API names, all others by the end of their path. */
function named(path: string): { readonly name: string; readonly path: string } {
  const names: Readonly<Record<string, string>> = {
    '/api/v2/auth/token/get': 'get_access_token',
    '/api/v2/auth/access_token/get': 'refresh_access_token',
  };
  return { path, name: names[path] ?? path.slice(path.lastIndexOf('/') + 1) };
}

/** The one order a request names, directly, in a list of one, or through a package. */
function orderNamed(world: World, { query, body }: SandboxRequest): string | undefined {
  const direct = query.get('order_sn') ?? query.get('order_sn_list');
  if (direct !== null) return direct.includes(',') ? undefined : direct;
  const packageNumber = query.get('package_number_list');
  if (packageNumber !== null) return world.ordersByPackage.get(packageNumber)?.orderSn;
  // Good enough for a switch: the operation itself parses the body strictly.
  const named = [...body.matchAll(/"order_sn"\s*:\s*"([^"]*)"/g)].map((match) => match[1]);
  return named.length === 1 ? named[0] : undefined;
}
