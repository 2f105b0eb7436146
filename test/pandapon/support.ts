import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Agent, PurchaseDraft } from '../../connectors/agent.ts';
import type { SendWindow } from '../../connectors/call.ts';
import { accountSchema, type PandaponAccount } from '../../connectors/pandapon/account.ts';
import { pandapon } from '../../connectors/pandapon/index.ts';
import type { Surroundings } from '../../connectors/surroundings.ts';

export const SECRET = 'a-secret-that-is-never-sent';

/** A request as it arrived on the socket. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export type Script = (
  request: Arrived,
  number: number,
) => { status?: number; headers?: Record<string, string>; body?: string; cutAt?: number } | 'lose';

/** A server of a few lines that answers as scripted and keeps what arrived. */
export async function scriptedServer(script: Script) {
  const arrived: Arrived[] = [];
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const url = new URL(incoming.url ?? '/', 'http://scripted');
    const request: Arrived = {
      method: incoming.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(parts).toString('utf8'),
    };
    arrived.push(request);
    const answer = script(request, arrived.length);
    if (answer === 'lose') return void incoming.socket.destroy();
    const body = Buffer.from(answer.body ?? '', 'utf8');
    response.writeHead(answer.status ?? 200, {
      'content-type': 'application/json',
      'content-length': String(answer.cutAt ?? body.length),
      ...answer.headers,
    });
    response.end(body.subarray(0, answer.cutAt));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    arrived,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export function account(address: string, more: object = {}): PandaponAccount {
  return accountSchema.parse({
    accessKey: '58c0201dfdf148eca63cbf6bb5e7cf03',
    accessSecret: SECRET,
    userId: '2100007341207',
    address,
    ...more,
  });
}

export function connect(address: string, more: object = {}, surroundings?: Surroundings): Agent {
  return pandapon.connect(account(address, more), surroundings);
}

/** A window that is open now. */
export function openWindow(): SendWindow {
  const signedAt = new Date();
  return { signedAt, sendBefore: new Date(signedAt.getTime() + 60_000) };
}

export function ok(data: unknown): { body: string } {
  return { body: JSON.stringify({ requestId: 'r-1', code: 200, msg: '成功', data }) };
}

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/pandapon/${name}`, import.meta.url), 'utf8');
}

/** What the caller of a promise had to catch. */
export async function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`expected a failure, got ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}

/** The draft whose body is the documentation's example. */
export const seedDraft: PurchaseDraft = {
  orderSource: 'lazada',
  sellerOrderNumber: '1',
  purchaseAmountFen: 400,
  receiver: {
    name: 'a测试aa',
    phone: '',
    mobilePhone: '15068763421',
    country: '中国',
    state: '浙江省',
    city: '杭州市',
    district: '余杭区',
    address: '测试地址',
    zip: '11111',
  },
  lines: [
    {
      orderLineNo: '1',
      itemId: '600126245031041190',
      skuId: '5016042822039',
      quantity: 200,
      priceFen: 1,
    },
    {
      orderLineNo: '1',
      itemId: '600129202197070073',
      skuId: '4860968496626',
      quantity: 200,
      priceFen: 1,
    },
  ],
};

/** A readable row of a listing. */
export function row(id: number | string, more: object = {}) {
  return {
    id: `${id}`,
    orderNo: `no-${id}`,
    sellerOrderNumber: `s-${id}`,
    orderSource: 'lazada',
    createTime: '2024-07-19 10:00:00',
    purchaseAmount: 100,
    status: 0,
    subOrderVOS: [{ quantity: 1, itemId: 'i', skuId: 's' }],
    ...more,
  };
}

export const rows = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => row(from + index));

/** The page a listing call asked for, in either generation. */
export const pageOf = (request: Arrived) =>
  Number(
    request.method === 'GET' ? request.query.get('pageNum') : JSON.parse(request.body).pageNum,
  );
