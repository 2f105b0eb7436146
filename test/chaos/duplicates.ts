/**
 * Jobs that two workers get at once: a queue promises to deliver at least once, not once. Every moment
 * some live orders get two jobs each, in groups of their own, so that nothing keeps the two apart.
 * @module
 */
import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import type { Look } from './database.ts';

const EVERY_MS = 1_000;
const ORDERS_AT_ONCE = 6;

export interface Duplicates {
  /** Pairs of jobs sent. */
  count(): number;
  stop(): Promise<void>;
}

export async function sendDuplicates(databaseUrl: string, look: Look): Promise<Duplicates> {
  const boss = new PgBoss({
    connectionString: databaseUrl,
    max: 2,
    supervise: false,
    schedule: false,
  });
  boss.on('error', () => {});
  await boss.start();
  let count = 0;
  let stopped = false;
  const sending = (async () => {
    while (!stopped) {
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      const rows = await look.query<{ id: string }>(
        `select id from sales_order where state in ('pulled', 'waiting', 'open', 'cancelling')
         order by random() limit ${ORDERS_AT_ONCE}`,
      );
      for (const { id } of rows) {
        // A database that is just being killed takes none.
        await Promise.all([sendOne(id), sendOne(id)]).then(
          () => {
            count += 1;
          },
          () => {},
        );
      }
    }
  })();

  async function sendOne(id: string): Promise<void> {
    const own = randomUUID();
    await boss.send('order', { id, by: 'chaos' }, { group: { id: own }, singletonKey: own });
  }

  return {
    count: () => count,
    async stop() {
      stopped = true;
      await sending;
      await boss.stop({ graceful: false });
    },
  };
}
