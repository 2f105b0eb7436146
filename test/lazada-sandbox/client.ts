/** A bare client for the simulator's tests: signs, sends, and returns the parsed body. */
import {
  type LazadaSandbox,
  type NewLine,
  startLazadaSandbox,
} from '../../connectors/lazada/sandbox/index.ts';
import { signRequest } from '../../connectors/lazada/sandbox/sign.ts';

export const APP = { appKey: '123456', appSecret: 'helloworld' };

export type Body = Record<string, unknown>;

/** What stands at a path of an answer: `dig(body, 'data.orders.0.price')`. */
export function dig(body: unknown, path: string): unknown {
  return path.split('.').reduce((value, key) => (value as Body | undefined)?.[key], body);
}

/** The same as text, for ids and tokens that go into the next call. */
export function digText(body: unknown, path: string): string {
  const value = dig(body, path);
  if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`no ${path}`);
  return String(value);
}

export interface Shop {
  readonly sandbox: LazadaSandbox;
  readonly token: string;
  get(path: string, params: Record<string, string>): Promise<Body>;
  post(path: string, params: Record<string, string>): Promise<Body>;
  /** Adds an order of this shop and returns its id with its item ids. */
  order(...lines: NewLine[]): { readonly id: string; readonly items: readonly string[] };
  pack(orderId: string, items: readonly string[], more?: object): Promise<Body>;
  rts(...packageIds: string[]): Promise<Body>;
}

export interface ShopOptions {
  readonly country?: string;
  readonly sellerId?: string;
  readonly crossBorder?: boolean;
  readonly sofStatusUpdate?: boolean;
}

/** A running simulator with one authorised shop. */
export async function openShop(
  options: ShopOptions & Parameters<typeof startLazadaSandbox>[0] = {},
): Promise<Shop> {
  const sandbox = await startLazadaSandbox(options);
  sandbox.addApp(APP);
  return joinShop(sandbox, options);
}

/** Another shop in a running simulator. */
export function joinShop(sandbox: LazadaSandbox, options: ShopOptions = {}): Shop {
  const { country = 'sg', sellerId = '1001', crossBorder, sofStatusUpdate } = options;
  sandbox.addSeller({
    country,
    sellerId,
    ...(crossBorder !== undefined && { crossBorder }),
    ...(sofStatusUpdate !== undefined && { sofStatusUpdate }),
  });
  const token = sandbox.issueTokens({ appKey: APP.appKey, sellerIds: [sellerId] }).accessToken;
  const base = sandbox.apiBase(country);
  const shop: Shop = {
    sandbox,
    token,
    get: (path, params) => send(base, 'GET', path, { ...params, access_token: token }),
    post: (path, params) => send(base, 'POST', path, { access_token: token, ...params }),
    order(...lines) {
      const id = sandbox.addOrder({ country, sellerId, lines });
      return { id, items: itemsOf(sandbox, id) };
    },
    pack: (orderId, items, more = {}) =>
      shop.post('/order/fulfill/pack', {
        packReq: JSON.stringify({
          pack_order_list: [{ order_id: Number(orderId), order_item_list: items.map(Number) }],
          delivery_type: 'dropship',
          shipping_allocate_type: 'TFS',
          ...more,
        }),
      }),
    rts: (...packageIds) =>
      shop.post('/order/package/rts', {
        readyToShipReq: JSON.stringify({ packages: packageIds.map((id) => ({ package_id: id })) }),
      }),
  };
  return shop;
}

/** An order of this shop, packed: its first package with it. */
export async function packedOrder(shop: Shop, ...lines: NewLine[]) {
  const { id, items } = shop.order(...lines);
  await shop.pack(id, items);
  const packageId = bookedOrder(shop.sandbox, id).packageIds[0];
  if (packageId === undefined) throw new Error(`order ${id} was not packed`);
  return { id, items, packageId };
}

export function itemsOf(sandbox: LazadaSandbox, orderId: string): readonly string[] {
  return bookedOrder(sandbox, orderId).items.map((item) => item.orderItemId);
}

export function bookedOrder(sandbox: LazadaSandbox, orderId: string) {
  const found = sandbox.books().orders.find((order) => order.orderId === orderId);
  if (!found) throw new Error(`order ${orderId} is not in the books`);
  return found;
}

/** System parameters and signature, as an honest client makes them. */
export function signed(path: string, params: Record<string, string>): Record<string, string> {
  const all: Record<string, string> = {
    app_key: APP.appKey,
    timestamp: String(Date.now()),
    sign_method: 'sha256',
    ...params,
  };
  return { ...all, sign: signRequest(APP.appSecret, path, new Map(Object.entries(all))) };
}

/** GET: everything in the query. POST: the system's parameters there, the others in a form body. */
export async function send(
  base: string,
  method: 'GET' | 'POST',
  path: string,
  params: Record<string, string>,
): Promise<Body> {
  const system = ['app_key', 'timestamp', 'sign_method', 'access_token', 'sign'];
  const all = Object.entries(signed(path, params));
  const inQuery = all.filter(([name]) => method === 'GET' || system.includes(name));
  const inForm = all.filter((entry) => !inQuery.includes(entry));
  const response = await fetch(`${base}${path}?${new URLSearchParams(inQuery)}`, {
    method,
    ...(method === 'POST' && { body: new URLSearchParams(inForm) }),
  });
  return (await response.json()) as Body;
}
