/** The service in a process of its own, as `ponbridge start` runs it, with its memory told on request. */
import { loadSettings } from '../../src/config.ts';
import { connectStore } from '../../src/consents/connect.ts';
import { redirectAddress, startConsent } from '../../src/consents/consent.ts';
import { type Role, startService } from '../../src/main.ts';

export interface Memory {
  /** After a forced collection: what is still referred to, in bytes. */
  readonly live: number;
  readonly resident: number;
}

const role = process.argv[2] as Role;
const service = await startService({ settings: loadSettings(process.env), role });

const methods: Record<string, (...args: string[]) => unknown> = {
  url: () => service.url,
  connect: (store = '', code = '') => connectStore(service.core, store, code).then(() => true),
  begin: async (name = '', livesMs = '') => {
    const { core } = service;
    const store = core.settings.stores.get(name);
    const app = core.settings.apps.get(`${store?.settings.marketplace}/main`);
    if (!store || !app) throw new Error(`no store ${name}`);
    const redirect = redirectAddress(core.settings, app);
    const begun = await startConsent(core, store, redirect, Number(livesMs));
    // Lazada's link carries the state itself, Shopee's signed one in the address to come back to.
    const link = new URL(begun.link().url);
    const back = link.searchParams.get('redirect');
    const { searchParams } = back === null ? link : new URL(back);
    return { id: begun.id, state: searchParams.get('state') };
  },
  memory: async (): Promise<Memory> => {
    for (let turn = 0; turn < 3; turn += 1) {
      globalThis.gc?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { heapUsed, external, rss } = process.memoryUsage();
    return { live: heapUsed + external, resident: rss };
  },
  stop: () => service.stop().then(() => true),
};

process.on('message', (message: { number: number; method: string; args: string[] }) => {
  const { number, method, args } = message;
  Promise.resolve(methods[method]?.(...args)).then(
    (result) => process.send?.({ number, result }),
    (error: unknown) => process.send?.({ number, error: String(error) }),
  );
});
process.once('disconnect', () => process.exit(0));
process.send?.({ number: 0, result: process.pid });
