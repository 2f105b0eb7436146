/**
 * A hand-made Shopee caller for these tests: it signs by its own reading of shopee.md 1.1, and every
 * part of a request can be made wrong.
 */
import { createHmac } from 'node:crypto';
import { afterEach } from 'vitest';
import {
  type BookedPackage,
  type NewOrder,
  type ShopeeSandbox,
  type ShopeeSandboxOptions,
  startShopeeSandbox,
} from '../../connectors/shopee/sandbox/index.ts';

/** Printed in Shopee's own PHP demo (shopee.md 1.4). */
export const DEMO_KEY = '57615053704d6470644f554a78656d50484143644964436a5568777544524579';
export const PARTNER = '2001887';
export const SHOP = '14701711';

export interface Answer {
  readonly status: number;
  readonly error: string;
  readonly message: string;
  readonly contentType: string | null;
  readonly text: string;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: test code looks into foreign JSON
  readonly json: any;
}

export interface CallOptions {
  readonly verb?: string;
  readonly query?: Readonly<Record<string, string>>;
  /** Text goes out as it is. */
  readonly body?: object | string;
  readonly contentType?: string;
  readonly token?: string;
  readonly shopId?: string;
  readonly partnerId?: string;
  readonly key?: string | Buffer;
  readonly timestamp?: string;
  /** Changes the whole query last of all. */
  readonly tamper?: (query: URLSearchParams) => void;
}

export interface TestShop {
  readonly sandbox: ShopeeSandbox;
  readonly token: string;
  shop(path: string, options?: CallOptions): Promise<Answer>;
  publicly(path: string, options?: CallOptions): Promise<Answer>;
}

const started: ShopeeSandbox[] = [];

afterEach(async () => {
  for (const sandbox of started.splice(0)) await sandbox.stop();
});

/** A simulator with one partner and one SG shop, stopped after the test. */
export async function openShop(
  options: ShopeeSandboxOptions & { readonly region?: string } = {},
): Promise<TestShop> {
  const { region = 'SG', ...rest } = options;
  const sandbox = await startShopeeSandbox({
    partners: [{ partnerId: PARTNER, partnerKey: DEMO_KEY }],
    shops: [{ shopId: SHOP, region }],
    ...rest,
  });
  started.push(sandbox);
  const { accessToken: token } = sandbox.issueTokens({ partnerId: PARTNER, shopId: SHOP });
  return {
    sandbox,
    token,
    shop: (path, call = {}) =>
      send(sandbox.url, path, { token, shopId: SHOP, ...call }, call.token ?? token),
    publicly: (path, call = {}) => send(sandbox.url, path, call, undefined),
  };
}

async function send(
  host: string,
  path: string,
  options: CallOptions,
  token: string | undefined,
): Promise<Answer> {
  const partner = options.partnerId ?? PARTNER;
  const timestamp = options.timestamp ?? String(Math.floor(Date.now() / 1000));
  const shopId = options.shopId ?? SHOP;
  const tail = token === undefined ? '' : token + shopId;
  const sign = createHmac('sha256', options.key ?? DEMO_KEY)
    .update(partner + path + timestamp + tail)
    .digest('hex');
  const query = new URLSearchParams({ partner_id: partner, timestamp, sign, ...options.query });
  if (token !== undefined) {
    query.set('access_token', token);
    query.set('shop_id', shopId);
  }
  options.tamper?.(query);
  const { body } = options;
  const text = typeof body === 'object' ? JSON.stringify(body) : body;
  const response = await fetch(`${host}${path}?${query}`, {
    method: options.verb ?? (text === undefined ? 'GET' : 'POST'),
    ...(text === undefined
      ? {}
      : { body: text, headers: { 'content-type': options.contentType ?? 'application/json' } }),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const isJson = bytes[0] === 0x7b;
  const json = isJson ? JSON.parse(bytes.toString('utf8')) : undefined;
  return {
    status: response.status,
    error: json?.error,
    message: json?.message,
    contentType: response.headers.get('content-type'),
    text: bytes.toString('utf8'),
    bytes,
    json,
  };
}

export const ORDER = '/api/v2/order/';
export const LOGISTICS = '/api/v2/logistics/';

export function now(): number {
  return Math.floor(Date.now() / 1000);
}

export const ONE_LINE = [{ sku: 'TB-1-2-1500', price: 15, quantity: 2 }] as const;

export function add({ sandbox }: TestShop, wish: Partial<NewOrder> = {}): string {
  return sandbox.addOrder({ shopId: SHOP, lines: ONE_LINE, ...wish });
}

export function packages({ sandbox }: TestShop, orderSn: string): readonly BookedPackage[] {
  return sandbox.books().orders[orderSn]?.packages ?? [];
}
