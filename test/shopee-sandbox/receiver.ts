/** A callback address that keeps what it gets and answers what the test says. */
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';

export interface Received {
  readonly authorization: string | undefined;
  readonly raw: string;
  // biome-ignore lint/suspicious/noExplicitAny: test code looks into foreign JSON
  readonly json: any;
}

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  answer: { status: number; body: string; silent?: boolean };
}

const closers: (() => void)[] = [];

afterEach(() => {
  for (const close of closers.splice(0)) close();
});

export async function openReceiver(): Promise<Receiver> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const raw = Buffer.concat(parts).toString('utf8');
      const { authorization } = request.headers;
      receiver.received.push({ authorization, raw, json: JSON.parse(raw) });
      if (receiver.answer.silent) return;
      response.writeHead(receiver.answer.status).end(receiver.answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/shopee/push/`,
    received: [],
    answer: { status: 200, body: '' },
  };
  return receiver;
}

export function expectedSignature(key: string, url: string, raw: string): string {
  return createHmac('sha256', key).update(`${url}|${raw}`).digest('hex');
}
