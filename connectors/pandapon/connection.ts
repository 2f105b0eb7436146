/**
 * The way to one account: the generated client with a `fetch` that addresses, signs, sends and
 * classifies.
 * @module
 */
import { createCaller, type Fetch, type SendWindow, systemClock } from '../call.ts';
import { CallError, type CallErrorDetail, Malformed, Unknown } from '../errors.ts';
import type { Surroundings } from '../surroundings.ts';
import { accountSchema, type PandaponAccount } from './account.ts';
import { makeClassify, requestIdOf, SYSTEM } from './answers.ts';
import { type Client, createClient, createConfig } from './client/client/index.ts';
import { signedHeaders } from './sign.ts';
import { whyUnreadable } from './wire.ts';

/** The operations of openapi.yaml by their `x-kind`. */
export const READS = [
  'listOrdersV1',
  'listOrdersV2',
  'getLogisticsV1',
  'getLogisticsV2',
  'updateWarehouse',
] as const;
export const SPENDS = ['createOrder', 'payOrder', 'cancelOrder'] as const;

export type ReadName = (typeof READS)[number];
export type SpendName = (typeof SPENDS)[number];

/** What a generated operation needs from its connection. */
export interface CallOptions {
  readonly client: Client;
  readonly fetch: typeof globalThis.fetch;
  readonly throwOnError: true;
}

export interface Connection {
  readonly account: PandaponAccount;
  now(): Date;
  /**
   * Runs a read. Whatever `run` throws that is no typed error (the answer did not parse) becomes
   * `Malformed`.
   */
  read<T>(name: ReadName, run: (options: CallOptions) => Promise<T>): Promise<T>;
  /** Runs a spending call once. An answer that did not parse becomes `Unknown`. */
  spend<T>(
    name: SpendName,
    window: SendWindow,
    run: (options: CallOptions) => Promise<T>,
  ): Promise<T>;
}

const DEFAULT_PATHS = accountSchema.shape.paths.parse({});

export function openConnection(
  account: PandaponAccount,
  surroundings: Surroundings = {},
): Connection {
  const clock = surroundings.clock ?? systemClock;
  const now = () => clock.now();
  const base = account.address.replace(/\/+$/, '');
  const client = createClient(createConfig({ baseUrl: base }));
  const caller = createCaller({
    system: SYSTEM,
    sign: (request, at) => ({
      ...request,
      url: addressed(request.url, base, account),
      headers: { ...request.headers, ...signedHeaders(account, at) },
    }),
    classify: makeClassify(account.refusalCodes, now),
    requestId: (answer) => requestIdOf(answer.json),
    ...surroundings,
  });

  return {
    account,
    now,
    read: (name, run) => watched(caller.fetch({ name, kind: 'read' }), run, Malformed, name),
    spend: (name, window, run) =>
      watched(caller.fetch({ name, kind: 'spend' }, window), run, Unknown, name),
  };

  async function watched<T>(
    fetch: Fetch,
    run: (options: CallOptions) => Promise<T>,
    Failure: new (message: string, detail: CallErrorDetail) => CallError,
    operation: string,
  ): Promise<T> {
    let answered: Response | undefined;
    const keepAnswer: Fetch = async (input, init) => {
      const response = await fetch(input, init);
      answered = response.clone();
      return response;
    };
    try {
      return await run({
        client,
        fetch: keepAnswer as typeof globalThis.fetch,
        throwOnError: true,
      });
    } catch (cause) {
      if (cause instanceof CallError || !answered) throw cause;
      const requestId = requestIdOf(await answered.json());
      const why = `${SYSTEM} ${operation} answered code 200, but ${whyUnreadable(cause)}`;
      throw new Failure(why, { system: SYSTEM, operation, code: undefined, requestId, cause });
    }
  }
}

/** Puts the configured paths of pay and cancel in the place of the generated ones. */
function addressed(url: URL, base: string, { paths }: PandaponAccount): URL {
  const prefix = new URL(base).pathname.replace(/\/+$/, '');
  const key = (['pay', 'cancel'] as const).find(
    (name) => url.pathname === prefix + DEFAULT_PATHS[name],
  );
  if (key === undefined) return url;
  const configured = new URL(url);
  configured.pathname = prefix + paths[key];
  return configured;
}
