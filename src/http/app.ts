/** The web side: pushes, callbacks, health and metrics. Raw bodies, because signatures cover bytes. */
import express, { type ErrorRequestHandler, type Express } from 'express';
import helmet from 'helmet';
import type { Registry } from 'prom-client';
import { ping } from '../queue.ts';
import type { Service } from '../service.ts';
import { callbackRouter } from './callbacks.ts';
import { oauthRouter } from './oauth.ts';
import { pushRouter } from './pushes.ts';
import { reachRouter } from './reach.ts';

/** Pushes are a few hundred bytes; anything near this is not one. */
const LARGEST_BODY = '256kb';

export function createApp(service: Service, metrics: Registry): Express {
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.use(helmet());
  app.get('/health', async (_request, response) => {
    try {
      await ping(service.db);
      response.json({ status: 'ok' });
    } catch {
      response.status(503).json({ status: 'the database does not answer' });
    }
  });
  app.get('/metrics', async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.metrics());
  });
  app.use(oauthRouter(service));
  // Nobody packs a few hundred bytes, and unpacking costs up to 16 MB a stream before any check: 415.
  app.use(express.raw({ type: () => true, limit: LARGEST_BODY, inflate: false }));
  app.use(reachRouter(service));
  app.use(pushRouter(service));
  app.use(callbackRouter(service));
  app.use((_request, response) => {
    response.status(404).json({ error: 'no such address' });
  });
  app.use(onError(service));
  return app;
}

function onError(service: Service): ErrorRequestHandler {
  return (error: Error & { status?: number }, _request, response, _next) => {
    // body-parser's errors carry their status: too large, cut off, wrong encoding.
    const status = error.status !== undefined && error.status < 500 ? error.status : 500;
    if (status === 500) service.log.error({ err: error }, 'a request failed');
    if (response.headersSent) return;
    response
      .status(status)
      .json({ error: status === 500 ? 'it failed here; try again' : error.message });
  };
}
