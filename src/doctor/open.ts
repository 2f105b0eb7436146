/**
 * The database and the keys, opened so that what is missing becomes a finding and not the end. Nothing is
 * migrated but a database that is new: an older service may be running on one that is not.
 * @module
 */

import type { Settings } from '../config.ts';
import { connectDatabase, type Database, migrateDatabase } from '../database/connect.ts';
import { startEmbeddedPostgres } from '../database/embedded.ts';
import { encryptionKeys } from '../keys.ts';
import { createSecretBox, type SecretBox } from '../secrets.ts';
import { reasonOf } from './finding.ts';
import { appliedMigrations } from './machine/database.ts';

export interface Opened {
  readonly db: Database | undefined;
  readonly secrets: SecretBox | undefined;
  /** Why there is no database. */
  readonly why: string | undefined;
  close(): Promise<void>;
}

export async function openStored(settings: Settings): Promise<Opened> {
  const secrets = await encryptionKeys(settings)
    .then(createSecretBox)
    .catch(() => undefined);
  let release = async () => {};
  let db: Database | undefined;
  const close = async () => {
    await db?.destroy();
    await release();
  };
  try {
    let url = settings.databaseUrl;
    if (url === undefined) {
      const embedded = await startEmbeddedPostgres({ folder: settings.dataFolder });
      release = () => embedded.release();
      url = embedded.url;
    }
    db = connectDatabase(url, { size: 6 });
    if ((await appliedMigrations(db)).length === 0) await migrateDatabase(db);
    return { db, secrets, why: undefined, close };
  } catch (error) {
    await close().catch(() => {});
    return { db: undefined, secrets, why: plainReason(error), close: async () => {} };
  }
}

/** Without the address: it holds the password. */
function plainReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (error instanceof AggregateError) return plainReason(error.errors[0]);
  return code === undefined ? reasonOf(error) : `${code} ${reasonOf(error)}`.trim();
}
