/** The demo's outside world: the three simulators over real HTTP on loopback. */
import { createServer } from 'node:net';
import { type LazadaSandbox, startLazadaSandbox } from '../../connectors/lazada/sandbox/index.ts';
import {
  DEFAULT_ACCOUNT,
  type PandaponSandbox,
  startPandaponSandbox,
} from '../../connectors/pandapon/sandbox/index.ts';
import { type ShopeeSandbox, startShopeeSandbox } from '../../connectors/shopee/sandbox/index.ts';
import { CALLBACK_TOKEN, LAZADA, PANDAPON, SHOPEE } from './settings.ts';

export interface World {
  readonly lazada: LazadaSandbox;
  readonly shopee: ShopeeSandbox;
  readonly pandapon: PandaponSandbox;
  stop(): Promise<void>;
}

/** Starts the simulators; pushes and callbacks go to `serviceUrl`. */
export async function startWorld(serviceUrl: string): Promise<World> {
  const lazada = await startLazadaSandbox({ callbackUrl: `${serviceUrl}/push/lazada/main` });
  lazada.addApp({ appKey: LAZADA.appKey, appSecret: LAZADA.appSecret });
  lazada.addSeller({ country: 'sg', sellerId: LAZADA.sellerId, sofStatusUpdate: true });

  const shopee = await startShopeeSandbox({
    callbackUrl: `${serviceUrl}/push/shopee/main`,
    partners: [{ partnerId: SHOPEE.partnerId, partnerKey: SHOPEE.partnerKey }],
    shops: [{ shopId: SHOPEE.shopId, region: 'MY' }],
  });

  const pandapon = await startPandaponSandbox({
    accounts: [{ ...DEFAULT_ACCOUNT, ...PANDAPON }],
    callbackUrl: `${serviceUrl}/callback/pandapon/main/${CALLBACK_TOKEN}`,
    buildMs: 600,
    financeMs: 400,
    sendMs: 1_500,
    trackingMs: 500,
  });
  return {
    lazada,
    shopee,
    pandapon,
    async stop() {
      await Promise.all([lazada.stop(), shopee.stop(), pandapon.stop()]);
    },
  };
}

/** A port that was free a moment ago: the push address must be known before the service listens. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
