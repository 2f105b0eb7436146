/**
 * Sends the pushes: signed, at least once, in no promised order, given 500 ms for an answer, repeated
 * every 30 minutes up to 12 times (lazada.md 6). Nothing is sent for a seller whose authorisation of
 * the app has ended.
 * @module
 */
import { deliverPush, type PushOutcome } from '../../sandbox.ts';
import { fulfilmentMessage, type PushMessage, probeMessage, tradeMessage } from './messages.ts';
import { signPush } from './sign.ts';
import { type App, now, type Order, type World } from './world.ts';

const ACKNOWLEDGE_WITHIN_MS = 500;
const MAX_RETRIES = 12;

export interface PushBehaviour {
  /** How often each message is sent; default 1. */
  readonly copies: number;
  /** Wait before sending; default 0. */
  readonly delayMs: number;
  /** Collects messages for `delayMs` (at least 20) and sends them last first; default false. */
  readonly shuffle: boolean;
  /** Never sends every n-th message (1: none at all); default 0, which drops nothing. */
  readonly drop: number;
}

/** What became of one message. A dropped one has attempt 0 and no outcome. */
export interface SentPush {
  readonly appKey: string;
  readonly type: number;
  readonly orderId: string | undefined;
  readonly sent: string;
  readonly attempt: number;
  readonly outcome: PushOutcome | undefined;
}

export interface Pushes {
  /** One address per app; without `appKey`, for the apps that have none of their own. */
  setCallback(url: string | undefined, appKey?: string): void;
  setBehaviour(behaviour: Partial<PushBehaviour>): void;
  /** The console's test message, now. @throws {Error} when there is no app or no address. */
  sendProbe(appKey?: string): Promise<SentPush>;
  outcomes(): readonly SentPush[];
  stop(): void;
}

/** Hooks itself into the world's changes. */
export function startPushes(world: World, retryDelayMs = 30 * 60_000): Pushes {
  const callbacks = new Map<string, string>();
  const sent: SentPush[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let behaviour: PushBehaviour = { copies: 1, delayMs: 0, shuffle: false, drop: 0 };
  let held: (() => Promise<void>)[] = [];
  let serial = 0;

  world.itemsChanged = (order, items) => {
    for (const item of items) publish(order, tradeMessage(world, order, item, isLoose()));
  };
  world.parcelMoved = (parcel, status) => {
    publish(parcel.order, fulfilmentMessage(world, parcel, status, isLoose()));
  };

  return {
    setCallback(url, appKey = '') {
      if (url === undefined) callbacks.delete(appKey);
      else callbacks.set(appKey, url);
    },
    setBehaviour(next) {
      behaviour = { ...behaviour, ...next };
    },
    async sendProbe(appKey) {
      const app = appKey === undefined ? [...world.apps.values()][0] : world.apps.get(appKey);
      const url = app && callbackOf(app);
      if (!app || url === undefined) throw new Error('no app with a callback address');
      return send(app, url, probeMessage(), 1);
    },
    outcomes: () => sent,
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
      held = [];
      callbacks.clear();
    },
  };

  /** Every second message has the looser shape, so that both are met. */
  function isLoose(): boolean {
    return serial % 2 === 1;
  }

  function publish(order: Order, message: PushMessage) {
    serial += 1;
    for (const app of world.apps.values()) {
      const url = callbackOf(app);
      if (url === undefined || !isAuthorised(app, order)) continue;
      if (behaviour.drop > 0 && serial % behaviour.drop === 0) {
        book(app, message, 0, undefined);
        continue;
      }
      for (let copy = 0; copy < behaviour.copies; copy += 1) {
        schedule(() => deliver(app, url, message, 1));
      }
    }
  }

  function schedule(task: () => Promise<void>) {
    if (behaviour.shuffle) {
      held.push(task);
      if (held.length === 1) later(Math.max(20, behaviour.delayMs), sendHeld);
    } else if (behaviour.delayMs > 0) {
      later(behaviour.delayMs, () => void task());
    } else {
      void task();
    }
  }

  /** One after the other, so that the order of arrival really is the reverse. */
  async function sendHeld() {
    const tasks = held.reverse();
    held = [];
    for (const task of tasks) await task();
  }

  async function deliver(app: App, url: string, message: PushMessage, attempt: number) {
    const { outcome } = await send(app, url, message, attempt);
    if (outcome?.status !== 200 && attempt <= MAX_RETRIES) {
      later(retryDelayMs, () => void deliver(app, url, message, attempt + 1));
    }
  }

  async function send(app: App, url: string, message: PushMessage, attempt: number) {
    const headers = {
      'content-type': 'application/json',
      authorization: signPush(app.appSecret, app.appKey, message.body),
    };
    const outcome = await deliverPush(url, headers, message.body, ACKNOWLEDGE_WITHIN_MS);
    return book(app, message, attempt, outcome);
  }

  function book(
    app: App,
    message: PushMessage,
    attempt: number,
    outcome: PushOutcome | undefined,
  ): SentPush {
    const { type, order, body } = message;
    const line = {
      appKey: app.appKey,
      type,
      orderId: order?.id,
      sent: body,
      attempt,
      outcome,
    };
    sent.push(line);
    return line;
  }

  function callbackOf(app: App): string | undefined {
    return callbacks.get(app.appKey) ?? callbacks.get('');
  }

  function isAuthorised(app: App, order: Order): boolean {
    return [...world.access.values(), ...world.refresh.values()].some(
      ({ grant, expiresAt }) =>
        expiresAt > now(world) &&
        grant.appKey === app.appKey &&
        grant.sellers.includes(order.seller),
    );
  }

  function later(ms: number, task: () => void) {
    const timer = setTimeout(() => {
      timers.delete(timer);
      task();
    }, ms);
    timer.unref();
    timers.add(timer);
  }
}
