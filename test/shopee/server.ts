/**
 * A scripted Shopee for these tests: answers what it is told, and checks each call's signature with
 * its own few lines, so that a mistake in the connector's signing shows.
 */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { Marketplace, TokenSource } from '../../connectors/marketplace.ts';
import { type ShopeeOptions, shopee } from '../../connectors/shopee/index.ts';

export const KEY = 'shpk57615053704d6470644f554a78656d50';
export const PARTNER = '2001887';
export const SHOP = '14701711';

export interface Call {
  readonly operation: string;
  readonly method: string;
  readonly query: URLSearchParams;
  /** As sent, so that the digits of ids can be looked at. */
  readonly body: string;
  /** What is wrong with its query parameters or signature; undefined when nothing is. */
  readonly fault: string | undefined;
}

/** What is answered: an object as JSON, text or bytes as they are, or HTTP status and headers too. */
export type Reply =
  | string
  | Uint8Array
  | object
  | { readonly http: number; readonly body: string; readonly headers?: Record<string, string> };

export interface Script {
  readonly url: string;
  readonly calls: Call[];
  callsOf(operation: string): Call[];
}

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** Starts a server that answers each call by its operation (the path's last segment). */
export async function scripted(
  answer: (call: Call, nth: number) => Reply | undefined,
): Promise<Script> {
  const calls: Call[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const url = new URL(request.url ?? '/', 'http://shopee');
    const operation = url.pathname.split('/').at(-1) ?? '';
    const call: Call = {
      operation: url.pathname.startsWith('/api/v2/auth/') ? url.pathname : operation,
      method: request.method ?? '',
      query: url.searchParams,
      body: Buffer.concat(parts).toString('utf8'),
      fault: faultOf(url),
    };
    const nth = calls.filter((earlier) => earlier.operation === call.operation).length;
    calls.push(call);
    const reply = answer(call, nth) ?? { error: 'error_not_found', message: 'no script' };
    if (typeof reply === 'string' || reply instanceof Uint8Array) response.end(reply);
    else if ('http' in reply) {
      response.writeHead(reply.http as number, (reply as { headers?: object }).headers as never);
      response.end((reply as { body: string }).body);
    } else response.end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  open.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    calls,
    callsOf: (operation) => calls.filter((call) => call.operation === operation),
  };
}

const COMMON_PUBLIC = ['partner_id', 'sign', 'timestamp'];
const COMMON_SHOP = ['access_token', 'partner_id', 'shop_id', 'sign', 'timestamp'];

function faultOf(url: URL): string | undefined {
  const given = (name: string) => url.searchParams.get(name) ?? '';
  const isPublic = /\/(auth|public|push)\//.test(url.pathname);
  const common = [...url.searchParams.keys()].filter((name) => COMMON_SHOP.includes(name)).sort();
  const wanted = isPublic ? COMMON_PUBLIC : COMMON_SHOP;
  if (common.join() !== wanted.join()) return `common parameters are ${common.join()}`;
  if (Math.abs(Date.now() / 1000 - Number(given('timestamp'))) > 300) return 'timestamp expired';
  let base = given('partner_id') + url.pathname + given('timestamp');
  if (!isPublic) base += given('access_token') + given('shop_id');
  const sign = createHmac('sha256', Buffer.from(KEY, 'utf8')).update(base).digest('hex');
  return sign === given('sign') ? undefined : 'wrong sign';
}

export function appAt(url: string) {
  return shopee.appSchema.parse({ address: url, partnerId: PARTNER, partnerKey: KEY });
}

export function optionsOf(options: Partial<ShopeeOptions> = {}): ShopeeOptions {
  return shopee.optionsSchema.parse(options);
}

/** A token source that counts its renewals: token-0, token-1, ... */
export function tokenSource(): TokenSource & { readonly renewed: string[] } {
  const renewed: string[] = [];
  return {
    renewed,
    current: async () => `token-${renewed.length}`,
    async renew(refused) {
      renewed.push(refused);
    },
  };
}

export function storeAt(
  url: string,
  options: Partial<ShopeeOptions> = {},
  tokens: TokenSource = tokenSource(),
): Marketplace {
  const address = { country: 'sg', sellerId: SHOP };
  return shopee.connect(appAt(url), address, optionsOf(options), tokens);
}

export function sendWindow() {
  return { signedAt: new Date(), sendBefore: new Date(Date.now() + 60_000) };
}

// biome-ignore lint/suspicious/noExplicitAny: recorded bodies are changed freely by the tests.
export function fixture(name: string): any {
  const path = new URL(`../fixtures/shopee/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(path, 'utf8'));
}

export function done(response: object) {
  return { error: '', message: '', request_id: 'r-1', response };
}
