import type { Database } from '../../src/database/connect.ts';
import { holdText } from '../../src/holds.ts';

/** Open holds on consents, with the command that their remedy names. */
export async function readHolds(db: Database): Promise<string[]> {
  const rows = await db
    .selectFrom('hold')
    .select('code')
    .where('grant_id', 'is not', null)
    .where('cleared_at', 'is', null)
    .execute();
  return rows.map(({ code }) => {
    const command = /ponbridge [^.]*/.exec(holdText(code).remedy)?.[0] ?? 'no remedy';
    return `${code}: ${command}`;
  });
}
