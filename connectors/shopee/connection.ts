/**
 * The way to Shopee for one shop or for the app: the generated client with a `fetch` that signs,
 * sends and classifies.
 * @module
 */
import {
  type CallerOptions,
  createCaller,
  type Fetch,
  type Operation,
  type OutgoingRequest,
  type SendWindow,
  systemClock,
} from '../call.ts';
import { CallError, Malformed, Unknown } from '../errors.ts';
import { jsonInteger } from '../json.ts';
import type { TokenSource } from '../marketplace.ts';
import type { Surroundings } from '../surroundings.ts';
import { type Auth, classify, requestIdOf, SYSTEM } from './answers.ts';
import { type Client, createClient, createConfig } from './client/client/index.ts';
import type { ShopeeApp } from './settings.ts';
import { publicBase, shopBase, sign } from './sign.ts';

/** The operations of openapi.yaml by their `x-kind`. */
export const READS = [
  'getAccessToken',
  'refreshAccessToken',
  'getShopsByPartner',
  'getShopInfo',
  'getOrderList',
  'getOrderDetail',
  'searchPackageList',
  'getPackageDetail',
  'getChannelList',
  'getShippingParameter',
  'getTrackingNumber',
  'getTrackingInfo',
  'getShippingDocumentParameter',
  'createShippingDocument',
  'getShippingDocumentResult',
  'downloadShippingDocument',
  'getAppPushConfig',
  'getLostPushMessage',
  'confirmConsumedLostPushMessage',
] as const;
export const SPENDS = ['shipOrder', 'cancelOrder', 'handleBuyerCancellation'] as const;

export type ReadName = (typeof READS)[number];
export type SpendName = (typeof SPENDS)[number];

/** What a generated operation needs from its connection. */
export interface CallOptions {
  readonly client: Client;
  readonly fetch: typeof globalThis.fetch;
  readonly throwOnError: true;
}

type Run<T> = (options: CallOptions) => Promise<T>;

export interface Connection {
  now(): Date;
  /** Runs a read. An answer that does not parse becomes `Malformed`. */
  read<T>(name: ReadName, run: Run<T>): Promise<T>;
  /** Runs a spending call once. An answer that does not parse becomes `Unknown`. */
  spend<T>(name: SpendName, window: SendWindow, run: Run<T>): Promise<T>;
}

/** Speaks for one shop: access_token and shop_id are sent and signed. */
export function openShop(
  app: ShopeeApp,
  shopId: string,
  tokens: TokenSource,
  surroundings: Surroundings = {},
): Connection {
  return open(app, 'shop', surroundings, () => {
    // Of this one call, so that a renewal names the very token that was refused.
    let used = '';
    return {
      async sign(request, at) {
        used = await tokens.current();
        const call = { ...publicPart(app, request, at), accessToken: used, shopId };
        return signed(request, app, call.timestamp, shopBase(call), {
          access_token: used,
          shop_id: shopId,
        });
      },
      renew: () => tokens.renew(used),
    };
  });
}

/** Speaks for the app: exactly partner_id, timestamp and sign are added (shopee.md 1.1). */
export function openPartner(app: ShopeeApp, surroundings: Surroundings = {}): Connection {
  return open(app, 'public', surroundings, () => ({
    sign(request, at) {
      const call = publicPart(app, request, at);
      return signed(request, app, call.timestamp, publicBase(call), {});
    },
  }));
}

function open(
  app: ShopeeApp,
  auth: Auth,
  surroundings: Surroundings,
  identity: () => Pick<CallerOptions, 'sign' | 'renew'>,
): Connection {
  const clock = surroundings.clock ?? systemClock;
  const now = () => clock.now();
  const client = createClient(createConfig({ baseUrl: app.address, bodySerializer: writeBody }));

  return {
    now,
    read: (name, run) => runOne({ name, kind: 'read', ...binaryOf(name) }, undefined, run),
    spend: (name, window, run) => runOne({ name, kind: 'spend' }, window, run),
  };

  async function runOne<T>(operation: Operation, window: SendWindow | undefined, run: Run<T>) {
    const fetch = callerOfOne().fetch(operation, window);
    let requestId: string | undefined;
    const watched: Fetch = async (input, init) => {
      const response = await fetch(input, init);
      if (!operation.binary) requestId = requestIdOf({ json: await response.clone().json() });
      return response;
    };
    try {
      return await run({ client, fetch: watched as typeof globalThis.fetch, throwOnError: true });
    } catch (error) {
      if (error instanceof CallError) throw error;
      const detail = { system: SYSTEM, operation: operation.name, requestId, cause: error };
      const why = `the answer is not as specified: ${whyUnreadable(error)}`;
      throw operation.kind === 'spend' ? new Unknown(why, detail) : new Malformed(why, detail);
    }
  }

  function callerOfOne() {
    let clockRefused = false;
    return createCaller({
      system: SYSTEM,
      ...identity(),
      classify: (answer, operation) =>
        classify(answer, operation, { auth, now, clockRefusedBefore }),
      requestId: requestIdOf,
      ...surroundings,
    });

    function clockRefusedBefore() {
      const before = clockRefused;
      clockRefused = true;
      return before;
    }
  }
}

function binaryOf(name: ReadName): { binary?: true } {
  return name === 'downloadShippingDocument' ? { binary: true } : {};
}

function publicPart(app: ShopeeApp, request: OutgoingRequest, at: Date) {
  const timestamp = Math.floor(at.getTime() / 1000);
  return { partnerId: app.partnerId, path: request.url.pathname, timestamp };
}

/** Common parameters always go in the query, also for POST (shopee.md 1.2). */
function signed(
  request: OutgoingRequest,
  app: ShopeeApp,
  timestamp: number,
  base: string,
  identity: Readonly<Record<string, string>>,
): OutgoingRequest {
  const url = new URL(request.url);
  const common = { partner_id: app.partnerId, timestamp: String(timestamp), ...identity };
  for (const [name, value] of Object.entries(common)) url.searchParams.set(name, value);
  url.searchParams.set('sign', sign(app.partnerKey, base));
  return { ...request, url };
}

/** Names whose values Shopee wants as JSON integers; ours are held as text. */
const INTEGERS = new Set([
  'partner_id',
  'shop_id',
  'main_account_id',
  'item_id',
  'model_id',
  'order_item_id',
  'promotion_group_id',
  'address_id',
  'branch_id',
  'last_message_id',
]);

/** Writes a body; ids beyond 2^53 go out with all their digits (shopee.md 7.1). */
export function writeBody(body: unknown): string {
  return JSON.stringify(body, (name, value: unknown) =>
    INTEGERS.has(name) && typeof value === 'string' ? jsonInteger(value) : value,
  );
}

/** Where an answer differs from its schema, without repeating what it held. */
export function whyUnreadable(error: unknown): string {
  const issues = (error as { issues?: unknown }).issues;
  if (!Array.isArray(issues)) return error instanceof Error ? error.message : String(error);
  return issues
    .slice(0, 3)
    .map((issue: { path?: PropertyKey[]; message?: string }) => {
      return `${(issue.path ?? []).map(String).join('.')}: ${issue.message}`;
    })
    .join('; ');
}
