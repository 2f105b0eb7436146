/**
 * Sends pushes as Shopee does (shopee.md 6): signed, at least once, in no promised order, repeated
 * when not answered with 2xx and an empty body within 3 s, and lost after the last repeat.
 * @module
 */
import { randomBytes } from 'node:crypto';
import { deliverPush } from '../../sandbox.ts';
import type { Partner } from './model.ts';
import { hexHmac, pushBase } from './signature.ts';

export interface PushBehaviour {
  /** How often each message is sent; 1 unless told. */
  readonly copies: number;
  readonly delayMs: number;
  /** Messages made within `delayMs` (at least 20 ms) go out newest first. */
  readonly shuffle: boolean;
  /** Messages vanish: neither sent nor listed as lost. */
  readonly drop: boolean;
}

/** One try at delivering one message. */
export interface PushRecord {
  readonly at: number;
  readonly msgId: string;
  readonly code: number;
  readonly shopId: string;
  readonly orderSn: string | undefined;
  /** 1 for the first try, 2 to 4 for its repeats. */
  readonly attempt: number;
  /** 0 when nothing was answered in time. */
  readonly status: number;
  readonly accepted: boolean;
  readonly milliseconds: number;
}

export interface LostMessage {
  readonly id: number;
  readonly partnerId: string;
  readonly shopId: string;
  readonly code: number;
  readonly lostAtMs: number;
  /** The whole body as it was sent. */
  readonly body: string;
}

export interface PushOptions {
  readonly later: (ms: number, action: () => void) => void;
  readonly nowMs: () => number;
  readonly retryDelaysMs: readonly number[];
  readonly timeoutMs: number;
}

export interface PushDesk {
  readonly outcomes: PushRecord[];
  lost: LostMessage[];
  send(partner: Partner, shopId: string, code: number, data: object): void;
  /** The console's "Verify": code 0 without shop or time, unsigned or signed with an empty key. */
  probe(partner: Partner, kind: 'unsigned' | 'empty-key'): Promise<ProbeOutcome>;
  behave(change: Partial<PushBehaviour>): void;
}

export interface ProbeOutcome {
  readonly status: number;
  readonly body: string;
  readonly accepted: boolean;
}

interface Message {
  readonly partner: Partner;
  readonly url: string;
  readonly shopId: string;
  readonly code: number;
  readonly orderSn: string | undefined;
  readonly msgId: string;
  readonly body: string;
}

const SHUFFLE_MS = 20;

export function openPushDesk(options: PushOptions): PushDesk {
  let behaviour: PushBehaviour = { copies: 1, delayMs: 0, shuffle: false, drop: false };
  let held: Message[] = [];
  let lastLostId = 176_000;

  const desk: PushDesk = {
    outcomes: [],
    lost: [],
    send(partner, shopId, code, data) {
      if (partner.callbackUrl === undefined || behaviour.drop) return;
      const message = compose(partner, partner.callbackUrl, shopId, code, data, options.nowMs());
      if (behaviour.shuffle) return hold(message);
      sendCopies(message, behaviour.delayMs);
    },
    async probe(partner, kind) {
      const url = partner.callbackUrl;
      if (url === undefined) throw new Error('no callback address is set');
      const body = JSON.stringify({ code: 0, data: { verify_info: 'This is a verification.' } });
      const signature = kind === 'unsigned' ? undefined : hexHmac('', pushBase(url, body));
      const outcome = await deliverPush(url, headers(signature), body, options.timeoutMs);
      return { status: outcome.status, body: outcome.body, accepted: isAccepted(outcome) };
    },
    behave(change) {
      behaviour = { ...behaviour, ...change };
    },
  };
  return desk;

  function hold(message: Message) {
    if (held.length === 0) {
      options.later(Math.max(behaviour.delayMs, SHUFFLE_MS), () => {
        const batch = held.reverse();
        held = [];
        void sendInTurn(batch);
      });
    }
    held.push(message);
  }

  /** One after the other, so that the changed order is the order of arrival. */
  async function sendInTurn(messages: readonly Message[]) {
    for (const message of messages) {
      for (let copy = 0; copy < behaviour.copies; copy += 1) await attempt(message, 1, copy === 0);
    }
  }

  function sendCopies(message: Message, delayMs: number) {
    for (let copy = 0; copy < behaviour.copies; copy += 1) {
      options.later(delayMs, () => void attempt(message, 1, copy === 0));
    }
  }

  /** Only the first copy is repeated when refused, and lost in the end. */
  async function attempt(message: Message, number: number, isFirstCopy: boolean) {
    const key = message.partner.pushKey ?? message.partner.partnerKey;
    const signature = hexHmac(key, pushBase(message.url, message.body));
    const outcome = await deliverPush(
      message.url,
      headers(signature),
      message.body,
      options.timeoutMs,
    );
    const accepted = isAccepted(outcome);
    const { msgId, code, shopId, orderSn } = message;
    const { at, status, milliseconds } = outcome;
    const record = { at, msgId, code, shopId, orderSn, attempt: number, status, accepted };
    desk.outcomes.push({ ...record, milliseconds });
    if (accepted || !isFirstCopy) return;
    const wait = options.retryDelaysMs[number - 1];
    if (wait === undefined) return lose(message);
    options.later(wait, () => void attempt(message, number + 1, true));
  }

  function lose(message: Message) {
    lastLostId += 1;
    desk.lost.push({
      id: lastLostId,
      partnerId: message.partner.partnerId,
      shopId: message.shopId,
      code: message.code,
      lostAtMs: options.nowMs(),
      body: message.body,
    });
  }
}

/** Assumed: repeats and copies carry the same `msg_id` (shopee.md 9.5 leaves it open). */
function compose(
  partner: Partner,
  url: string,
  shopId: string,
  code: number,
  data: object,
  nowMs: number,
): Message {
  const msgId = randomBytes(16).toString('hex');
  const timestamp = Math.floor(nowMs / 1000);
  const body = JSON.stringify({ data, shop_id: Number(shopId), code, timestamp, msg_id: msgId });
  const named = data as { readonly ordersn?: string; readonly order_sn?: string };
  return { partner, url, shopId, code, orderSn: named.ordersn ?? named.order_sn, msgId, body };
}

function headers(signature: string | undefined): Record<string, string> {
  const json = { 'content-type': 'application/json' };
  return signature === undefined ? json : { ...json, authorization: signature };
}

/** "2xx and an empty body" is the official definition of success (6.2). */
function isAccepted(outcome: { readonly status: number; readonly body: string }): boolean {
  return outcome.status >= 200 && outcome.status < 300 && outcome.body === '';
}
