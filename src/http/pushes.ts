/**
 * Pushes of the marketplaces: checked on the raw bytes, stored, answered; the order is then read again
 * from its source. `POST /push/<marketplace>/<app>`.
 * @module
 */
import { type Request, type Response, Router } from 'express';
import type { PushHandler, PushHint } from '../../connectors/marketplace.ts';
import { keepPush } from '../push-inbox.ts';
import { marketplaces } from '../registry.ts';
import type { Service } from '../service.ts';

export function pushRouter(service: Service): Router {
  const router = Router();
  const handlers = new Map<string, PushHandler>();
  for (const [key, app] of service.settings.apps) {
    const module = marketplaces.get(app.marketplace);
    try {
      if (module) handlers.set(key, module.pushes(app.settings));
    } catch (error) {
      // Poll-only is a supported mode; what is missing for pushes is said once.
      service.log.info({ app: key }, `no pushes are taken: ${(error as Error).message}`);
    }
  }

  router.post('/push/:marketplace/:app', async (request: Request, response: Response) => {
    const key = `${request.params.marketplace}/${request.params.app}`;
    const handler = handlers.get(key);
    if (!handler) {
      response.status(404).json({ error: `no app ${key} in the settings` });
      return;
    }
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    // A console's probe may be unsigned; refusing it would make the set-up impossible.
    if (handler.isProbe(raw)) return answer(response, handler);
    if (!handler.verify(raw, request.get(handler.signatureHeader))) {
      service.log.warn(
        { app: key, bytes: raw.length },
        'a push with a wrong signature was refused',
      );
      response.status(401).json({ error: 'the signature does not fit' });
      return;
    }
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
}

function answer(response: Response, handler: PushHandler) {
  const { status, body } = handler.answer;
  response.status(status);
  if (body === '') response.end();
  else response.type('text/plain').send(body);
}
