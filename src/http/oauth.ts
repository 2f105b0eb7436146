/**
 * Where a seller's browser comes back to from a marketplace's consent page:
 * `GET /oauth/<marketplace>/callback`. It answers with a page in plain words; whoever waits in the terminal
 * reads the same in the database.
 * @module
 */
import { type Request, type Response, Router } from 'express';
import { type EndedConsent, finishConsent } from '../consents/consent.ts';
import type { Service } from '../service.ts';
import { renderPage } from './page.ts';

const STATUS: Readonly<Record<EndedConsent['is'], number>> = {
  connected: 200,
  // The address was right, its consent was not.
  refused: 409,
  'not-ours': 400,
};

/** Nothing moves on the connection while the marketplace is asked, repeatedly where it fails. */
const LONGEST_MS = 90_000;

export function oauthRouter(service: Service): Router {
  const router = Router();
  router.get('/oauth/:marketplace/callback', async (request: Request, response: Response) => {
    // Express routes HEAD here too; whoever only looks must not use the state up.
    if (request.method !== 'GET') {
      response.status(405).set('allow', 'GET').end();
      return;
    }
    const { marketplace } = request.params as { marketplace: string };
    response.setTimeout(LONGEST_MS);
    // Express would fold repeated names into lists and drop what it does not know.
    try {
      const ended = await finishConsent(service, marketplace, queryOf(request.originalUrl));
      const tone = ended.is === 'connected' ? 'good' : 'bad';
      send(response, STATUS[ended.is], renderPage({ ...ended, tone }));
    } catch (error) {
      service.log.error({ marketplace, err: error }, 'a consent could not be looked at');
      const lines = ['The database may be away. Try the same address again in a moment.'];
      send(response, 503, renderPage({ title: 'It failed here', lines, tone: 'bad' }));
    }
  });
  return router;
}

/** Taken from the text: a target may be a whole address, and that one no address at all. */
function queryOf(target: string): URLSearchParams {
  const [address = ''] = target.split('#', 1);
  const question = address.indexOf('?');
  return new URLSearchParams(question < 0 ? '' : address.slice(question + 1));
}

/** The address holds a code: no cache keeps the page, no link carries the address on. */
function send(response: Response, status: number, html: string) {
  response.status(status).set('cache-control', 'no-store').type('html').send(html);
}
