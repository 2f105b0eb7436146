/** Settings that change while an order is under way: what is switched off is not bought any more. */
import { expect, test } from 'vitest';
import { advance } from '../../src/advance.ts';
import { reloadAll } from '../../src/commands/reload.ts';
import type { Settings } from '../../src/config.ts';
import { livingProcesses } from '../../src/database/processes.ts';
import { liveSettings } from '../../src/live/live-settings.ts';
import { openPresence } from '../../src/live/processes.ts';
import { reloadSettings } from '../../src/live/reload.ts';
import type { Service } from '../../src/service.ts';
import { CUP, type Harness, openHarness } from '../stages/harness.ts';

/** The service as a process has it whose settings change with its first read of an order. */
function changedMidway(h: Harness, purchase: object, more: object = {}): Service {
  const { connections } = h.service;
  const before = h.core.settings;
  const store = before.stores.get('tea-sg');
  if (!store) throw new Error('no store tea-sg');
  const settings = { ...store.settings, ...more };
  const its = {
    ...store,
    settings: { ...settings, purchase: { ...settings.purchase, ...purchase } },
  };
  const after: Settings = { ...before, stores: new Map([...before.stores, ['tea-sg', its]]) };
  let current = before;
  return Object.defineProperties(
    {} as Service,
    Object.getOwnPropertyDescriptors({
      ...h.service,
      get settings() {
        return current;
      },
      connections: {
        ...connections,
        marketplace: (of: typeof store) => {
          const real = connections.marketplace(of);
          return {
            ...real,
            readOrders: (ids: readonly string[]) => {
              current = after;
              return real.readOrders(ids);
            },
          };
        },
      },
    }),
  );
}

test('switched off between the look and the purchase, it is not bought', async () => {
  const h = await openHarness({ stores: { 'tea-sg': { purchase: { mode: 'manual' } } } });
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  const { id } = await h.summary(number);
  const approved_at = h.clock.now();
  await h.core.db.updateTable('sales_order').set({ approved_at }).where('id', '=', id).execute();
  await h.listNow();
  await advance(changedMidway(h, { mode: 'off' }), { id, by: 'test' });
  expect(h.boughtAtAgent(number)).toBe(0);
  expect((await h.summary(number)).state).toBe('planned');
});

test('what is asked for while a process starts counts from its first moment', async () => {
  const h = await openHarness();
  const { core } = h;
  expect(await reloadAll(core)).toEqual([]);
  const live = liveSettings(core.settings, [], h.clock.now());
  let reads = 0;
  const presence = await openPresence({ ...core, live }, 'web', () => {
    reads += 1;
    return core.settings;
  });
  expect(reads).toBe(1);
  expect(await livingProcesses(core.db)).toHaveLength(1);
  await presence.stop();
});

test('an account is not taken out of the settings while purchases made with it live', async () => {
  const h = await openHarness();
  const number = h.orderLazada([CUP]);
  await h.pull('tea-sg');
  await h.waitForState(number, 'placed');
  const without: Settings = { ...h.core.settings, accounts: new Map() };
  const answer = await reloadSettings(h.core, { by: 'test', read: () => without, works: false });
  expect(answer).toMatchObject({
    error: expect.stringMatching(/^ponbridge.yaml: accounts.pandapon.main: is gone, and 1 of/),
  });
  expect(h.core.settings.accounts.size).toBe(1);
});
