/**
 * The page where a seller consents (lazada.md 2): `/oauth/authorize` of the auth host. A browser opens it
 * and presses a button; a test posts what the button would.
 * @module
 */
import type { SandboxAnswer, SandboxOperation, SandboxRequest } from '../../sandbox.ts';
import { issueCode } from './tokens.ts';
import type { World } from './world.ts';

export const CONSENT_PATH = '/oauth/authorize';

export function consentPage(world: World): SandboxOperation {
  return {
    name: CONSENT_PATH,
    methods: ['GET', 'POST'],
    path: CONSENT_PATH,
    handle: (request) => {
      const wrong = whatIsWrong(world, request.query);
      if (wrong) return page(400, `<h1>Error</h1><p>${escaped(wrong)}</p>`);
      return request.method === 'POST' ? decide(world, request) : ask(world, request);
    },
  };
}

/** Assumed: how each mistake is answered; that it is an error is documented. */
function whatIsWrong(world: World, query: URLSearchParams): string | undefined {
  const app = world.apps.get(query.get('client_id') ?? '');
  if (!app) return 'client_id is not an app of this platform';
  if (query.get('response_type') !== 'code') return 'response_type must be code';
  if (query.get('force_auth') !== 'true') return 'force_auth must be true';
  if (query.has('uuid')) return 'uuid is not supported any more';
  const redirect = query.get('redirect_uri') ?? '';
  if (!URL.canParse(redirect)) return 'redirect_uri is missing';
  return app.redirectUrl === undefined || app.redirectUrl === redirect
    ? undefined
    : 'redirect_uri is not the callback address of the app';
}

/** A seller of one country logs in as such; cross-border sellers as one account over all theirs. */
function ask(world: World, request: SandboxRequest): SandboxAnswer {
  const sellers = [...world.sellers.values()];
  const local = sellers.filter((one) => !one.crossBorder).map((one) => one.sellerId);
  const abroad = sellers.filter((one) => one.crossBorder).map((one) => one.sellerId);
  const accounts = [...local, ...(abroad.length > 0 ? [abroad.join(',')] : [])];
  const buttons = accounts.map(
    (ids) =>
      `<button name="sellers" value="${escaped(ids)}">Agree as seller ${escaped(ids)}</button>`,
  );
  const action = `${CONSENT_PATH}?${escaped(request.query.toString())}`;
  return page(
    200,
    `<h1>Lazada (simulated)</h1><p>App ${escaped(request.query.get('client_id') ?? '')} asks for access.</p>
<form method="post" action="${action}">${buttons.join('\n')}<button name="refuse" value="1">No</button></form>`,
  );
}

function decide(world: World, { query, body }: SandboxRequest): SandboxAnswer {
  const form = new URLSearchParams(body);
  const target = new URL(query.get('redirect_uri') ?? '');
  if (form.has('refuse')) {
    // Assumed: the words; the documents do not say how a refusal comes back.
    target.searchParams.set('error', 'access_denied');
    target.searchParams.set('error_description', 'The seller did not agree');
  } else {
    const sellerIds = (form.get('sellers') ?? '').split(',');
    const appKey = query.get('client_id') ?? '';
    target.searchParams.set('code', issueCode(world, { appKey, sellerIds }));
  }
  const state = query.get('state');
  if (state !== null) target.searchParams.set('state', state);
  return { status: 302, headers: { location: target.href }, body: '' };
}

function page(status: number, body: string): SandboxAnswer {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!doctype html><html lang="en"><title>Lazada (simulated)</title><body>${body}</body></html>`,
  };
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
