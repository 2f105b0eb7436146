/**
 * A simulator of Lazada's Open Platform, read from `reference/lazada.md` and its appendix
 * independently of the connector: all ventures and the auth host on one loopback server.
 * @module
 */
import { type Sandbox, startSandboxServer } from '../../sandbox.ts';
import { type LazadaControl, makeControl } from './control.ts';
import { openLabels } from './documents.ts';
import { makeOperations } from './operations.ts';
import { startPushes } from './push.ts';
import { ventureOf } from './ventures.ts';
import { refused } from './wire.ts';
import { emptyWorld } from './world.ts';

export type { BookedOrder, BookedPackage, Books } from './books.ts';
export type { LazadaControl } from './control.ts';
export type { NewLine, NewOrder, NewSeller } from './newOrders.ts';
export type { PushBehaviour, SentPush } from './push.ts';
export type { IssuedTokens } from './tokens.ts';
export type { App, GrantTerms } from './world.ts';

export interface LazadaSandboxOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Where the pushes go, for every app without an address of its own. */
  readonly callbackUrl?: string;
  /** Default 30 minutes, as the real one waits. */
  readonly pushRetryDelayMs?: number;
  /** Default false: a refresh ends the previous access and refresh token at once. */
  readonly oldTokensSurvive?: boolean;
}

export interface LazadaSandbox extends LazadaControl {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  /** The base address that stands for a venture's host, `/rest` included. */
  apiBase(country: string): string;
  /** The base address that stands for the auth host, `/rest` included. */
  readonly authBase: string;
  readonly shell: Sandbox;
  stop(): Promise<void>;
}

/**
 * Starts a simulator that knows no app, seller or order yet.
 * @example
 * const lazada = await startLazadaSandbox();
 * lazada.addApp({ appKey: '123456', appSecret: 'secret' });
 * lazada.addSeller({ country: 'sg', sellerId: '1001' });
 * const { accessToken } = lazada.issueTokens({ appKey: '123456', sellerIds: ['1001'] });
 */
export async function startLazadaSandbox(
  options: LazadaSandboxOptions = {},
): Promise<LazadaSandbox> {
  const world = emptyWorld();
  const pushes = startPushes(world, options.pushRetryDelayMs);
  const control = makeControl(world, pushes);
  if (options.callbackUrl !== undefined) control.setCallback(options.callbackUrl);
  let url = '';
  const labels = openLabels(world, () => url);
  const shell = await startSandboxServer({
    system: 'lazada',
    operations: makeOperations(world, labels, options.oldTokensSurvive ?? false),
    throttled: (seconds) =>
      refused(
        'ApiCallLimit',
        `Api access frequency exceeds the limit. this ban will last ${seconds} seconds`,
        'ISP',
      ),
    failed: (code, message) => refused(code, message, 'ISP'),
    // Seen on the real gateway for paths that it does not have; the sentence is assumed.
    notFound: () => refused('InvalidApiPath', 'The specified API path is invalid'),
    control: { ...control },
    ...(options.port === undefined ? {} : { port: options.port }),
  });
  url = shell.url;
  return {
    ...control,
    url,
    shell,
    authBase: `${url}/rest`,
    apiBase(country) {
      ventureOf(country);
      return `${url}/${country}/rest`;
    },
    async stop() {
      pushes.stop();
      await shell.stop();
    },
  };
}
