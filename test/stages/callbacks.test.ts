/** Callbacks that come faster than they may cause reads. */
import { expect, test } from 'vitest';
import { keepCallback } from '../../src/callback-inbox.ts';
import { ACCOUNT, CUP, openHarness } from './harness.ts';

test('with polling off, news in callbacks beyond the limit comes by one listing a minute later', async () => {
  const h = await openHarness({
    polling: false,
    pandapon: { trackingMs: 0 },
    limits: { callbackReads: 1 },
  });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'paid');
  const agentOrderId = (await h.snapshot(number)).purchase?.agent_order_id ?? '';
  const say = (messageKey: string) =>
    keepCallback(h.service, ACCOUNT, { messageType: 'X', ids: [agentOrderId], messageKey });
  await say('spends the one read');
  await h.run();

  h.pandapon.send(number);
  await h.run();
  const listings = h.listings();
  for (let copy = 0; copy < 10; copy += 1) await say(`beyond ${copy}`);
  await h.run();
  expect((await h.summary(number)).state).toBe('paid');
  const waiting = (await h.jobs.waiting()).filter((job) => job.queue === 'listing');
  expect(waiting).toHaveLength(1);

  await h.elapse(61_000);
  expect(h.listings()).toBe(listings + 1);
  await h.waitForState(number, 'shipped');
});

test('a made-up message while a placing is in doubt costs no more listings than reads are allowed', async () => {
  const h = await openHarness({ polling: false, limits: { callbackReads: 2 } });
  h.pandapon.shell.addFault({ operation: 'createOrder', fault: { kind: 'reset' } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'placing');
  const listings = h.listings();
  for (let copy = 0; copy < 6; copy += 1) {
    const hint = { messageType: 'X', ids: [`88800011${copy}`], messageKey: `made up ${copy}` };
    expect(await keepCallback(h.service, ACCOUNT, hint)).toBe(true);
    await h.run();
  }
  expect(h.listings() - listings).toBe(2);
  const rows = await h.core.db.selectFrom('inbox').select('id').execute();
  expect(rows).toEqual([]);
});
