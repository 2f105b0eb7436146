/**
 * Pushes of the marketplaces: checked on the raw bytes, stored, answered; the order is then read again
 * from its source. `POST /push/<marketplace>/<app>`.
 * @module
 */
import { type Request, type Response, Router } from 'express';
import type { PushHandler, PushHint } from '../../connectors/marketplace.ts';
import type { Store } from '../config.ts';
import { storeMessage } from '../database/inbox.ts';
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
      service.log.warn({ app: key, err: error }, 'a signed push could not be understood');
      response.status(400).json({ error: (error as Error).message });
      return;
    }
    await keep(service, key, hint);
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

/** Stores the hint, and the read it asks for, together. A repeat asks again: a read too many harms nobody. */
async function keep(service: Service, app: string, hint: PushHint) {
  const store = hint.orderId === undefined ? undefined : storeFor(service, app, hint);
  await service.db.transaction().execute(async (tx) => {
    await storeMessage(tx, {
      source: app,
      messageKey: hint.messageKey,
      topic: hint.topic,
      hint: { orderId: hint.orderId, sellerId: hint.sellerId, country: hint.country },
      receivedAt: service.clock.now(),
    });
    if (store && hint.orderId !== undefined) {
      await service.jobs.send(tx, 'read', { store: store.name, orderId: hint.orderId, by: 'push' });
    }
  });
  if (!store && hint.orderId !== undefined) {
    service.log.info({ app, topic: hint.topic }, 'a push for a shop that is in no store file');
  }
}

function storeFor(service: Service, app: string, hint: PushHint): Store | undefined {
  for (const store of service.settings.stores.values()) {
    const { settings } = store;
    if (`${settings.marketplace}/${settings.app}` !== app || settings.sellerId !== hint.sellerId)
      continue;
    if (hint.country === undefined || hint.country === settings.country) return store;
  }
  return undefined;
}
