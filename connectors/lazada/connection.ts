/**
 * A connection to one Lazada host: adds the system parameters, signs exactly what is sent, and turns
 * answers into typed errors.
 * @module
 */
import { ZodError } from 'zod';
import {
  type Answer,
  type Clock,
  createCaller,
  type Fetch,
  type Operation,
  type OutgoingRequest,
  type SendWindow,
  systemClock,
} from '../call.ts';
import { Malformed, Unknown } from '../errors.ts';
import type { TokenSource } from '../marketplace.ts';
import type { Surroundings } from '../surroundings.ts';
import { classify, requestIdOf } from './classify.ts';
import { type Client, createClient } from './client/client/index.ts';
import { addressOf, type LazadaApp } from './settings.ts';
import { signRequest } from './sign.ts';
import type { Country } from './ventures.ts';

/** What a generated function needs to go through the connection: spread it into its options. */
export interface Via {
  readonly client: Client;
  readonly fetch: Fetch;
}

export interface Connection {
  readonly app: LazadaApp;
  readonly clock: Clock;
  /**
   * Makes one call of a generated function.
   * @throws {CallError} by what must be done; an answer that breaks the specification is `Malformed`,
   *   of a spending call `Unknown`.
   * @example await connection.call(operations.getOrder, (via) => getOrder({ ...via, query }))
   */
  call<T>(
    operation: Operation,
    send: (via: Via) => Promise<{ readonly data: T }>,
    window?: SendWindow,
  ): Promise<T>;
}

/** `tokens` is undefined for the token calls only, which are signed without one. */
export function connectTo(
  app: LazadaApp,
  host: Country | 'auth',
  tokens: TokenSource | undefined,
  surroundings: Surroundings = {},
): Connection {
  const base = new URL(addressOf(app, host));
  const client = createClient({ baseUrl: addressOf(app, host), throwOnError: true });
  const clock = surroundings.clock ?? systemClock;
  return {
    app,
    clock,
    async call(operation, send, window) {
      // One caller per call: what it renews must be the very token this call was signed with.
      let token: string | undefined;
      let requestId: string | undefined;
      const caller = createCaller({
        ...surroundings,
        system: 'lazada',
        clock,
        async sign(request, at) {
          token = await tokens?.current();
          return signed(app, base, request, at, token);
        },
        classify(answer: Answer) {
          requestId = requestIdOf(answer);
          return classify(answer, operation, clock.now());
        },
        requestId: requestIdOf,
        ...(tokens && { renew: async () => tokens.renew(token ?? '') }),
      });
      try {
        return (await send({ client, fetch: caller.fetch(operation, window) })).data;
      } catch (error) {
        if (!(error instanceof ZodError)) throw error;
        const detail = { system: 'lazada', operation: operation.name, requestId, cause: error };
        const places = error.issues.map((issue) => issue.path.join('.')).join(', ');
        throw operation.kind === 'spend'
          ? new Unknown(`answer not understood at ${places}`, detail)
          : new Malformed(`answer not understood at ${places}`, detail);
      }
    },
  };
}

/**
 * Adds the system parameters and the signature. Business parameters stay where they are (query or
 * form); the values signed are the raw ones that the receiver decodes from what is sent. The query is
 * percent-encoded throughout, so that the `+` of an ISO offset survives.
 */
export function signed(
  app: LazadaApp,
  base: URL,
  request: OutgoingRequest,
  at: Date,
  token: string | undefined,
): OutgoingRequest {
  const path = request.url.pathname.slice(base.pathname.replace(/\/+$/, '').length);
  const form = filled(new URLSearchParams(request.body ?? ''));
  const query = filled([
    ...request.url.searchParams,
    ['app_key', app.appKey],
    ['timestamp', String(at.getTime())],
    ['sign_method', 'sha256'],
    ['partner_id', app.partnerId ?? ''],
    ['access_token', token ?? ''],
  ]);
  query.push(['sign', signRequest(app.appSecret, path, [...query, ...form])]);

  const url = new URL(request.url);
  url.search = query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const post = request.method === 'POST';
  return {
    method: request.method,
    url,
    headers: post
      ? { ...request.headers, 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' }
      : request.headers,
    body: post ? new URLSearchParams(form).toString() : undefined,
  };
}

/** Empty values are neither signed nor sent: the official samples disagree about signing them. */
function filled(entries: Iterable<readonly [string, string]>): [string, string][] {
  return [...entries]
    .filter(([, value]) => value !== '')
    .map(([name, value]): [string, string] => [name, value]);
}
