/** /metrics tells what stands now, and what it has when the database is away. */
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { addGauges } from '../../src/alerts/gauges.ts';
import { connectDatabase } from '../../src/database/connect.ts';
import { holdAccount } from '../../src/database/holds.ts';
import { startTestService, type TestService, until } from '../http/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.stop());

async function scrape(): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(`${service.url}/metrics`);
  return { status: response.status, text: await response.text() };
}

test('alerts and holds by code, with 0 for what does not stand', async () => {
  const { db } = service.core;
  const now = new Date();
  await db
    .insertInto('alert')
    .values([
      { code: 'no-pull', store: 'tea-sg', detail: '', raised_at: now },
      { code: 'no-pull', store: 'tea-my', detail: '', raised_at: now },
      { code: 'unread', store: 'tea-my', detail: '', raised_at: now, cleared_at: now },
    ])
    .execute();
  const hold = { stage: 'test', code: 'listing-untrusted', detail: 'page 2' };
  await holdAccount(db, 'pandapon/main', hold, now);
  const { text } = await scrape();
  expect(text).toContain('ponbridge_alerts{code="no-pull"} 2\n');
  expect(text).toContain('ponbridge_alerts{code="unread"} 0\n');
  expect(text).toContain('ponbridge_holds{code="listing-untrusted"} 1\n');
  expect(text).toContain('ponbridge_holds{code="stuck"} 0\n');
  expect(text).toContain('ponbridge_database_up 1\n');
});

test('the age of the last successful pull, of stores that are to be pulled', async () => {
  const { core } = service;
  const registry = new Registry();
  const stores = new Map(core.settings.stores);
  const mine = stores.get('tea-my');
  if (!mine) throw new Error('the test has no tea-my');
  stores.set('tea-my', { ...mine, settings: { ...mine.settings, paused: true } });
  addGauges(registry, { ...core, settings: { ...core.settings, polling: true, stores } });
  await core.db
    .insertInto('cursor')
    .values({
      store: 'tea-sg',
      covered_until: new Date(),
      last_success_at: new Date(Date.now() - 90_000),
    })
    .execute();
  const text = await registry.metrics();
  expect(text).toMatch(/ponbridge_pull_age_seconds\{store="tea-sg"\} 9\d(\.\d+)?\n/);
  expect(text).not.toContain('store="tea-my"');
  expect((await scrape()).text).not.toContain('store="tea-sg"');
});

test('without its database it tells what it has, and no old numbers', async () => {
  await service.proxy.cut();
  const { status, text } = await scrape();
  await service.proxy.heal();
  expect(status).toBe(200);
  expect(text).toContain('ponbridge_database_up 0\n');
  expect(text).toMatch(/ponbridge_calls_total\{.*\} \d/);
  expect(text).not.toContain('ponbridge_alerts{');
  expect(text).not.toContain('ponbridge_holds{');
  await until('the numbers are back', async () =>
    (await scrape()).text.includes('ponbridge_alerts{code="no-pull"} 2'),
  );
});

test('a database that hangs is not waited for, and asked once only', async () => {
  const db = connectDatabase(service.proxy.url, { size: 1 });
  onTestFinished(() => db.destroy());
  const registry = new Registry();
  addGauges(registry, { ...service.core, db, answerWithinMs: 100 });
  let free = () => {};
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  const holding = db.connection().execute(() => held);
  const texts = await Promise.all([registry.metrics(), registry.metrics()]);
  for (const text of texts) expect(text).toContain('ponbridge_database_up 0\n');
  free();
  await holding;
  await until('the answer', async () =>
    (await registry.metrics()).includes('ponbridge_database_up 1'),
  );
});
