/** `ponbridge connect <store>`: the link for the seller's consent, and the wait for what becomes of it. */
import { duration } from '../../mappings/store.ts';
import type { Settings, Store } from '../config.ts';
import { type RedirectAddress, redirectAddress, startConsent } from '../consents/consent.ts';
import type { Core } from '../main.ts';
import { marketplaces } from '../registry.ts';
import { utc } from '../report/table.ts';
import { askLine } from './ask-line.ts';
import { printLink, settle, untilEnded, type Waiting } from './await-consent.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Misuse, Problem } from './errors.ts';
import { knownStore } from './find-order.ts';
import { takePasted } from './paste.ts';

export interface ConnectOptions {
  /** The address or code; `true`: to be asked for. */
  readonly paste?: string | true;
  readonly wait?: string;
}

const LOCAL_MS = 2_000;
/** Of `--wait`: a seller cannot log in faster, and no code lives longer. */
const WAIT_FROM_MS = 1_000;
const WAIT_TO_MS = 24 * 3_600_000;

export async function connect(
  context: Context,
  storeName: string,
  options: ConnectOptions,
): Promise<void> {
  const waitMs = waitOf(options.wait ?? '30m');
  await withCore(context, async (core) => {
    const place = placeOf(core, storeName);
    if (typeof options.paste === 'string') return paste(context, core, place, options.paste);
    const isAsked = options.paste === true;
    if (place.redirect.by === 'local' && !isAsked) {
      throw new Problem(
        `no web process could receive the answer: neither PONBRIDGE_PUBLIC_URL nor apps.${place.key}.redirectUrl is set. Set one, or use: ponbridge connect ${storeName} --paste`,
      );
    }
    await walk(context, core, place, { waitMs, isAsked });
  });
}

interface Place {
  readonly store: Store;
  /** `lazada.main`, as it stands under `apps`. */
  readonly key: string;
  readonly title: string;
  readonly redirect: RedirectAddress;
}

function placeOf(core: Core, name: string): Place {
  const store = knownStore(core, name);
  const { marketplace, app: appName } = store.settings;
  const app = core.settings.apps.get(`${marketplace}/${appName}`);
  if (!app) throw new Problem(`apps.${marketplace}.${appName} is not set in ponbridge.yaml`);
  return {
    store,
    key: `${marketplace}.${appName}`,
    title: marketplaces.get(marketplace)?.title ?? marketplace,
    redirect: redirectAddress(core.settings, app),
  };
}

function waitOf(text: string): number {
  const { success, data = 0 } = duration.safeParse(text);
  if (success && data >= WAIT_FROM_MS && data <= WAIT_TO_MS) return data;
  throw new Misuse('--wait is a time from 1s to 24h, such as 10m');
}

interface Walking {
  readonly waitMs: number;
  /** Whether the address is asked for here. */
  readonly isAsked: boolean;
}

/** Prints the link and waits for the answer: from the web process or, if asked for, from the keyboard. */
async function walk(context: Context, core: Core, place: Place, { waitMs, isAsked }: Walking) {
  const { store, title, redirect } = place;
  const { sellerId, country } = store.settings;
  context.note(`The ${title} console must have this as the callback address of app ${place.key}:`);
  context.note(`  ${redirect.url}`);
  if (redirect.by === 'local') {
    context.note(`If it has another, set that as apps.${place.key}.redirectUrl first.`);
  }
  if (!isAsked) await sayWhoAnswers(context, core.settings);
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  try {
    const begun = await startConsent(core, store, redirect, waitMs);
    const waiting = { context, core, store: store.name, title, begun, stop: stop.signal };
    context.note(`Open the link in a browser, log in as shop ${sellerId} (${country}), and agree:`);
    const linkEnd = printLink(waiting);
    context.note(
      `Waiting until ${utc(begun.expiresAt)} UTC; Ctrl-C ends the waiting, and the link with it.`,
    );
    if (isAsked) await untilPasted(waiting, linkEnd, (text) => paste(context, core, place, text));
    else settle(waiting, await untilEnded(waiting, linkEnd));
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** Whichever is first: a line here, or a web process that the browser reached after all. */
async function untilPasted(
  waiting: Waiting,
  linkEnd: Date | undefined,
  take: (text: string) => Promise<void>,
): Promise<void> {
  const { stop } = waiting;
  const done = new AbortController();
  const signal = AbortSignal.any([stop, done.signal]);
  const elsewhere = untilEnded({ ...waiting, stop: signal }, linkEnd);
  try {
    const typed = askLine('The address the browser ended at, or the code in it: ', signal);
    const first = await Promise.race([typed, elsewhere]);
    if (typeof first === 'string') await take(first);
    else if (first !== undefined || stop.aborted) settle(waiting, await elsewhere);
    else throw new Problem('nothing was pasted, so nothing was changed');
  } finally {
    done.abort();
    await elsewhere.catch(() => {});
  }
}

async function paste(context: Context, core: Core, { store, title }: Place, text: string) {
  const { marketplace } = store.settings;
  for (const line of await takePasted(core, { store: store.name, marketplace, title }, text)) {
    context.print(line);
  }
}

/** Only a hint: the web process may run on another machine. */
async function sayWhoAnswers(context: Context, { host, port }: Settings): Promise<void> {
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  try {
    await fetch(`${url}/health`, { signal: AbortSignal.timeout(LOCAL_MS) });
  } catch {
    context.note(
      `Nothing answers at ${url} on this machine. If the service runs elsewhere, all is well; else start it (ponbridge start), or use --paste.`,
    );
  }
}
