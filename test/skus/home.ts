/** A seller's folder and a database of its own, without simulators: SKU links need none. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, inject } from 'vitest';
import { loadSettings } from '../../src/config.ts';
import { sortedLinks } from '../../src/database/sku-links.ts';
import { demoEnvironment, writeDemoSettings } from '../../src/demo/settings.ts';
import { type Core, openCore } from '../../src/main.ts';
import { csvOf } from '../../src/skus/export.ts';
import { dropDatabase, freshDatabase } from '../database-server.ts';

export interface SkuHome {
  readonly core: Core;
  /** For the command as a process. */
  readonly env: Record<string, string>;
  /** A folder for files. */
  readonly folder: string;
  /** What `skus export` writes, without the header. */
  exported(excel?: boolean): Promise<string[]>;
  clear(): Promise<void>;
}

/** Gone when the file's tests have run. The stores are `tea-sg` and `tea-my`. */
export async function openSkuHome(): Promise<SkuHome> {
  const nowhere = 'http://127.0.0.1:1';
  const addresses = { lazada: nowhere, shopee: nowhere, pandapon: nowhere };
  const home = await writeDemoSettings(addresses, nowhere);
  const folder = await mkdtemp(join(tmpdir(), 'ponbridge-skus-'));
  const databaseUrl = await freshDatabase(inject('databaseUrl'));
  const env = {
    ...demoEnvironment(home, 0),
    DATABASE_URL: databaseUrl,
    PONBRIDGE_KEYS: `k1:${randomBytes(32).toString('base64')}`,
  };
  const log = pino({ level: 'silent' });
  const core = await openCore({ settings: loadSettings(env), log, sendOnly: true });
  afterAll(async () => {
    await core.close();
    await dropDatabase(inject('databaseUrl'), databaseUrl);
    await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  });
  return {
    core,
    env,
    folder,
    exported: (excel = false) =>
      core.db.connection().execute(async (db) => {
        let text = '';
        for await (const part of csvOf(sortedLinks(db), excel)) text += part.text;
        return text.split('\n').slice(1, -1);
      }),
    async clear() {
      await core.db.deleteFrom('sku_link').execute();
    },
  };
}
