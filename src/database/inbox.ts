/** Every push and callback, once: stored before it is answered, handled after. */
import type { Db } from './connect.ts';

export interface InboxMessage {
  /** `lazada/main`, `pandapon/main`: the system and the app or account it came for. */
  readonly source: string;
  readonly messageKey: string;
  readonly topic: string;
  readonly hint: unknown;
  readonly receivedAt: Date;
}

/** Stores a message. `isNew` is false for a repeat, which only counts up its copies. */
export async function storeMessage(
  db: Db,
  message: InboxMessage,
): Promise<{ id: string; isNew: boolean }> {
  const row = await db
    .insertInto('inbox')
    .values({
      source: message.source,
      message_key: message.messageKey,
      topic: message.topic,
      hint: JSON.stringify(message.hint),
      received_at: message.receivedAt,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['source', 'message_key'])
        .doUpdateSet((row) => ({ copies: row('inbox.copies', '+', 1), handled_at: null })),
    )
    .returning(['id', 'copies'])
    .executeTakeFirstOrThrow();
  return { id: row.id, isNew: row.copies === 1 };
}

export async function forgetMessage(db: Db, id: string): Promise<void> {
  await db.deleteFrom('inbox').where('id', '=', id).execute();
}

export async function markHandled(db: Db, id: string, now: Date): Promise<void> {
  await db.updateTable('inbox').set({ handled_at: now }).where('id', '=', id).execute();
}
