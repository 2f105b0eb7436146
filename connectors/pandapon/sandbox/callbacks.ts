import { deliverPush, type PushOutcome } from '../../sandbox.ts';
import { advance, nextDue } from './life.ts';
import { MESSAGE_TYPE, messageBody } from './messages.ts';
import {
  type CallbackBehaviour,
  DEFAULT_BEHAVIOUR,
  override,
  type SandboxAccount,
} from './options.ts';
import type { ChangeKind, OrderBook, OrderLineBook, World } from './world.ts';

/** pandapon.md 7: after the first try, at most five more. */
const MAX_RETRIES = 5;

/** The longest delay a timer takes; a later date is simply looked at again. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** One try to deliver one message, or a message that a switch dropped. */
export interface CallbackOutcome extends PushOutcome {
  readonly messageType: string;
  readonly orderId: string | null;
  readonly url: string;
  /** 1 for the first try; 0 for a dropped message. */
  readonly attempt: number;
  readonly dropped: boolean;
  /** Answered with HTTP 200 in time; nothing else counts. */
  readonly ok: boolean;
}

/** A message of the caller's own making. */
export interface CustomCallback {
  /** The order it is about: its message of `kind` is sent, with the parts below replaced. */
  readonly orderId?: string;
  readonly kind?: ChangeKind;
  readonly messageType?: string;
  readonly messageBody?: unknown;
  readonly messagePlatform?: number;
  readonly timestamp?: string;
  /** The whole HTTP body, as it is; everything above is then ignored. */
  readonly raw?: string;
  readonly accessKey?: string;
}

interface Message {
  readonly url: string;
  readonly messageType: string;
  readonly orderId: string | null;
  readonly text: string;
}

export interface Callbacks {
  setCallback(url: string | null, accessKey?: string): void;
  setBehaviour(patch: Partial<CallbackBehaviour>): void;
  /** The console's "Verify". Assumed: an empty object; the documentation only says HTTP 200 passes. */
  sendProbe(accessKey?: string): Promise<CallbackOutcome>;
  /** Sends one message now, once, past all switches. */
  sendCustom(custom: CustomCallback): Promise<CallbackOutcome>;
  outcomes(): readonly CallbackOutcome[];
  stop(): void;
}

/**
 * Pushes a message for every change. Deliveries and an order's next step are timers; they keep no
 * process alive and end with `stop`.
 */
export function createCallbacks(world: World, firstUrl: string | undefined): Callbacks {
  const urls = new Map<string, string>();
  let urlOfAll = firstUrl;
  let behaviour = DEFAULT_BEHAVIOUR;
  let shuffled: Message[] = [];
  let stopped = false;
  const timers = new Set<NodeJS.Timeout>();
  const orderTimers = new Map<string, NodeJS.Timeout>();
  const outcomes: CallbackOutcome[] = [];

  world.changed = (order, kind, line) => {
    const url = urlFor(order.account);
    if (url !== undefined && !stopped) enqueue(changeMessage(url, order, kind, line));
  };
  world.rearm = arm;

  return {
    setCallback(url, accessKey) {
      if (accessKey === undefined) urlOfAll = url ?? undefined;
      else if (url === null) urls.delete(accessKey);
      else urls.set(accessKey, url);
      for (const order of world.orders.values()) arm(order);
    },
    setBehaviour(patch) {
      behaviour = override(behaviour, patch, 'callback behaviour');
    },
    sendProbe: (accessKey) =>
      deliver({ url: urlOrThrow(accessKey), messageType: 'probe', orderId: null, text: '{}' }, 1),
    sendCustom: (custom) => deliver(customMessage(custom), 1),
    outcomes: () => outcomes,
    stop() {
      stopped = true;
      for (const timer of [...timers, ...orderTimers.values()]) clearTimeout(timer);
    },
  };

  /** Wakes up when the order's next step is due, so that its message leaves without anybody reading. */
  function arm(order: OrderBook): void {
    clearTimeout(orderTimers.get(order.id));
    orderTimers.delete(order.id);
    const due = nextDue(world, order);
    if (due === undefined || urlFor(order.account) === undefined || stopped) return;
    const wait = Math.min(Math.max(due - world.now(), 0), LONGEST_TIMER_MS);
    const timer = setTimeout(() => {
      advance(world, order);
      arm(order);
    }, wait);
    orderTimers.set(order.id, timer.unref());
  }

  function changeMessage(
    url: string,
    order: OrderBook,
    kind: ChangeKind,
    line?: OrderLineBook,
  ): Message {
    const body = messageBody(world, order, kind, line);
    return {
      url,
      messageType: MESSAGE_TYPE[kind],
      orderId: order.id,
      text: envelope(MESSAGE_TYPE[kind], body, {}),
    };
  }

  function customMessage(custom: CustomCallback): Message {
    const order = custom.orderId === undefined ? undefined : world.orders.get(custom.orderId);
    const kind = custom.kind ?? 'status';
    const type = custom.messageType ?? MESSAGE_TYPE[kind];
    const body = custom.messageBody ?? (order ? messageBody(world, order, kind) : {});
    return {
      url: urlOrThrow(custom.accessKey ?? order?.account.accessKey),
      messageType: type,
      orderId: custom.orderId ?? null,
      text: custom.raw ?? envelope(type, body, custom),
    };
  }

  /** A body given as text goes out as it is; platform 0 is Taobao; the timestamp is text, in ms. */
  function envelope(messageType: string, body: unknown, given: CustomCallback): string {
    const asText = world.switches.messageBodyAs === 'string' && typeof body !== 'string';
    return JSON.stringify({
      messageType,
      messageBody: asText ? JSON.stringify(body) : body,
      messagePlatform: given.messagePlatform ?? 0,
      timestamp: given.timestamp ?? String(world.now()),
    });
  }

  function enqueue(message: Message): void {
    if (takeDrop()) {
      book(message, 0, { at: Date.now(), status: 0, body: '', milliseconds: 0 });
      return;
    }
    if (!behaviour.shuffle) {
      for (const each of copiesOf(message)) void inTurn([each]);
      return;
    }
    shuffled.push(message);
    if (shuffled.length > 1) return;
    later(behaviour.shuffleMs, () => {
      void inTurn(shuffled.toReversed().flatMap(copiesOf));
      shuffled = [];
    });
  }

  function takeDrop(): boolean {
    const { drop } = behaviour;
    if (typeof drop === 'boolean') return drop;
    behaviour = { ...behaviour, drop: Math.max(drop - 1, 0) };
    return drop > 0;
  }

  function copiesOf(message: Message): Message[] {
    return Array.from({ length: behaviour.copies }, () => message);
  }

  /** Each after the one before was answered, so that the order of arrival is this one. */
  async function inTurn(messages: readonly Message[]): Promise<void> {
    if (behaviour.delayMs > 0) {
      await new Promise<void>((resolve) => later(behaviour.delayMs, resolve));
    }
    for (const message of messages) {
      if (!stopped) await deliverWithRetries(message, 1);
    }
  }

  async function deliverWithRetries(message: Message, attempt: number): Promise<void> {
    const outcome = await deliver(message, attempt);
    if (outcome.ok || attempt > MAX_RETRIES || stopped) return;
    later(world.timings.callbackRetryMs, () => void deliverWithRetries(message, attempt + 1));
  }

  async function deliver(message: Message, attempt: number): Promise<CallbackOutcome> {
    const headers = { 'content-type': 'application/json;charset=UTF-8' };
    const timeout = world.timings.callbackTimeoutMs;
    return book(message, attempt, await deliverPush(message.url, headers, message.text, timeout));
  }

  function book(message: Message, attempt: number, outcome: PushOutcome): CallbackOutcome {
    const { messageType, orderId, url } = message;
    const booked = {
      ...outcome,
      messageType,
      orderId,
      url,
      attempt,
      dropped: attempt === 0,
      ok: outcome.status === 200,
    };
    outcomes.push(booked);
    return booked;
  }

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!stopped) work();
    }, ms);
    timers.add(timer.unref());
  }

  function urlFor(account: SandboxAccount): string | undefined {
    return urls.get(account.accessKey) ?? urlOfAll;
  }

  function urlOrThrow(accessKey: string | undefined): string {
    const url = (accessKey === undefined ? undefined : urls.get(accessKey)) ?? urlOfAll;
    if (url === undefined) throw new Error('no callback address is set');
    return url;
  }
}
