/**
 * Connects a store: the code of a seller's consent becomes a grant. Nothing is kept before the consent is
 * known to be for the right shop, so that a refused one leaves the grant that was there before.
 * @module
 */
import { setTimeout as delay } from 'node:timers/promises';
import { CallError, Rejected, Unauthorized } from '../../connectors/errors.ts';
import type {
  GrantSubject,
  GrantTokens,
  MarketplaceModule,
  ShopInfo,
  TokenSource,
} from '../../connectors/marketplace.ts';
import type { Store } from '../config.ts';
import type { Tx } from '../database/connect.ts';
import { type NewGrant, storeGrant } from '../database/grants.ts';
import { clearGrantHolds } from '../database/holds.ts';
import { marketplaces } from '../registry.ts';
import type { Service } from '../service.ts';
import { renewEnded } from '../tokens.ts';
import { type Looked, shopOf, tellConnected } from './connected.ts';
import { type Covered, coverOf, whyNotFor } from './covered.ts';
import { plainWords } from './plain-words.ts';

/** A page in a browser waits for this; what takes longer is done by the workers. */
const FIRST_RENEWALS_MS = 12_000;

/** The consent cannot be used for this store; nothing was kept. Says why, and what to do. */
export class UnfitConsent extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = 'UnfitConsent';
  }
}

export interface ConnectOptions {
  /** What the seller came back with; the store's own shop unless told. */
  readonly subject?: GrantSubject | undefined;
  /** Done in the transaction that keeps the grant. */
  readonly whenKept?: (tx: Tx, report: readonly string[]) => Promise<void>;
}

/** Returns what was connected, in sentences for people. @throws {UnfitConsent} */
export async function connectStore(
  service: Service,
  name: string,
  code: string,
  options: ConnectOptions = {},
): Promise<string[]> {
  const { settings, connections } = service;
  const store = settings.stores.get(name);
  const module = store && marketplaces.get(store.settings.marketplace);
  if (!store || !module) throw new UnfitConsent(`There is no stores/${name}.yaml.`);
  const all = [...settings.stores.values()];
  const { marketplace, app, country, sellerId } = store.settings;
  const subject = options.subject ?? { sellerId };
  if (subject.sellerId !== undefined && subject.mainAccountId === undefined) {
    // Before the code is spent.
    const shop = coverOf(store, [{ sellerId: subject.sellerId, country: undefined }], all);
    const shops =
      shop.shops.length > 0
        ? shop.shops
        : [{ marketplace, country: '', sellerId: subject.sellerId }];
    refuseIf(whyNotFor(store, { shops }, all, module.title));
  }
  const tokens = await exchange(service, store, module, code, subject);
  const covered = coverOf(store, tokens.shops, all);
  refuseIf(whyNotFor(store, covered, all, module.title));
  const shop = await lookAtShop(connections, store, module, tokens.accessToken);
  const now = service.clock.now();
  const kept = { ...tokens, consentEndsAt: tokens.consentEndsAt ?? shopOf(shop)?.expiresAt };
  const report = tellConnected({ store, module, settings, covered, tokens: kept, shop, now });
  const grants = await service.durable.transaction().execute(async (tx) => {
    const ids: string[] = [];
    for (const grant of grantsOf(store, kept, covered, now)) {
      const id = await storeGrant(tx, service.secrets, grant, now);
      await clearGrantHolds(tx, id, now);
      ids.push(id);
    }
    await options.whenKept?.(tx, report);
    return ids;
  });
  service.log.info({ store: name, marketplace, app, country, grants }, 'connected');
  if (tokens.sharedByShops) await renewFirst(service, grants);
  return report;
}

function refuseIf(why: string | undefined): void {
  if (why !== undefined) throw new UnfitConsent(why);
}

async function exchange(
  service: Service,
  store: Store,
  module: MarketplaceModule,
  code: string,
  subject: GrantSubject,
): Promise<GrantTokens> {
  const { marketplace, app, sellerId } = store.settings;
  const again = `Begin again: ponbridge connect ${store.name}`;
  try {
    return await service.connections
      .authoriser(marketplace, app)
      .exchange(code, { ...subject, sellerId: subject.sellerId ?? sellerId });
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const said = plainWords(error.message);
    throw new UnfitConsent(
      error instanceof Rejected
        ? `${module.title} does not take the code (${said}). A code works once, for some minutes, and for app ${app} only. ${again}.`
        : `${module.title} could not be asked for the tokens (${said}). ${again}.`,
      error,
    );
  }
}

/**
 * The first call with the new token shows that it works, and whose shop it is.
 * @throws {UnfitConsent} when it is not this store's, or may not be worked for
 */
async function lookAtShop(
  connections: Service['connections'],
  store: Store,
  module: MarketplaceModule,
  accessToken: string,
): Promise<Looked> {
  const { name, settings } = store;
  const fixed: TokenSource = { current: async () => accessToken, renew: async () => {} };
  let shop: ShopInfo | undefined;
  try {
    shop = await connections.marketplace(store, fixed).readShop?.();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    if (!(error instanceof Rejected) && !(error instanceof Unauthorized)) return error;
    throw new UnfitConsent(
      `${module.title} refuses to tell about shop ${settings.sellerId} with this consent: ${plainWords(error.message)}`,
      error,
    );
  }
  if (!shop) return undefined;
  const { marketplace } = settings;
  const key = { marketplace, country: shop.country ?? settings.country, sellerId: shop.sellerId };
  refuseIf(whyNotFor(store, { shops: [key] }, [store], module.title));
  if (shop.state !== 'active' && shop.status !== undefined) {
    throw new UnfitConsent(
      `${module.title} says that shop ${shop.sellerId} is ${plainWords(shop.status)}. Settle that with ${module.title}; then: ponbridge connect ${name}.`,
    );
  }
  return shop;
}

/** One grant for all shops of a token; of a shared first pair one for each store's shop. */
function grantsOf(store: Store, tokens: GrantTokens, covered: Covered, now: Date): NewGrant[] {
  const { marketplace, app } = store.settings;
  if (tokens.sharedByShops) {
    // Due at once: whoever needs the shop first, or the next look for what ends, renews it.
    const due = { ...tokens, accessExpiresAt: now };
    return covered.stores.map(({ settings: { country, sellerId } }) => {
      const shops = [{ marketplace, country, sellerId }];
      return { marketplace, app, subject: `${country}:${sellerId}`, tokens: due, shops };
    });
  }
  const subject = covered.shops.map((shop) => `${shop.country}:${shop.sellerId}`);
  const isElsewhere = (shop: NewGrant['shops'][number]) =>
    covered.elsewhere.some(
      ({ settings }) => settings.sellerId === shop.sellerId && settings.country === shop.country,
    );
  const shops = covered.shops.filter((shop) => !isElsewhere(shop));
  return [{ marketplace, app, subject: subject.sort().join(','), tokens, shops }];
}

/** Each shop's own pair. What fails or takes long is renewed by the workers, or before its first use. */
async function renewFirst(service: Service, grants: readonly string[]): Promise<void> {
  const parts = { ...service, db: service.durable, authoriser: service.connections.authoriser };
  const ended = new AbortController();
  const renewals = Promise.all(grants.map((id) => renewEnded(parts, id).catch(() => {})));
  const patience = delay(FIRST_RENEWALS_MS, undefined, { signal: ended.signal }).catch(() => {});
  await Promise.race([renewals, patience]);
  ended.abort();
}
