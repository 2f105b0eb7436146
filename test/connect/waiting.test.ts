/** The waiting, and what can be pasted instead, in this process: its clock can be put forward. */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { printLink, settle, untilEnded } from '../../src/commands/await-consent.ts';
import { Misuse } from '../../src/commands/errors.ts';
import { takePasted } from '../../src/commands/paste.ts';
import { finishConsent, redirectAddress, startConsent } from '../../src/consents/consent.ts';
import type { Core } from '../../src/main.ts';
import { agree } from './browser.ts';
import { LAZADA, openPlace, type Place, SHOPEE } from './place.ts';

const HALF_HOUR = 1_800_000;

let place: Place;
let core: Core;
let ahead = 0;
beforeAll(async () => {
  place = await openPlace();
  core = await place.open(place.settings, { now: () => new Date(Date.now() + ahead) });
});
beforeEach(() => {
  ahead = 0;
  place.shopee.setClock(0);
});
afterAll(() => place.stop());

async function begin(name: string) {
  const store = core.settings.stores.get(name);
  const app = core.settings.apps.get(`${store?.settings.marketplace}/main`);
  if (!store || !app) throw new Error('no store');
  return startConsent(core, store, redirectAddress(core.settings, app), HALF_HOUR);
}

async function startWaiting(name: string, title: string) {
  const begun = await begin(name);
  const links: string[] = [];
  const notes: string[] = [];
  const context = {
    print: (line: string) => void links.push(line),
    note: (line: string) => void notes.push(line),
  };
  const stop = new AbortController();
  const waiting = { context, core, store: name, title, begun, stop: stop.signal };
  return { waiting, links, notes, stop, ended: untilEnded(waiting, printLink(waiting)) };
}

test('when the signed link has ended a fresh one is printed, of the same consent', async () => {
  const { links, notes, ended } = await startWaiting('tea-my', 'Shopee');
  ahead = 5 * 60_000 + 1_000;
  place.shopee.setClock(ahead);
  await vi.waitFor(() => expect(links).toHaveLength(2), { timeout: 5_000 });
  expect(notes).toContain('That link has ended. A fresh one:');
  const [old = '', fresh = ''] = links;
  await expect(agree(old, { shop: SHOPEE.shopId })).rejects.toThrow('Timestamp is expired.');
  const { searchParams } = new URL(await agree(fresh, { shop: SHOPEE.shopId }));
  await finishConsent(core, 'shopee', searchParams);
  expect(await ended).toMatchObject({ outcome: 'connected' });
});

test('when nobody agrees in time the waiting ends, and the link with it', async () => {
  const { links, ended, waiting } = await startWaiting('tea-sg', 'Lazada');
  const address = await agree(links[0] ?? '', { sellers: LAZADA.sellerId });
  ahead = HALF_HOUR + 1_000;
  const answer = await ended;
  expect(() => settle(waiting, answer)).toThrow(/nobody agreed until 20.* UTC/);
  ahead = 0;
  const late = await finishConsent(core, 'lazada', new URL(address).searchParams);
  expect(late.title).toBe('The time for this consent is over');
});

test('what is pasted: its state is checked, and what is not for the store leaves it good', async () => {
  const begun = await begin('tea-sg');
  const address = await agree(begun.link().url, { sellers: LAZADA.sellerId });
  const lazada = { store: 'tea-sg', marketplace: 'lazada', title: 'Lazada' };
  const take = (text: string, of = lazada) => takePasted(core, of, text);
  const cut = address.replace(/&.*$/, '');
  await expect(take(cut)).rejects.toThrow('in quotes (a shell cuts it at "&")');
  await expect(take(address, { ...lazada, store: 'abroad-sg' })).rejects.toThrow(
    'It is for tea-sg: ponbridge connect tea-sg --paste',
  );
  const shopee = { store: 'tea-my', marketplace: 'shopee', title: 'Shopee' };
  await expect(take(address, shopee)).rejects.toThrow('It began elsewhere, or long ago');
  await expect(take(address.replace(/state=.*/, 'state=made-up'))).rejects.toThrow(
    'began elsewhere',
  );
  await expect(take('  ')).rejects.toBeInstanceOf(Misuse);
  await expect(take('two words')).rejects.toBeInstanceOf(Misuse);
  expect((await take(`'${new URL(address).search}'\n`))[0]).toContain('tea-sg is connected');
  await expect(take(address)).rejects.toThrow('tea-sg was connected with it');

  expect((await take(place.lazadaCode(LAZADA.sellerId)))[0]).toContain('tea-sg is connected');
  expect((await take(place.shopeeCode(SHOPEE.shopId), shopee))[0]).toContain('tea-my is connected');
  await expect(take('0_100132_none')).rejects.toThrow('Lazada does not take the code');
});
