/**
 * Pushes that Shopee could not deliver in the last 3 days (shopee.md 6.2). Pushes missed while the
 * subscription was disabled are not among them.
 * @module
 */
import type { LostPushes, PushHint } from '../marketplace.ts';
import type { Surroundings } from '../surroundings.ts';
import { confirmConsumedLostPushMessage, getLostPushMessage } from './client/sdk.gen.ts';
import { openPartner } from './connection.ts';
import { readPush } from './push.ts';
import type { ShopeeApp } from './settings.ts';
import { id } from './wire.ts';

/** Reads one page of the lost pushes of an app, at most 100; the next one shows after `confirm`. */
export async function readLostPushes(
  app: ShopeeApp,
  surroundings: Surroundings = {},
): Promise<LostPushes> {
  const connection = openPartner(app, surroundings);
  const { data } = await connection.read('getLostPushMessage', (call) => getLostPushMessage(call));
  const hints: PushHint[] = [];
  const unreadable: string[] = [];
  for (const row of data.response.push_message_list ?? []) {
    try {
      hints.push(readPush(row));
    } catch (error) {
      unreadable.push((error as Error).message);
    }
  }
  const last = id(data.response.last_message_id);
  return {
    hints,
    unreadable,
    more: data.response.has_next_page === true,
    async confirm() {
      if (last === undefined) return;
      await connection.read('confirmConsumedLostPushMessage', (call) =>
        confirmConsumedLostPushMessage({ ...call, body: { last_message_id: last } }),
      );
    },
  };
}
