/** Orders and items as Lazada sends them, a scripted Lazada, and a connection to it. */
import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';
import type { SendWindow } from '../../connectors/call.ts';
import { lazada } from '../../connectors/lazada/index.ts';
import { optionsSchema } from '../../connectors/lazada/settings.ts';
import type { Marketplace, PullPage, TokenSource } from '../../connectors/marketplace.ts';

export const SECRET = 'helloworld';
export const APP_KEY = '123456';

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/lazada/${name}`, import.meta.url), 'utf8');
}

export function order(id: number | string, updated: string, more: object = {}): object {
  return {
    order_id: id,
    order_number: id,
    created_at: '2026-03-01 10:00:00 +0800',
    updated_at: updated,
    price: '159.00',
    voucher: 9.5,
    shipping_fee: 2.0,
    payment_method: 'MIXEDCARD',
    items_count: 1,
    statuses: ['pending'],
    customer_first_name: 'D**** ',
    address_shipping: {
      first_name: 'D**** ',
      last_name: '',
      phone: '01******86',
      address1: '4***0',
      address5: 'null',
      city: 'Singapore-Central',
      post_code: '247979',
      country: 'Singapore',
    },
    ...more,
  };
}

export function item(orderId: number | string, id: number | string, more: object = {}): object {
  return {
    order_id: orderId,
    order_item_id: id,
    status: 'pending',
    sku: 'SKU-1',
    name: 'A thing',
    currency: 'SGD',
    item_price: 159.0,
    paid_price: 149.5,
    shipping_type: 'Dropshipping',
    shipping_provider_type: 'standard',
    warehouse_code: 'dropshipping',
    delivery_option_sof: 0,
    is_fbl: 0,
    is_digital: 0,
    package_id: '',
    tracking_code: '',
    shipment_provider: '',
    cancel_return_initiator: 'null-null',
    sla_time_stamp: '2026-03-03T23:59:59+08:00',
    ...more,
  };
}

/** A request as it arrived, its parameters decoded by hand. */
export interface Arrived {
  readonly method: string;
  readonly path: string;
  readonly rawQuery: string;
  readonly rawBody: string;
  readonly contentType: string | undefined;
  /** All parameters, raw. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The signature this server computes by itself over what arrived. */
  readonly expectedSign: string;
}

export interface Scripted {
  readonly url: string;
  readonly requests: Arrived[];
}

type Reply = object | string | Uint8Array;
export type Script = (
  request: Arrived,
) => Reply | { readonly status: number; readonly body: Reply };

/** A server that refuses a wrong signature and otherwise answers by the script. */
export async function scripted(script: Script): Promise<Scripted> {
  const requests: Arrived[] = [];
  const server = createServer(async (incoming, response) => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const [path = '', rawQuery = ''] = (incoming.url ?? '').split('?');
    const rawBody = Buffer.concat(parts).toString('utf8');
    const request = arrived(path, rawQuery, rawBody, incoming.method ?? '');
    const full = { ...request, contentType: incoming.headers['content-type'] };
    requests.push(full);
    const signed = path.startsWith('/rest')
      ? request.parameters.sign === request.expectedSign
      : true;
    const reply = signed ? script(full) : fixture('incomplete-signature.json');
    const answer =
      typeof reply === 'object' && 'status' in reply && 'body' in reply
        ? (reply as { status: number; body: Reply })
        : { status: 200, body: reply as Reply };
    const plain = typeof answer.body === 'string' || answer.body instanceof Uint8Array;
    response.writeHead(answer.status);
    response.end(plain ? answer.body : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

function arrived(path: string, rawQuery: string, rawBody: string, method: string): Arrived {
  const decode = (text: string, plusIsSpace: boolean): [string, string][] =>
    text
      .split('&')
      .filter((pair) => pair !== '')
      .map((pair) => {
        const at = pair.indexOf('=');
        const plain = (part: string) =>
          decodeURIComponent(plusIsSpace ? part.replaceAll('+', ' ') : part);
        return [plain(pair.slice(0, at)), plain(pair.slice(at + 1))];
      });
  const parameters = Object.fromEntries([...decode(rawQuery, true), ...decode(rawBody, true)]);
  let text = path.replace(/^\/rest/, '');
  for (const name of Object.keys(parameters).sort()) {
    if (name !== 'sign') text += name + parameters[name];
  }
  const expectedSign = createHmac('sha256', SECRET).update(text).digest('hex').toUpperCase();
  return { method, path, rawQuery, rawBody, contentType: undefined, parameters, expectedSign };
}

export function store(
  server: Scripted,
  options: object = {},
  tokens: TokenSource = { current: async () => 'token-1', renew: async () => {} },
): Marketplace {
  return lazada.connect(
    { appKey: APP_KEY, appSecret: SECRET, addresses: { all: `${server.url}/rest` } },
    { country: 'sg', sellerId: '1001' },
    optionsSchema.parse(options),
    tokens,
  );
}

export function soon(): SendWindow {
  const now = Date.now();
  return { signedAt: new Date(now), sendBefore: new Date(now + 60_000) };
}

export function ok(data: unknown): object {
  return { code: '0', data, request_id: 'req-1' };
}

export async function collect(pages: AsyncIterable<PullPage>): Promise<PullPage[]> {
  const all: PullPage[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
