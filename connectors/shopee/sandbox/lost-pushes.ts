/**
 * The queue of pushes that were never accepted (shopee.md 6.2): read from its start, and cut off at a
 * watermark.
 * @module
 */
import type { SandboxAnswer } from '../../sandbox.ts';
import type { Call } from './gate.ts';
import type { LostMessage } from './pushes.ts';
import { requiredId } from './reading.ts';
import { integer, succeed, succeedEmpty } from './wire.ts';
import { nowMs, type World } from './world.ts';

const PAGE = 100;
const KEPT_MS = 3 * 86_400_000;

/** `GET /api/v2/push/get_lost_push_message` */
export function lostPushes({ world, partner }: Call): SandboxAnswer {
  const waiting = world.pushes.lost.filter(
    (message) =>
      message.partnerId === partner.partnerId && message.lostAtMs > nowMs(world) - KEPT_MS,
  );
  const page = waiting.slice(0, PAGE);
  return succeed({
    push_message_list: page.map((message) => lostRow(world, message)),
    has_next_page: waiting.length > page.length,
    last_message_id: page.at(-1)?.id ?? 0,
  });
}

/** `POST /api/v2/push/confirm_consumed_lost_push_message` */
export function confirmLostPushes({ world, partner, body }: Call): SandboxAnswer {
  const watermark = Number(requiredId(body, 'last_message_id'));
  world.pushes.lost = world.pushes.lost.filter(
    (message) => message.partnerId !== partner.partnerId || message.id > watermark,
  );
  return succeedEmpty();
}

function lostRow(world: World, message: LostMessage): object {
  const asText = world.switches.lostDataAs === 'text';
  return {
    shop_id: integer(message.shopId),
    code: message.code,
    timestamp: Math.floor(message.lostAtMs / 1000),
    data: asText ? message.body : JSON.parse(message.body),
  };
}
