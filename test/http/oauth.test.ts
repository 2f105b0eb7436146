/** What a browser can bring to the address of the consents, and the page it gets. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type BegunConsent, redirectAddress, startConsent } from '../../src/consents/consent.ts';
import { readConsent } from '../../src/database/consents.ts';
import { createApp } from '../../src/http/app.ts';
import type { Core } from '../../src/main.ts';
import { LAZADA, openPlace, type Place } from '../connect/place.ts';

const HOUR = 3_600_000;

let place: Place;
let core: Core;
let server: Server;
let base: string;
let ahead = 0;
beforeAll(async () => {
  place = await openPlace();
  const clock = { now: () => new Date(Date.now() + ahead) };
  core = await place.open(place.settings, clock);
  server = createServer(createApp(core, new Registry())).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  ahead = 0;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await place.stop();
});

async function begin(name = 'tea-sg'): Promise<BegunConsent & { readonly state: string }> {
  const store = core.settings.stores.get(name);
  const app = core.settings.apps.get(`${store?.settings.marketplace}/main`);
  if (!store || !app) throw new Error('no store');
  const begun = await startConsent(core, store, redirectAddress(core.settings, app), HOUR / 2);
  const link = new URL(begun.link().url);
  const redirect = link.searchParams.get('redirect');
  const carrier = redirect === null ? link : new URL(redirect);
  return { ...begun, state: carrier.searchParams.get('state') ?? '' };
}

async function visit(query: string, marketplace = 'lazada') {
  const response = await fetch(`${base}/oauth/${marketplace}/callback${query}`);
  return { status: response.status, headers: response.headers, html: await response.text() };
}

const kept = () => core.db.selectFrom('grant').select('id').execute();

test('a whole redirect connects, once: the page and the row say the same', async () => {
  const begun = await begin();
  const query = `?code=${place.lazadaCode(LAZADA.sellerId)}&state=${begun.state}`;
  const [first, second] = await Promise.all([visit(query), visit(query)]);
  expect([first.status, second.status].sort()).toEqual([200, 400]);
  const page = first.status === 200 ? first : second;
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('cache-control')).toBe('no-store');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
  const row = await readConsent(core.db, begun.id);
  expect(row).toMatchObject({ outcome: 'connected', reason: null });
  expect(row?.report?.length).toBeGreaterThan(1);
  for (const line of row?.report ?? []) {
    expect(page.html).toContain(line.replaceAll('"', '&quot;'));
  }
  expect((await visit(query)).html).toContain('tea-sg was connected with it');
  await core.db.deleteFrom('grant').execute();
});

test('of the state only its hash is stored', async () => {
  const begun = await begin();
  expect(begun.state).toHaveLength(43);
  expect(JSON.stringify(await readConsent(core.db, begun.id))).not.toContain(begun.state);
});

test.each([
  ['no state', '?code=abc', /did not begin here/],
  ['an empty state', '?code=abc&state=', /did not begin here/],
  ['nothing at all', '', /did not begin here/],
  ['an unknown state', '?code=abc&state=nobody-has-given-this-out', /not known here/],
  ['a code twice', '?code=abc&code=def&state=s', /code&quot; more than once/],
  ['a state twice', '?state=a&code=c&state=b', /state&quot; more than once/],
  ['a long state', `?code=abc&state=${'s'.repeat(5_000)}`, /state&quot; is too long/],
  ['a long code', `?code=${'c'.repeat(9_000)}&state=s`, /code&quot; is too long/],
  [
    'many parameters',
    `?${Array.from({ length: 40 }, (_, nth) => `p${nth}=1`).join('&')}`,
    /too many parameters/,
  ],
  ['broken encoding', '?code=%E0%A4%A&state=%', /not known here/],
])('%s: a clear page, and nothing is kept', async (_what, query, words) => {
  const { status, html } = await visit(query);
  expect({ status, words: words.test(html) }).toEqual({ status: 400, words: true });
  expect(await kept()).toEqual([]);
});

test('an address beyond what a head may hold is refused by the server', async () => {
  expect((await visit(`?code=${'c'.repeat(40_000)}`)).status).toBe(431);
});

test('a target whose host is none is read like any other', async () => {
  const { port } = server.address() as AddressInfo;
  const path = 'http://x:99999/oauth/lazada/callback?code=a&state=nobody-has-given-this-out';
  const asked = request({ port, path }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(400);
});

test('another marketplace, an unknown one, another way of asking', async () => {
  const begun = await begin();
  expect((await visit(`?code=a&shop_id=1&state=${begun.state}`, 'shopee')).html).toContain(
    'not known here',
  );
  expect((await readConsent(core.db, begun.id))?.used_at).toBeNull();
  expect((await visit('?code=a&state=b', 'elsewhere')).status).toBe(400);
  const address = `${base}/oauth/lazada/callback?code=a&state=${begun.state}`;
  const ask = async (method: string) => (await fetch(address, { method })).status;
  expect([await ask('POST'), await ask('HEAD')]).toEqual([404, 405]);
  expect((await readConsent(core.db, begun.id))?.used_at).toBeNull();
});

test.each([
  ['access_denied', '&error=access_denied', /gives no consent and says: access_denied/],
  ['words', '&error=access_denied&error_description=The+seller+said+no', /The seller said no/],
  ['an error beside a code', '&error=server_error&code=abc', /says: server_error/],
  ['no code', '', /sent no code back/],
  ['a code that is none', '&code=0_1_none', /does not take the code/],
])('%s: refused, told to who waits, and the state is used up', async (_what, more, words) => {
  const begun = await begin();
  const { status, html } = await visit(`?state=${begun.state}${more}`);
  expect(status).toBe(409);
  expect(html).toMatch(words);
  const row = await readConsent(core.db, begun.id);
  expect(row?.outcome).toBe('refused');
  expect(row?.reason).toMatch(words);
  expect((await visit(`?state=${begun.state}&code=abc`)).html).toContain('It was refused.');
  expect(await kept()).toEqual([]);
});

test('a state ends by itself', async () => {
  const begun = await begin();
  ahead = HOUR / 2 + 1_000;
  const { status, html } = await visit(`?code=abc&state=${begun.state}`);
  expect(status).toBe(400);
  expect(html).toContain('The time for this consent is over');
  expect((await readConsent(core.db, begun.id))?.used_at).toBeNull();
});

test('what comes with the address is shown as text, and never as more', async () => {
  const begun = await begin();
  const evil = '<script>alert(1)</script>"\'&\u001b[31m\u202e';
  const { html } = await visit(`?state=${begun.state}&error=${encodeURIComponent(evil)}`);
  expect(html).not.toContain('<script');
  expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
  const reason = (await readConsent(core.db, begun.id))?.reason ?? '';
  // A terminal obeys control characters, and one of them turns the line around.
  expect(reason).not.toMatch(/\p{C}/u);
  const name = await visit(`?state=a&${encodeURIComponent(evil)}=1&${encodeURIComponent(evil)}=2`);
  expect(name.html).not.toContain('<script');
});

test('a Shopee shop of no store is refused before its code is spent', async () => {
  const before = place.shopee.shell.calls.length;
  const begun = await begin('tea-my');
  const { html } = await visit(`?state=${begun.state}&code=abc&shop_id=999`, 'shopee');
  expect(html).toContain('Wrong shop: the consent is for 999, and');
  expect(place.shopee.shell.calls.length).toBe(before);
});

test('with the database away it is a page as well', async () => {
  const broken = {
    ...core,
    durable: {
      selectFrom: () => {
        throw new Error('no database');
      },
    },
  } as unknown as Core;
  const other = createServer(createApp(broken, new Registry())).listen(0, '127.0.0.1');
  await once(other, 'listening');
  const { port } = other.address() as AddressInfo;
  const response = await fetch(`http://127.0.0.1:${port}/oauth/lazada/callback?code=a&state=b`);
  expect(response.status).toBe(503);
  expect(await response.text()).toContain('Try the same address again');
  other.close();
});
