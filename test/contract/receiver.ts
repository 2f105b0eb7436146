/** A callback address of the tests: keeps what it gets, byte for byte, and takes everything. */
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished, vi } from 'vitest';

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
}

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** The first message that fits, once it has come. */
  next(fits?: (message: Received) => boolean): Promise<Received>;
}

export async function openReceiver(status = 200): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      received.push({ headers: request.headers, raw: Buffer.concat(parts) });
      response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/push`,
    received,
    async next(fits = () => true) {
      return eventually(() => {
        const found = received.find(fits);
        if (!found) throw new Error(`no such message among the ${received.length} received`);
        return found;
      });
    },
  };
}

/** Waits until it no longer throws, long enough for a busy machine. */
export function eventually<T>(look: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(look, { timeout: 10_000, interval: 10 });
}
