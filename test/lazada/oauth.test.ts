import { expect, test } from 'vitest';
import { Rejected } from '../../connectors/errors.ts';
import { authorizeUrl, lazada } from '../../connectors/lazada/index.ts';
import { APP_KEY, fixture, type Scripted, SECRET, scripted } from './given.ts';

const now = new Date('2026-03-01T00:00:00Z');
const nobody = { sellerId: undefined };

function authoriser(server: Scripted) {
  const addresses = { auth: `${server.url}/rest` };
  return lazada.authoriser(
    { appKey: APP_KEY, appSecret: SECRET, addresses },
    { clock: { now: () => now } },
  );
}

test('the recorded answer becomes a grant; the call carries no access token', async () => {
  const server = await scripted(() => fixture('token.json'));
  expect(await authoriser(server).exchange('0_100132_x', nobody)).toEqual({
    accessToken: '50000601c30atpedfgu3...',
    refreshToken: '500016000300bwa2...',
    accessExpiresAt: new Date('2026-03-01T00:00:10Z'),
    refreshExpiresAt: new Date('2026-03-01T00:01:00Z'),
    consentEndsAt: new Date('2026-03-01T00:01:00Z'),
    endIsFixed: true,
    sharedByShops: false,
    shops: [{ sellerId: '1001', country: 'sg' }],
  });
  const [request] = server.requests;
  expect(request).toMatchObject({ method: 'POST', path: '/rest/auth/token/create' });
  expect(request?.rawBody).toBe('code=0_100132_x');
  expect(request?.parameters).not.toHaveProperty('access_token');
  expect(request?.parameters).not.toHaveProperty('uuid');
});

function refreshed(more: object): object {
  return {
    code: '0',
    access_token: 'a',
    refresh_token: 'r',
    expires_in: '604800',
    refresh_expires_in: '2592000',
    account_id: null,
    country: 'cb',
    ...more,
  };
}

const rows = [
  { country: 'SG', seller_id: 1001, user_id: 10101 },
  { country: 'my', seller_id: '2001' },
];
const shops = [
  { sellerId: '1001', country: 'sg' },
  { sellerId: '2001', country: 'my' },
];

test.each([
  ['country_user_info', { country_user_info: rows }],
  ['country_user_info_list', { country_user_info_list: rows }],
  [
    'an object by country',
    { country_user_info: { SG: { seller_id: '1001' }, my: { seller_id: 2001 } } },
  ],
  [
    'an object under the other name',
    {
      country_user_info_list: { sg: { seller_id: '1001' }, my: { country: 'MY', seller_id: 2001 } },
    },
  ],
  ['both names, one of them empty', { country_user_info: [], country_user_info_list: rows }],
  ['both names alike', { country_user_info: rows, country_user_info_list: rows }],
])('a refresh lists its shops as %s, with numbers as text', async (_name, more) => {
  const server = await scripted(() => refreshed(more));
  const grant = await authoriser(server).refresh('old', nobody);
  expect(grant.shops).toEqual(shops);
  expect(grant.accessExpiresAt).toEqual(new Date('2026-03-08T00:00:00Z'));
  expect(grant.refreshExpiresAt).toEqual(new Date('2026-03-31T00:00:00Z'));
  expect(server.requests[0]?.rawBody).toBe('refresh_token=old');
});

test('a grant that cannot be refreshed ends with its access token', async () => {
  const server = await scripted(() => refreshed({ refresh_expires_in: 0 }));
  const grant = await authoriser(server).refresh('old', { sellerId: '77' });
  expect(grant.refreshExpiresAt).toEqual(grant.accessExpiresAt);
  expect(grant.consentEndsAt).toEqual(grant.accessExpiresAt);
  // "cb" is no country: nothing is known of it.
  expect(grant.shops).toEqual([{ sellerId: '77', country: undefined }]);
});

test.each(['IllegalRefreshToken', 'AUTH_TYPE_UNSUPPORTED'])('%s: consent again', async (code) => {
  const server = await scripted(() => ({ code, message: 'no', request_id: 'r' }));
  await expect(authoriser(server).refresh('old', nobody)).rejects.toBeInstanceOf(Rejected);
  expect(server.requests).toHaveLength(1);
});

test('the consent page is asked for with the state and without uuid', () => {
  const url = new URL(
    authorizeUrl(
      { appKey: APP_KEY, appSecret: SECRET },
      { redirectUri: 'https://me/cb', state: 's&1' },
    ),
  );
  expect(`${url.origin}${url.pathname}`).toBe('https://auth.lazada.com/oauth/authorize');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    response_type: 'code',
    force_auth: 'true',
    redirect_uri: 'https://me/cb',
    client_id: '123456',
    state: 's&1',
  });
});

test.each([
  ['?code=0_1_x&state=s', { code: '0_1_x', state: 's', error: undefined }],
  ['?error=access_denied&state=s', { code: undefined, state: 's', error: 'access_denied' }],
  ['?error=e&error_description=No&state=s', { code: undefined, state: 's', error: 'No' }],
  ['?code=&state=', { code: undefined, state: undefined, error: undefined }],
])('a redirect %s is read', (query, read) => {
  const { subject, ...rest } = lazada.readRedirect(new URLSearchParams(query));
  expect(rest).toEqual(read);
  expect(subject).toEqual({ sellerId: undefined });
});
