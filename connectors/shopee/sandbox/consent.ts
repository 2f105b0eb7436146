/**
 * The page where a seller consents, by both links (shopee.md 2.1): `/auth` of the consent host, which
 * echoes `state`, and the older `/api/v2/shop/auth_partner` of the API host, signed and open for five
 * minutes. A browser opens it and presses a button; a test posts what the button would.
 * @module
 */
import type { SandboxAnswer, SandboxOperation, SandboxRequest } from '../../sandbox.ts';
import { callBase, hexHmac } from './signature.ts';
import { CONSENT_DAYS, issueCode } from './tokens.ts';
import { nowSeconds, type World } from './world.ts';

const SIGNED_PATH = '/api/v2/shop/auth_partner';
/** The signed link ends this long after its timestamp. */
const LINK_SECONDS = 300;

interface Link {
  readonly partnerId: string;
  readonly redirect: string;
  /** Undefined where the link has none to echo. */
  readonly state: string | undefined;
}

export function consentPages(world: World): SandboxOperation[] {
  return [
    operation('auth', '/auth', (request) => readOpenLink(request.query)),
    operation('auth_partner', SIGNED_PATH, (request) => readSignedLink(world, request.query)),
  ];

  function operation(
    name: string,
    path: string,
    read: (request: SandboxRequest) => Link | string,
  ): SandboxOperation {
    return {
      name,
      methods: ['GET', 'POST'],
      path,
      handle(request) {
        const link = read(request);
        if (typeof link === 'string') return refused(link);
        const wrong = whatIsWrong(world, link);
        if (wrong) return refused(wrong);
        return request.method === 'POST'
          ? decide(world, link, new URLSearchParams(request.body))
          : ask(world, path, request.query);
      },
    };
  }
}

/** The text says what is wrong with the link. */
function readOpenLink(query: URLSearchParams): Link | string {
  if (query.get('auth_type') !== 'seller') return 'auth_type must be seller';
  if (query.get('response_type') !== 'code') return 'response_type must be code';
  return {
    partnerId: query.get('partner_id') ?? '',
    redirect: query.get('redirect_uri') ?? '',
    state: query.get('state') ?? undefined,
  };
}

function readSignedLink(world: World, query: URLSearchParams): Link | string {
  const partnerId = query.get('partner_id') ?? '';
  const timestamp = query.get('timestamp') ?? '';
  const partner = world.partners.get(partnerId);
  if (!partner) return 'Invalid partner_id, please have a check.';
  if (!/^\d{1,10}$/.test(timestamp)) return 'Timestamp is invalid';
  if (nowSeconds(world) - Number(timestamp) > LINK_SECONDS) return 'Timestamp is expired.';
  const base = callBase(partnerId, SIGNED_PATH, timestamp);
  if (query.get('sign') !== hexHmac(partner.partnerKey, base)) return 'Wrong sign.';
  return { partnerId, redirect: query.get('redirect') ?? '', state: undefined };
}

function whatIsWrong(world: World, { partnerId, redirect }: Link): string | undefined {
  const partner = world.partners.get(partnerId);
  if (!partner) return 'Invalid partner_id, please have a check.';
  if (!URL.canParse(redirect)) return 'redirect is missing';
  const domain = partner.redirectDomain;
  return domain === undefined || new URL(redirect).host === domain
    ? undefined
    : 'The domain of redirect_uri is not consistent with the Redirect URL Domain declared in console.';
}

/** The answer of the documentation, with its `msg`. */
function refused(msg: string): SandboxAnswer {
  return { body: { code: 1, error: 'error_param', msg, request_id: '0' } };
}

function ask(world: World, path: string, query: URLSearchParams): SandboxAnswer {
  const shops = [...world.shops.keys()].map(
    (id) => `<button name="shop" value="${id}">Agree as shop ${id}</button>`,
  );
  const mains = [...world.mainAccounts.keys()].map(
    (id) => `<button name="main" value="${id}">Agree as main account ${id}</button>`,
  );
  const days = CONSENT_DAYS.map((count) => `<option>${count}</option>`);
  const action = `${path}?${escaped(query.toString())}`;
  return {
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="en"><title>Shopee (simulated)</title><body><h1>Shopee (simulated)</h1>
<form method="post" action="${action}"><label>For how many days? <select name="days">${days.join('')}</select></label>
${[...shops, ...mains].join('\n')}<button name="refuse" value="1">No</button></form></body></html>`,
  };
}

function decide(world: World, link: Link, form: URLSearchParams): SandboxAnswer {
  const target = new URL(link.redirect);
  const days = Number(form.get('days') ?? 365);
  const shop = form.get('shop');
  const main = form.get('main');
  if (form.has('refuse')) {
    // Assumed: the word; the documents do not say how a refusal comes back.
    target.searchParams.set('error', 'access_denied');
  } else if (shop !== null && world.shops.has(shop)) {
    const consent = { shopId: shop, mainAccountId: undefined, shopIds: [shop] };
    target.searchParams.set(
      'code',
      issueCode(world, { ...consent, partnerId: link.partnerId, days }),
    );
    target.searchParams.set('shop_id', shop);
  } else if (main !== null && world.mainAccounts.has(main)) {
    const shopIds = world.mainAccounts.get(main) ?? [];
    const consent = { shopId: undefined, mainAccountId: main, shopIds };
    target.searchParams.set(
      'code',
      issueCode(world, { ...consent, partnerId: link.partnerId, days }),
    );
    target.searchParams.set('main_account_id', main);
  } else {
    return refused('nobody of that name can log in');
  }
  if (link.state !== undefined) target.searchParams.set('state', link.state);
  return { status: 302, headers: { location: target.href }, body: '' };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
