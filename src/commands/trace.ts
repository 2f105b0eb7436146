/** `ponbridge trace <id>`: what the marketplace itself says of a parcel's way, read now. */
import { storeOf } from '../service.ts';
import type { Context } from './context.ts';
import { withCore } from './core.ts';
import { Problem } from './errors.ts';
import { readOrderSnapshot } from './find-order.ts';

export interface TraceOptions {
  readonly store?: string;
}

export async function trace(context: Context, word: string, options: TraceOptions): Promise<void> {
  await withCore(context, async (core) => {
    const { order } = await readOrderSnapshot(core, word, options.store);
    const marketplace = core.connections.marketplace(storeOf(core, order.store));
    const read = await marketplace.readOrders([order.order_id]);
    const [current] = read.orders;
    if (!current)
      throw new Problem(`${marketplace.name} does not show order ${order.order_number}`);
    for (const pkg of await marketplace.readPackages(current)) {
      context.print(
        `package ${pkg.packageId ?? '-'}  number ${pkg.trackingNumber ?? '-'}  ${pkg.status}`,
      );
      const steps = await marketplace.readTrace(current, pkg);
      if (steps.length === 0) context.print('  no trace yet');
      for (const { at, status, text } of steps) {
        context.print(`  ${at?.toISOString() ?? '-'}  ${status ?? ''}  ${text}`);
      }
    }
  });
}
