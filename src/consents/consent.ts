/**
 * A seller's consent, from the link to its end: the link carries a random state, the seller's browser
 * brings it back, and whoever waits for it reads in the database what became of it.
 * @module
 */
import type { ConsentLink, ConsentRedirect } from '../../connectors/marketplace.ts';
import type { App, Settings, Store } from '../config.ts';
import { beginConsent, type ConsentRow, claimConsent, endConsent } from '../database/consents.ts';
import { marketplaces } from '../registry.ts';
import type { Service } from '../service.ts';
import { connectStore, UnfitConsent } from './connect.ts';
import { plainWords } from './plain-words.ts';

/** No code, state or id is anywhere near this long. */
const LONGEST_VALUE = 2_000;
const MOST_PARAMETERS = 30;

/** Where the seller is to come back to, and how that is known. */
export interface RedirectAddress {
  readonly url: string;
  /** `setting`: of the app; `public`: of PONBRIDGE_PUBLIC_URL; `local`: only this machine's browsers reach it. */
  readonly by: 'setting' | 'public' | 'local';
}

export function redirectAddress(settings: Settings, app: App): RedirectAddress {
  const { redirectUrl } = app.settings as { readonly redirectUrl?: unknown };
  if (typeof redirectUrl === 'string') return { url: redirectUrl, by: 'setting' };
  const path = `/oauth/${app.marketplace}/callback`;
  if (settings.publicUrl) {
    return { url: settings.publicUrl.replace(/\/+$/, '') + path, by: 'public' };
  }
  return { url: `http://127.0.0.1:${settings.port}${path}`, by: 'local' };
}

export interface BegunConsent {
  readonly id: string;
  readonly expiresAt: Date;
  /** The link as of now; some end before the state does, and are then to be made anew. */
  link(): ConsentLink;
}

export async function startConsent(
  service: Service,
  store: Store,
  redirect: RedirectAddress,
  livesMs: number,
): Promise<BegunConsent> {
  const { marketplace, app: name } = store.settings;
  const module = marketplaces.get(marketplace);
  const app = service.settings.apps.get(`${marketplace}/${name}`);
  if (!module || !app) throw new Error(`apps.${marketplace}.${name} is not set`);
  const facts = { store: store.name, marketplace, app: name, redirect: redirect.url, livesMs };
  const { id, state, expiresAt } = await beginConsent(service.durable, facts, service.clock.now());
  const request = { redirectUrl: redirect.url, state };
  return {
    id,
    expiresAt,
    link: () => module.consentLink(app.settings, { ...request, at: service.clock.now() }),
  };
}

/** How a consent ended, in plain words for its page and for the terminal. */
export interface EndedConsent {
  readonly is: 'connected' | 'refused' | 'not-ours';
  readonly title: string;
  readonly lines: readonly string[];
}

/**
 * Finishes what the consent page sent back.
 * @param store where the address was given for one store, in the terminal
 */
export async function finishConsent(
  service: Service,
  marketplace: string,
  query: URLSearchParams,
  store?: string,
): Promise<EndedConsent> {
  const module = marketplaces.get(marketplace);
  if (!module)
    return notOurs(
      'There is no such marketplace',
      `Known: ${[...marketplaces.keys()].join(', ')}.`,
    );
  const wrong = whatIsWrong(query);
  if (wrong) return notOurs('This address cannot be used', wrong);
  const redirect = module.readRedirect(query);
  if (redirect.state === undefined) {
    return notOurs(
      'This consent did not begin here',
      'The address has no state, so nobody here asked for this consent, and nothing was kept. Begin with: ponbridge connect <store>.',
    );
  }
  const wanted = { marketplace, state: redirect.state, ...(store === undefined ? {} : { store }) };
  const claim = await claimConsent(service.durable, wanted, service.clock.now());
  switch (claim.is) {
    case 'unknown':
      return notOurs(
        'This consent is not known here',
        'It began elsewhere, or long ago. Nothing was kept. Begin again: ponbridge connect <store>.',
      );
    case 'other-store':
      return notOurs(
        'This consent is for another store',
        `It is for ${claim.row.store}: ponbridge connect ${claim.row.store} --paste <address>.`,
      );
    case 'used':
      return notOurs(
        'This consent was used already',
        `The address works once. ${whatBecame(claim.row)}`,
      );
    case 'ended':
      return notOurs(
        'The time for this consent is over',
        `Nothing was kept. Begin again: ponbridge connect ${claim.row.store}.`,
      );
    case 'mine':
      return finish(service, claim.row, redirect, module.title);
  }
}

function notOurs(title: string, ...lines: string[]): EndedConsent {
  return { is: 'not-ours', title, lines };
}

function whatIsWrong(query: URLSearchParams): string | undefined {
  const names = [...query.keys()];
  if (names.length > MOST_PARAMETERS) return 'It has too many parameters. Nothing was kept.';
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) {
    return `It has "${plainWords(twice, 40)}" more than once, as no consent page sends it. Nothing was kept.`;
  }
  const long = [...query].find(([name, value]) => name.length + value.length > LONGEST_VALUE);
  return long && `Its "${plainWords(long[0], 40)}" is too long to be true. Nothing was kept.`;
}

function whatBecame({ store, outcome }: ConsentRow): string {
  if (outcome === 'connected') return `${store} was connected with it.`;
  const again = `Begin again: ponbridge connect ${store}.`;
  return outcome === 'refused' ? `It was refused. ${again}` : `If nothing came of it: ${again}`;
}

async function finish(
  service: Service,
  row: ConsentRow,
  redirect: ConsentRedirect,
  title: string,
): Promise<EndedConsent> {
  const again = `Begin again: ponbridge connect ${row.store}.`;
  try {
    if (redirect.error !== undefined) {
      const said = plainWords(redirect.error);
      throw new UnfitConsent(
        `${title} gives no consent and says: ${said}. Nothing was kept. ${again}`,
      );
    }
    if (redirect.code === undefined) {
      throw new UnfitConsent(`${title} sent no code back. Nothing was kept. ${again}`);
    }
    const store = service.settings.stores.get(row.store);
    if (store?.settings.app !== row.app || store.settings.marketplace !== row.marketplace) {
      throw new UnfitConsent(
        `The settings of ${row.store} that the service works with are not those the link was made with. Make it read them again (ponbridge reload), then: ponbridge connect ${row.store}.`,
      );
    }
    const lines = await connectStore(service, row.store, redirect.code, {
      subject: redirect.subject,
      whenKept: (tx, report) => endConsent(tx, row.id, { connected: report }),
    });
    return { is: 'connected', title: 'The shop is connected', lines };
  } catch (error) {
    const isUnfit = error instanceof UnfitConsent;
    // Never with the address: it holds the code.
    service.log[isUnfit ? 'info' : 'error'](
      { store: row.store, ...(isUnfit ? { why: error.message } : { err: error }) },
      'a consent was refused',
    );
    const reason = isUnfit
      ? error.message
      : `It failed here, and the service's log says why. Nothing was kept. ${again}`;
    await endConsent(service.durable, row.id, { refused: reason });
    return { is: 'refused', title: 'The shop was not connected', lines: [reason] };
  }
}
