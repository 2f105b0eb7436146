/** The listening server: what takes too long is ended, so that nobody can hold it open. */
import { createServer, type RequestListener, type Server } from 'node:http';

export interface ServerTimes {
  /** The head of a request must be there by then. */
  readonly headersMs: number;
  /** The whole request must be there by then: pushes are a few hundred bytes. */
  readonly requestMs: number;
  /** A connection on which nothing moves, such as that of a client that does not read its answers. */
  readonly idleMs: number;
  /** How often the first two are looked at. */
  readonly checkMs: number;
  /** A server that closes waits so long for answers under way. */
  readonly drainMs: number;
}

export const SERVER_TIMES: ServerTimes = {
  headersMs: 5_000,
  requestMs: 10_000,
  idleMs: 30_000,
  checkMs: 1_000,
  drainMs: 5_000,
};

/** Each can hold a body of up to 256 kB for as long as the times above allow; a vendor uses a handful. */
export const MOST_CONNECTIONS = 1_000;

/** @throws {Error} when the address cannot be listened on, e.g. because it is in use. */
export async function listenOn(
  listener: RequestListener,
  address: { readonly host: string; readonly port: number },
  times: ServerTimes = SERVER_TIMES,
  mostConnections = MOST_CONNECTIONS,
): Promise<Server> {
  const server = createServer(
    {
      headersTimeout: times.headersMs,
      requestTimeout: times.requestMs,
      connectionsCheckingInterval: times.checkMs,
    },
    (request, response) => {
      const target = request.url ?? '/';
      // Express would parse it with Node's old parser, which prints such an address, code and all.
      if (target.startsWith('/') || URL.canParse(target)) listener(request, response);
      else response.writeHead(400).end();
    },
  );
  server.timeout = times.idleMs;
  server.maxConnections = mostConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address.port, address.host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return server;
}

/** Takes no new requests, lets answers under way end, and then cuts what is left. */
export async function closeServer(
  server: Server,
  times: ServerTimes = SERVER_TIMES,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  const cut = setTimeout(() => server.closeAllConnections(), times.drainMs);
  await closed;
  clearTimeout(cut);
}
