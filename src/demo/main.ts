/**
 * `npm run demo`: orders of two stores walk their whole way, over real HTTP and a real PostgreSQL, in
 * a throw-away folder. `--once` ends by itself with 0 when every order ended as expected; `--json`
 * prints the table as JSON and nothing else on standard output.
 * @module
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadSettings } from '../config.ts';
import { connectStore } from '../consents/connect.ts';
import { removeEmbeddedPostgres } from '../database/embedded.ts';
import { type Core, openCore, type RunningService, startService } from '../main.ts';
import { importLinks } from '../skus/import.ts';
import { playDemo } from './play.ts';
import { demoEnvironment, LAZADA, SHOPEE, writeDemoSettings } from './settings.ts';
import { printTable, type Row } from './table.ts';
import { freePort, startWorld, type World } from './world.ts';

const LINKS = `sku,itemId,skuId,quantity,price
MUG-RED,600311000222,5016000000311,1,11.80
MUG-BLUE,600311000222,5016000000312,1,11.80
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { once: { type: 'boolean' }, json: { type: 'boolean' } },
  });
  const once = values.once === true || values.json === true || !process.stdout.isTTY;
  const say = values.json ? (line: string) => void process.stderr.write(`${line}\n`) : console.log;

  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const world = await startWorld(url);
  const home = await writeDemoSettings(
    { lazada: world.lazada.url, shopee: world.shopee.url, pandapon: world.pandapon.url },
    url,
  );
  let service: RunningService | undefined;
  const clean = async () => {
    await service?.stop();
    await world.stop();
    await removeEmbeddedPostgres({ folder: join(home, 'data') });
    await rm(home, { recursive: true, force: true });
  };
  const interrupted = interruption();
  try {
    say('Starting PostgreSQL, three simulators (Lazada, Shopee, PandaPon) and Ponbridge ...');
    const settings = loadSettings(demoEnvironment(home, port));
    const setup = await openCore({ settings, sendOnly: true });
    await connectStores(setup, world);
    await importLinks(setup, LINKS);
    service = await startService({ settings });
    await setup.close();
    say(`Ponbridge listens on ${url}; its throw-away folder is ${home}\n`);
    const rows = await Promise.race([playDemo(service.core, world, say), interrupted]);
    if (rows === undefined) return 130;
    const failed = rows.filter((row) => row.problem !== undefined);
    report(rows, failed, values.json === true, say);
    if (!once) {
      say(`\nStill serving on ${url}. Ctrl-C ends it.`);
      await interrupted;
    }
    return failed.length === 0 ? 0 : 1;
  } finally {
    await clean();
  }
}

async function connectStores(setup: Core, world: World): Promise<void> {
  const lazadaCode = world.lazada.issueCode({
    appKey: LAZADA.appKey,
    sellerIds: [LAZADA.sellerId],
  });
  await connectStore(setup, 'tea-sg', lazadaCode);
  const shopeeCode = world.shopee.issueCode({ partnerId: SHOPEE.partnerId, shopId: SHOPEE.shopId });
  await connectStore(setup, 'tea-my', shopeeCode);
}

function report(
  rows: readonly Row[],
  failed: readonly Row[],
  asJson: boolean,
  say: (line: string) => void,
) {
  if (asJson) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else say(printTable(rows));
  if (failed.length === 0) {
    say(`\nAll ${rows.length} orders ended as expected.`);
    return;
  }
  say(`\n${failed.length} of ${rows.length} orders did not end as expected:`);
  for (const row of failed) say(`  ${row.order} (${row.shows}): ${row.problem}`);
}

/** Resolves at the first Ctrl-C; the second ends at once. */
function interruption(): Promise<undefined> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(130));
        resolve(undefined);
      });
    }
  });
}

process.exitCode = await main();
