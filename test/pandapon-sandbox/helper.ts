import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import {
  DEFAULT_ACCOUNT,
  type PandaponSandbox,
  type PandaponSandboxOptions,
  type SandboxAccount,
  startPandaponSandbox,
} from '../../connectors/pandapon/sandbox/index.ts';
import { CREATE_REQUEST } from './seeds.ts';

export const NONCE = 'abcdefghijklmnopqrstuvwxyz012345';
const MINUTE = 60_000;

export interface Envelope<T = unknown> {
  readonly requestId: string;
  readonly code: number;
  readonly developId: string | null;
  readonly msg: string;
  readonly data: T;
}

export interface Line {
  readonly itemId?: string;
  readonly itemMapId?: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly purchaseAmount: string | null;
  readonly status: string | null;
  readonly subOrderResult: string | null;
  readonly taobaoPurchaseId: string | null;
  readonly taobaoSubPurchaseId: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly closeReason: string | null;
  readonly refundStatus: number;
}

export interface Row {
  readonly id: string;
  readonly orderNo: string;
  readonly createTime: string;
  readonly payTime: string | null;
  readonly sellerOrderNumber: string | null;
  readonly purchaseAmount: number;
  readonly status: number;
  readonly warehouseAddressInfoVO: Record<string, string | null>;
  readonly subOrderVOS: readonly Line[];
}

export interface Page {
  readonly total: number;
  readonly data: readonly Row[];
}

export interface Logistics {
  readonly purchaseOrderOuterId: string;
  readonly pnmLogisticsDetails: readonly {
    readonly mailNo: string;
    readonly logisticsTraces: readonly { readonly time: string; readonly status: string }[];
    readonly logisticsPartner: readonly { readonly company: string }[];
    readonly logisticsGoods: readonly { readonly quantity: string }[];
  }[];
}

/** Steps are a minute apart, so that only a moved clock takes them; nothing waits. */
const SLOW_TIMINGS = {
  buildMs: MINUTE,
  financeMs: MINUTE,
  sendMs: MINUTE,
  trackingMs: MINUTE,
  cancelMs: MINUTE,
};

/** A sandbox whose life moves only by `minutes()`, stopped with the test. */
export async function startSlow(options: PandaponSandboxOptions = {}) {
  const sandbox = await start({ ...SLOW_TIMINGS, ...options });
  let offset = 0;
  return {
    ...sandbox,
    minutes(count: number) {
      offset += count * MINUTE;
      sandbox.sandbox.setClock(offset);
      sandbox.clock.offsetMs = offset;
    },
  };
}

export async function start(options: PandaponSandboxOptions = {}) {
  const sandbox = await startPandaponSandbox(options);
  onTestFinished(() => sandbox.stop());
  const clock = { offsetMs: 0 };
  const send = caller(sandbox, clock);
  const listV2 = async (query: object = {}) =>
    (await send<Page>('POST', '/v2/taobao/order/page', query)).data;
  return {
    sandbox,
    clock,
    send,
    create: (body: unknown = order()) => send<Row>('POST', '/open/order', body),
    listV1: async (query = '') => (await send<Page>('GET', `/open/order/page${query}`)).data,
    listV2,
    rowV2: async (id: string) => {
      const [row] = (await listV2({ id })).data;
      if (!row) throw new Error(`order ${id} is not listed`);
      return row;
    },
    pay: (orderId: string) => send('POST', '/open/order/pay', { orderId }),
    cancel: (orderId: string) => send('POST', '/open/order/cancel', { orderId }),
    logistics: async (subPurchaseOrderId: string | null | undefined) =>
      (
        await send<Logistics>(
          'GET',
          `/open/order/logistics/detail/get?subPurchaseOrderId=${subPurchaseOrderId}`,
        )
      ).data,
  };
}

export type Started = Awaited<ReturnType<typeof start>>;

/** Five headers as the manual's table has them; `change` replaces some, undefined leaves one out. */
export function signedHeaders(
  account: SandboxAccount = DEFAULT_ACCOUNT,
  change: Record<string, string | undefined> = {},
  at = Date.now(),
): Record<string, string> {
  const all: Record<string, string | undefined> = {
    'access-key': account.accessKey,
    timestamp: String(at),
    'nonce-str': NONCE,
    'user-id': account.userId,
    ...change,
  };
  all.signature ??= createHash('md5')
    .update(
      `${all['access-key'] ?? ''}${all.timestamp ?? ''}${all['nonce-str'] ?? ''}${account.accessSecret}`,
    )
    .digest('hex')
    .toUpperCase();
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as Record<string, string>;
}

function caller(sandbox: PandaponSandbox, clock: { offsetMs: number }) {
  return async <T = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers = signedHeaders(DEFAULT_ACCOUNT, {}, Date.now() + clock.offsetMs),
  ): Promise<Envelope<T>> => {
    const response = await fetch(sandbox.url + path, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      signal: AbortSignal.timeout(5_000),
      ...(body === undefined
        ? {}
        : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return (await response.json()) as Envelope<T>;
  };
}

export interface LineWish {
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: string;
  readonly price: string;
}

export const LINE_A: LineWish = {
  itemId: '600126245031041190',
  skuId: '11',
  quantity: '2',
  price: '300',
};
export const LINE_B: LineWish = {
  itemId: '600129202197070073',
  skuId: '22',
  quantity: '1',
  price: '50',
};

/** The seed's request, with other lines and parts. */
export function order(lines: readonly LineWish[] = [LINE_A], change: object = {}) {
  const seed = JSON.parse(CREATE_REQUEST) as Record<string, unknown>;
  const full = lines.map((line, index) => ({
    orderLineNo: String(index + 1),
    currency: 'CNY',
    ...line,
  }));
  return {
    ...seed,
    purchaseAmount: lines.reduce(
      (sum, line) => sum + Number(line.price) * Number(line.quantity),
      0,
    ),
    orderLineList: JSON.stringify(full),
    ...change,
  };
}

/** Waits until the assertions hold, long enough for a busy machine. */
export function eventually(assertions: () => void): Promise<void> {
  return vi.waitFor(assertions, { timeout: 10_000, interval: 5 });
}

/** A receiver of callbacks. `answers` decides the status of each, 200 when it says nothing. */
export async function startReceiver(answers: (count: number) => number = () => 200) {
  const received: { body: string; headers: NodeJS.Dict<string | string[]> }[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ body: Buffer.concat(parts).toString(), headers: request.headers });
      const status = answers(received.length);
      if (status > 0) response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`;
  return { url, received };
}
