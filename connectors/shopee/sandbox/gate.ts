/**
 * What Shopee's gateway checks before an operation sees a call (shopee.md 1, 5; appendix, common
 * error list). Assumed: the order of the checks.
 * @module
 */
import type { SandboxAnswer, SandboxRequest } from '../../sandbox.ts';
import type { Partner } from './model.ts';
import { type Body, parseBody } from './reading.ts';
import { callBase, hexHmac } from './signature.ts';
import { Refusal, wrongParameter } from './wire.ts';
import { nowSeconds, type World } from './world.ts';

export interface Operation {
  readonly name: string;
  readonly path: string;
  readonly verb: 'GET' | 'POST';
  /** Which of the two signing rules it follows. */
  readonly kind: 'public' | 'shop';
  readonly handle: (call: Call) => SandboxAnswer;
}

/** A call that passed the gate. */
export interface Call {
  readonly world: World;
  readonly partner: Partner;
  /** Empty for Public calls. */
  readonly shopId: string;
  readonly query: URLSearchParams;
  readonly body: Body;
}

/** A request must arrive within 5 minutes of its timestamp (1.2). */
const TIMESTAMP_SECONDS = 300;
const UINT32_MAX = 4_294_967_295;

/** @throws {Refusal} for every rule that the request breaks. */
export function passGate(world: World, operation: Operation, request: SandboxRequest): Call {
  if (request.method !== operation.verb) {
    throw new Refusal(
      'error_param',
      'Permission denied. This API is currently offline or the request path is incorrect.',
    );
  }
  const { query } = request;
  const partner = knownPartner(world, query);
  const timestamp = freshTimestamp(world, query);
  const sign = query.get('sign');
  if (!sign) throw new Refusal('error_param', 'There is no sign in query.');

  const shop = operation.kind === 'shop' ? shopParameters(query) : undefined;
  const base = callBase(partner.partnerId, operation.path, timestamp, shop);
  if (sign !== hexHmac(partner.partnerKey, base)) throw new Refusal('error_sign', 'Wrong sign.');

  if (shop) checkToken(world, partner, shop);
  else refuseShopParameters(query);
  const body = operation.verb === 'POST' ? jsonBody(request) : {};
  return { world, partner, shopId: shop?.shopId ?? '', query, body };
}

function knownPartner(world: World, query: URLSearchParams): Partner {
  const partnerId = query.get('partner_id');
  if (!partnerId) throw new Refusal('error_param', 'There is no partner_id in query.');
  if (!isUint32(partnerId)) {
    throw new Refusal(
      'error_param',
      'Partner_id is invalid, should be an integer between 0 and 4294967295.',
    );
  }
  const partner = world.partners.get(partnerId);
  if (!partner) {
    throw new Refusal('invalid_partner_id', 'Invalid partner_id, please have a check.');
  }
  return partner;
}

function freshTimestamp(world: World, query: URLSearchParams): string {
  const timestamp = query.get('timestamp');
  if (!timestamp) throw new Refusal('error_param', 'no timestamp.');
  if (!isUint32(timestamp)) {
    throw new Refusal(
      'error_param',
      'Timestamp is invalid, should be an integer between 0 and 4294967295.',
    );
  }
  if (Math.abs(nowSeconds(world) - Number(timestamp)) > TIMESTAMP_SECONDS) {
    throw new Refusal('error_param', 'Timestamp is expired.');
  }
  return timestamp;
}

function shopParameters(query: URLSearchParams): { accessToken: string; shopId: string } {
  const accessToken = query.get('access_token');
  if (!accessToken) throw new Refusal('error_param', 'There is no access_token in query.');
  const shopId = query.get('shop_id');
  if (!shopId) throw new Refusal('error_param', 'There is no shop_id in query.');
  if (!isUint32(shopId)) {
    throw new Refusal(
      'error_param',
      'shop_id is invalid, should be an integer between 0 and 4294967295.',
    );
  }
  if (query.has('merchant_id')) throw wrongParameter('shop_id and merchant_id exclude each other');
  return { accessToken, shopId };
}

/** Shop parameters on a Public call are a known mistake (1.1). Assumed: how Shopee answers it. */
function refuseShopParameters(query: URLSearchParams) {
  for (const name of ['access_token', 'shop_id', 'merchant_id']) {
    if (query.has(name)) throw wrongParameter(`${name} does not belong to a public call`);
  }
}

/** Assumed: which of the two documented answers belongs to which kind of wrong token. */
function checkToken(
  world: World,
  partner: Partner,
  shop: { readonly accessToken: string; readonly shopId: string },
) {
  const token = world.accessTokens.get(shop.accessToken);
  if (!world.authorisations.has(`${partner.partnerId}/${shop.shopId}`)) {
    throw new Refusal('shop_no_linked', 'Partner and shop has no linked.');
  }
  const expiresAt = token?.expiresAt.get(shop.shopId);
  if (!token || token.partnerId !== partner.partnerId || expiresAt === undefined) {
    throw new Refusal('error_auth', 'Invalid access_token.');
  }
  if (expiresAt <= nowSeconds(world)) {
    throw new Refusal('invalid_acceess_token', 'Invalid access_token, please have a check.');
  }
}

function jsonBody(request: SandboxRequest): Body {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type)) {
    throw wrongParameter('Content-Type should be application/json');
  }
  return parseBody(request.body);
}

function isUint32(text: string): boolean {
  return /^\d{1,10}$/.test(text) && Number(text) <= UINT32_MAX;
}
