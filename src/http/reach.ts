/**
 * `GET /reach/<nonce>`: does a request to the public address reach this installation? The doctor leaves a
 * nonce in the database and asks for it through that address; only a service on the same database knows it.
 * @module
 */
import { Router } from 'express';
import { knowsNonce } from '../database/noted.ts';
import type { Service } from '../service.ts';

/** 128 random bits in hex: nothing else is looked up. */
const NONCE = /^[0-9a-f]{32}$/;

export function reachRouter(service: Service): Router {
  const router = Router();
  router.get('/reach/:nonce', async (request, response) => {
    const nonce = String(request.params.nonce);
    const known = NONCE.test(nonce) && (await knowsNonce(service.db, nonce));
    response
      .status(known ? 200 : 404)
      .json(known ? { reached: nonce } : { error: 'no such address' });
  });
  return router;
}
