/**
 * The token calls and what can be asked about a partner's shops (shopee.md 2.2, 2.3). All flat.
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import type { Call } from './gate.ts';
import { between, optionalId, queryInteger, requiredId, requiredText } from './reading.ts';
import { issuePair, retire, type TokenPair } from './tokens.ts';
import { integer, Refusal, succeedFlat, wrongParameter } from './wire.ts';
import { nowSeconds } from './world.ts';

/** `POST /api/v2/auth/token/get` */
export function exchangeCode({ world, partner, body }: Call): SandboxAnswer {
  checkBodyPartner(partner.partnerId, requiredId(body, 'partner_id'));
  const text = requiredText(body, 'code');
  const shopId = optionalId(body, 'shop_id');
  const mainAccountId = optionalId(body, 'main_account_id');
  if ((shopId === undefined) === (mainAccountId === undefined)) {
    throw wrongParameter('exactly one of shop_id and main_account_id is required');
  }
  const code = world.codes.get(text);
  if (!code || code.partnerId !== partner.partnerId || code.expiresAt <= nowSeconds(world)) {
    throw new Refusal(
      'invalid_code',
      'The code is expired or used or invalid, please check the code.',
    );
  }
  if (shopId !== undefined && code.shopId !== shopId) {
    throw new Refusal(
      'invalid_shop_id',
      'The code or shop_id is wrong, please check the code or the shop_id.',
    );
  }
  if (mainAccountId !== undefined && code.mainAccountId !== mainAccountId) {
    throw new Refusal(
      'invalid_main_acount_id',
      'The code or main_accoount_id is wrong, please check the code or the main_account_id.',
    );
  }
  world.codes.delete(text);
  const pair = issuePair(world, partner.partnerId, code.shopIds);
  const lists =
    mainAccountId === undefined
      ? {}
      : { merchant_id_list: [], shop_id_list: code.shopIds.map(integer) };
  return succeedFlat({ ...pairFields(pair), ...lists });
}

/** `POST /api/v2/auth/access_token/get` */
export function refreshToken({ world, partner, body }: Call): SandboxAnswer {
  checkBodyPartner(partner.partnerId, requiredId(body, 'partner_id'));
  const text = requiredText(body, 'refresh_token');
  const others = ['merchant_id', 'supplier_id', 'user_id', 'principal_id', 'main_account_id'];
  if (others.some((key) => key in body)) {
    throw wrongParameter('this partner has shops only: shop_id, and no other id, is required');
  }
  const shopId = requiredId(body, 'shop_id');
  const token = world.refreshTokens.get(text);
  if (!token || token.partnerId !== partner.partnerId) {
    throw new Refusal('error_auth', 'Invalid refresh_token.');
  }
  if (!token.shopIds.includes(shopId)) {
    throw new Refusal(
      'error_shop_refresh_token',
      'Your refresh token is error ,please check refresh token or shopid.',
    );
  }
  if (token.usedBy.has(shopId)) throw new Refusal('error_auth', 'Invalid refresh_token.');
  if (token.expiresAt <= nowSeconds(world)) {
    throw new Refusal('refresh_token_expired', 'Your refresh_token expired.');
  }
  token.usedBy.add(shopId);
  retire(world, token.accessToken, shopId);
  const pair = issuePair(world, partner.partnerId, [shopId]);
  return succeedFlat({
    partner_id: integer(partner.partnerId),
    shop_id: integer(shopId),
    ...pairFields(pair),
  });
}

/** `GET /api/v2/public/get_shops_by_partner` */
export function listShops({ world, partner, query }: Call): SandboxAnswer {
  // Assumed: the defaults; the documentation states none.
  const size = query.has('page_size') ? queryInteger(query, 'page_size') : 100;
  const page = query.has('page_no') ? queryInteger(query, 'page_no') : 1;
  between(size, 'page_size', 1, 100);
  between(page, 'page_no', 1, 1_000_000);
  const all = [...world.authorisations.values()].filter(
    (row) => row.partnerId === partner.partnerId,
  );
  const rows = all.slice((page - 1) * size, page * size);
  return succeedFlat({
    authed_shop_list: rows.map((row) => ({
      region: world.shops.get(row.shopId)?.region ?? '',
      shop_id: integer(row.shopId),
      auth_time: row.authTime,
      expire_time: row.expireTime,
      sip_affi_shop_list: [],
    })),
    more: all.length > page * size,
  });
}

/** `GET /api/v2/shop/get_shop_info` */
export function shopInfo({ world, partner, shopId }: Call): SandboxAnswer {
  const shop = world.shops.get(shopId);
  const row = world.authorisations.get(`${partner.partnerId}/${shopId}`);
  return succeedFlat({
    shop_name: shop?.name ?? '',
    region: shop?.region ?? '',
    status: world.switches.shopStatus,
    sip_affi_shops: [],
    is_cb: false,
    auth_time: row?.authTime ?? 0,
    expire_time: row?.expireTime ?? 0,
    is_sip: false,
    is_upgraded_cbsc: false,
    merchant_id: null,
    shop_fulfillment_flag: 'Others',
    is_main_shop: false,
    is_direct_shop: false,
    linked_main_shop_id: 0,
    linked_direct_shop_list: [],
    is_one_awb: false,
    is_mart_shop: false,
    is_outlet_shop: false,
  });
}

function pairFields(pair: TokenPair): object {
  return {
    access_token: pair.accessToken,
    refresh_token: pair.refreshToken,
    expire_in: pair.expireIn,
  };
}

/** The token calls carry `partner_id` in the query and in the body (2.2). */
function checkBodyPartner(inQuery: string, inBody: string) {
  if (inQuery !== inBody) throw wrongParameter('partner_id in query and body differ');
}
