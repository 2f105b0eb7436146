/**
 * A seller's folder with many shops, for consents: a Lazada shop of its own and a cross-border seller in
 * three countries, a Shopee shop of its own and a main account with three; both of Shopee's links.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { inject } from 'vitest';
import { stringify } from 'yaml';
import { type LazadaSandbox, startLazadaSandbox } from '../../connectors/lazada/sandbox/index.ts';
import { type ShopeeSandbox, startShopeeSandbox } from '../../connectors/shopee/sandbox/index.ts';
import type { Clock } from '../../src/clock.ts';
import { loadSettings, type Settings } from '../../src/config.ts';
import {
  demoEnvironment,
  demoServiceFile,
  demoStoreFile,
  LAZADA,
  SHOPEE,
} from '../../src/demo/settings.ts';
import { freePort } from '../../src/demo/world.ts';
import { type Core, openCore } from '../../src/main.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';

export { LAZADA, SHOPEE } from '../../src/demo/settings.ts';

/** One consent of theirs covers all three; no store uses the last. */
export const ABROAD = { sg: '5001', my: '5002', ph: '5003' } as const;
export const MAIN = { id: '68272', my: '33142', sg: '46154', th: '55555' } as const;
/** Shopee shops that consent by the current page, whose link does not end. */
export const OPEN_SHOP = '77001';

type Country = string;

const STORES: Readonly<Record<string, readonly ['lazada' | 'shopee', Country, string, string]>> = {
  'tea-sg': ['lazada', 'sg', LAZADA.sellerId, 'main'],
  'abroad-sg': ['lazada', 'sg', ABROAD.sg, 'main'],
  'abroad-my': ['lazada', 'my', ABROAD.my, 'main'],
  'tea-my': ['shopee', 'my', SHOPEE.shopId, 'main'],
  'main-my': ['shopee', 'my', MAIN.my, 'main'],
  'main-sg': ['shopee', 'sg', MAIN.sg, 'main'],
  'open-my': ['shopee', 'my', OPEN_SHOP, 'open'],
};

export interface PlaceOptions {
  /** What stores' files say otherwise. */
  readonly stores?: Readonly<Record<string, object>>;
  /** Without it nobody outside reaches the service. */
  readonly publicUrl?: false;
  readonly oldTokensSurvive?: boolean;
}

export interface Place {
  readonly env: Record<string, string>;
  readonly url: string;
  readonly lazada: LazadaSandbox;
  readonly shopee: ShopeeSandbox;
  readonly settings: Settings;
  /** Writes the stores' files anew, and reads all settings. */
  rewrite(stores: Readonly<Record<string, object>>): Promise<Settings>;
  open(settings?: Settings, clock?: Clock): Promise<Core>;
  /** A code as the consent page would send it back. */
  lazadaCode(...sellerIds: string[]): string;
  shopeeCode(shopId: string, days?: number): string;
  mainCode(...shopIds: string[]): string;
  stop(): Promise<void>;
}

export async function openPlace(options: PlaceOptions = {}): Promise<Place> {
  const server = inject('databaseUrl');
  const [databaseUrl, port, lazada, shopee] = await Promise.all([
    freshDatabase(server),
    freePort(),
    startLazadaSandbox({ oldTokensSurvive: options.oldTokensSurvive ?? false }),
    startShopeeSandbox(),
  ]);
  const url = `http://127.0.0.1:${port}`;
  fill(lazada, shopee, url);
  const home = await mkdtemp(join(tmpdir(), 'ponbridge-connect-'));
  await mkdir(join(home, 'stores'));
  await writeFile(join(home, 'ponbridge.yaml'), stringify(serviceFile(lazada, shopee, url)));
  const env = {
    ...demoEnvironment(home, port),
    DATABASE_URL: databaseUrl,
    PONBRIDGE_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    PONBRIDGE_POLLING: 'off',
    ...(options.publicUrl === false ? {} : { PONBRIDGE_PUBLIC_URL: url }),
  };
  const rewrite = async (changes: Readonly<Record<string, object>>) => {
    for (const [name, [marketplace, country, sellerId, app]] of Object.entries(STORES)) {
      const file = {
        ...demoStoreFile(marketplace),
        country,
        sellerId,
        app,
        sellerOrderNumber: '{store}-{order}',
        ...changes[name],
      };
      await writeFile(join(home, 'stores', `${name}.yaml`), stringify(file));
    }
    return loadSettings(env);
  };
  const settings = await rewrite(options.stores ?? {});
  const cores: Core[] = [];
  return {
    env,
    url,
    lazada,
    shopee,
    settings,
    rewrite,
    async open(with_ = settings, clock) {
      const log = pino({ level: 'silent' });
      const core = await openCore({ settings: with_, log, ...(clock ? { clock } : {}) });
      cores.push(core);
      return core;
    },
    lazadaCode: (...sellerIds) => lazada.issueCode({ appKey: LAZADA.appKey, sellerIds }),
    shopeeCode: (shopId, days) => shopee.issueCode({ partnerId: SHOPEE.partnerId, shopId, days }),
    mainCode: (...shopIds) =>
      shopee.issueCode({ partnerId: SHOPEE.partnerId, mainAccountId: MAIN.id, shopIds }),
    async stop() {
      await Promise.all(cores.map((core) => core.close()));
      await Promise.all([lazada.stop(), shopee.stop()]);
      await dropDatabase(server, databaseUrl);
      await rm(home, { recursive: true, force: true });
    },
  };
}

function fill(lazada: LazadaSandbox, shopee: ShopeeSandbox, url: string): void {
  const redirectUrl = `${url}/oauth/lazada/callback`;
  for (const appKey of [LAZADA.appKey, '200200']) {
    lazada.addApp({ appKey, appSecret: LAZADA.appSecret, redirectUrl });
  }
  lazada.addSeller({ country: 'sg', sellerId: LAZADA.sellerId });
  for (const [country, sellerId] of Object.entries(ABROAD)) {
    lazada.addSeller({ country, sellerId, crossBorder: true });
  }
  const { partnerId, partnerKey } = SHOPEE;
  shopee.addPartner({ partnerId, partnerKey, redirectDomain: new URL(url).host });
  shopee.addShop({ shopId: SHOPEE.shopId, region: 'MY', name: 'Tea <b>& more</b>' });
  shopee.addShop({ shopId: OPEN_SHOP, region: 'MY' });
  shopee.addShop({ shopId: MAIN.my, region: 'MY' });
  shopee.addShop({ shopId: MAIN.sg, region: 'SG' });
  shopee.addShop({ shopId: MAIN.th, region: 'TH' });
  shopee.addMainAccount({ mainAccountId: MAIN.id, shopIds: [MAIN.my, MAIN.sg, MAIN.th] });
}

function serviceFile(lazada: LazadaSandbox, shopee: ShopeeSandbox, url: string) {
  const addresses = { lazada: lazada.url, shopee: shopee.url, pandapon: 'http://127.0.0.1:9' };
  const file = demoServiceFile(addresses, url);
  const { all: _, ...none } = file.apps.lazada.main.addresses;
  const hosts = {
    ...none,
    auth: lazada.authBase,
    ...Object.fromEntries(Object.keys(ABROAD).map((country) => [country, lazada.apiBase(country)])),
  };
  const main = { ...file.apps.lazada.main, addresses: hosts };
  const { shopee: shopeeApps } = file.apps;
  return {
    ...file,
    apps: {
      lazada: { main, second: { ...main, appKey: '200200' } },
      shopee: { ...shopeeApps, open: { ...shopeeApps.main, consentAddress: shopee.url } },
    },
  };
}
