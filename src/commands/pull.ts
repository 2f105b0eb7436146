/** `ponbridge pull <store>`: one pull now. The running service goes on with what it brings. */
import { pullStore } from '../stages/pull.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { knownStore } from './find-order.ts';

export async function pull(context: Context, storeName: string): Promise<void> {
  const { listed, read } = await withCore(context, (core) => {
    knownStore(core, storeName);
    return pullStore(core, storeName);
  });
  context.print(`${storeName}: ${listed} listed, ${read} new or changed and read.`);
}
