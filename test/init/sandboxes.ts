/**
 * The three simulators, kept running for somebody who walks docs/going-live.md by hand:
 *
 *     node bin/run.js test/init/sandboxes.ts [port of the service]
 *
 * Prints what to put into `.env` and into the answers. Each line on standard input puts one order in.
 * @module
 */
import { createInterface } from 'node:readline';
import { CALLBACK_TOKEN, LAZADA, PANDAPON } from '../../src/demo/settings.ts';
import { startWorld, type World } from '../../src/demo/world.ts';
import { CUP } from '../cli/home.ts';

/** The keys that the consoles would give, by their usual names. */
export const CONSOLE_KEYS = {
  LAZADA_APP_KEY: LAZADA.appKey,
  LAZADA_APP_SECRET: LAZADA.appSecret,
  PANDAPON_ACCESS_KEY: PANDAPON.accessKey,
  PANDAPON_ACCESS_SECRET: PANDAPON.accessSecret,
  PANDAPON_USER_ID: PANDAPON.userId,
};

/** Where the simulators stand in for the real systems. */
export function standIns({ lazada, pandapon }: Pick<World, 'lazada' | 'pandapon'>): string {
  return `apps:
  lazada:
    main:
      appKey: { env: LAZADA_APP_KEY }
      appSecret: { env: LAZADA_APP_SECRET }
      addresses: { all: ${lazada.url}/rest }
accounts:
  pandapon:
    main:
      address: ${pandapon.url}
      accessKey: { env: PANDAPON_ACCESS_KEY }
      accessSecret: { env: PANDAPON_ACCESS_SECRET }
      userId: { env: PANDAPON_USER_ID }
`;
}

export function addCup(world: Pick<World, 'lazada'>, quantity = 1): string {
  return world.lazada.addOrder({
    country: 'sg',
    sellerId: LAZADA.sellerId,
    lines: [{ ...CUP, quantity }],
  });
}

if (import.meta.main) {
  const world = await startWorld(`http://127.0.0.1:${process.argv[2] ?? 8473}`);
  const all = { ...CONSOLE_KEYS, PONBRIDGE_CALLBACK_TOKEN: CALLBACK_TOKEN };
  const keys = Object.entries(all).map(([name, value]) => `${name}=${value}`);
  console.log(`# .env\n${keys.join('\n')}\n\n# answers\n${standIns(world)}`);
  createInterface({ input: process.stdin }).on('line', () => console.log(`order ${addCup(world)}`));
  process.once('SIGTERM', () => void world.stop());
  process.once('SIGINT', () => void world.stop().then(() => process.exit(0)));
}
