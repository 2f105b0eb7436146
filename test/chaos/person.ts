/** The seller, where only a person can help: a consent that the marketplace no longer takes is given anew. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Child } from '../../bench/child.ts';
import type { Look } from './database.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const LOOK_EVERY_MS = 1_500;

export interface Person {
  /** Stores whose consent had to be given again. */
  readonly reconnected: readonly string[];
  stop(): Promise<void>;
}

/** Connects one store as a seller does: with the command, and the code of the marketplace's page. */
async function connect(
  sandboxes: Child,
  env: Readonly<Record<string, string>>,
  store: string,
): Promise<void> {
  const code = await sandboxes.ask<string>('consent', store);
  const child = spawn(process.execPath, [CLI, 'connect', store, '--paste', code], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => {
    said += text.toString();
  });
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`connect ${store} failed: ${said}`);
}

export function watchConsents(
  sandboxes: Child,
  env: Readonly<Record<string, string>>,
  look: Look,
  say: (line: string) => void,
): Person {
  const reconnected: string[] = [];
  let stopped = false;
  const watching = (async () => {
    while (!stopped) {
      await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      const refused = await look.query<{ store: string }>(`
        select distinct s.name as store from hold h
        join grant_shop g on g.grant_id = h.grant_id
        join store s on s.marketplace = g.marketplace and s.country = g.country and s.seller_id = g.seller_id
        where h.code = 'grant-refused' and h.cleared_at is null`);
      for (const { store } of refused) {
        if (stopped) return;
        say(`  the seller gives the consent of ${store} again`);
        // What hits the command (a database that is just being killed) is tried again by the person.
        await connect(sandboxes, env, store).then(
          () => reconnected.push(store),
          (error: unknown) => say(`  ${(error as Error).message.split('\n')[0]}`),
        );
      }
    }
  })();
  return {
    reconnected,
    async stop() {
      stopped = true;
      await watching;
    },
  };
}
