/**
 * Pushes of the marketplaces: checked on the raw bytes, stored, answered; the order is then read again
 * from its source. `POST /push/<marketplace>/<app>`.
 * @module
 */
import { type Request, type Response, Router } from 'express';
import type { PushHandler, PushHint } from '../../connectors/marketplace.ts';
import type { App } from '../config.ts';
import { note } from '../noted.ts';
import { keepPush } from '../push-inbox.ts';
import { marketplaces } from '../registry.ts';
import type { Service } from '../service.ts';

export function pushRouter(service: Service): Router {
  const router = Router();
  /** By the app's settings: where these change, the next push is checked by the new ones. */
  const handlers = new WeakMap<App, PushHandler | 'none'>();
  for (const key of service.settings.apps.keys()) handlerOf(key);

  router.post('/push/:marketplace/:app', async (request: Request, response: Response) => {
    const key = `${request.params.marketplace}/${request.params.app}`;
    const handler = handlerOf(key);
    if (!handler) {
      response.status(404).json({ error: `no app ${key} in the settings` });
      return;
    }
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    // A console's probe may be unsigned; refusing it would make the set-up impossible.
    if (handler.isProbe(raw)) {
      note(service, 'push-probe', key);
      return answer(response, handler);
    }
    if (!handler.verify(raw, request.get(handler.signatureHeader))) {
      note(service, 'push-refused', key);
      service.log.warn(
        { app: key, bytes: raw.length },
        'a push with a wrong signature was refused',
      );
      response.status(401).json({ error: 'the signature does not fit' });
      return;
    }
    note(service, 'push-verified', key);
    let hint: PushHint;
    try {
      hint = handler.read(raw);
    } catch (error) {
      // The parser's own message would repeat a piece of the body.
      const why = error instanceof SyntaxError ? 'the body is no JSON' : (error as Error).message;
      service.log.warn({ app: key, why }, 'a signed push could not be understood');
      response.status(400).json({ error: why });
      return;
    }
    await keepPush(service, key, hint);
    answer(response, handler);
  });
  return router;

  function handlerOf(key: string): PushHandler | undefined {
    const app = service.settings.apps.get(key);
    if (!app) return undefined;
    const handler = handlers.get(app) ?? makeHandler(key, app);
    handlers.set(app, handler);
    return handler === 'none' ? undefined : handler;
  }

  function makeHandler(key: string, app: App): PushHandler | 'none' {
    try {
      return marketplaces.get(app.marketplace)?.pushes(app.settings) ?? 'none';
    } catch (error) {
      // Poll-only is a supported mode; what is missing for pushes is said once.
      service.log.info({ app: key }, `no pushes are taken: ${(error as Error).message}`);
      return 'none';
    }
  }
}

function answer(response: Response, handler: PushHandler) {
  const { status, body } = handler.answer;
  response.status(status);
  if (body === '') response.end();
  else response.type('text/plain').send(body);
}
