/** The three simulators, with both shops in them; nothing moves by itself unless a test says so. */
import { startLazadaSandbox } from '../../connectors/lazada/sandbox/index.ts';
import {
  DEFAULT_ACCOUNT,
  type PandaponSandboxOptions,
  startPandaponSandbox,
} from '../../connectors/pandapon/sandbox/index.ts';
import { startShopeeSandbox } from '../../connectors/shopee/sandbox/index.ts';
import { CALLBACK_TOKEN, LAZADA, PANDAPON, SHOPEE } from '../../src/demo/settings.ts';
import type { World } from '../../src/demo/world.ts';

export interface WorldOptions {
  /** Where pushes and callbacks go; without it none are sent. */
  readonly serviceUrl?: string | undefined;
  /** Suppliers send only when told to, and everything else at the agent happens at once, unless set. */
  readonly pandapon?: PandaponSandboxOptions | undefined;
  /** Whether the Lazada shop may tell its own numbers; yes unless told. */
  readonly sofStatusUpdate?: boolean | undefined;
}

export interface TestWorld extends World {
  setClock(offsetMs: number): void;
}

export async function startTestWorld(options: WorldOptions): Promise<TestWorld> {
  const url = options.serviceUrl;
  const lazada = await startLazadaSandbox(url ? { callbackUrl: `${url}/push/lazada/main` } : {});
  lazada.addApp({ appKey: LAZADA.appKey, appSecret: LAZADA.appSecret });
  lazada.addSeller({
    country: 'sg',
    sellerId: LAZADA.sellerId,
    sofStatusUpdate: options.sofStatusUpdate ?? true,
  });
  const shopee = await startShopeeSandbox({
    callbackUrl: url && `${url}/push/shopee/main`,
    partners: [{ partnerId: SHOPEE.partnerId, partnerKey: SHOPEE.partnerKey }],
    shops: [{ shopId: SHOPEE.shopId, region: 'MY' }],
  });
  const pandapon = await startPandaponSandbox({
    accounts: [{ ...DEFAULT_ACCOUNT, ...PANDAPON }],
    ...(url ? { callbackUrl: `${url}/callback/pandapon/main/${CALLBACK_TOKEN}` } : {}),
    buildMs: 0,
    financeMs: 0,
    sendMs: 0,
    trackingMs: 0,
    cancelMs: 0,
    autoSend: false,
    ...options.pandapon,
  });
  return {
    lazada,
    shopee,
    pandapon,
    setClock(offsetMs) {
      lazada.setClock(offsetMs);
      shopee.setClock(offsetMs);
      pandapon.setClock(offsetMs);
    },
    async stop() {
      await Promise.all([lazada.stop(), shopee.stop(), pandapon.stop()]);
    },
  };
}
