/** Walks through the pages of a trial; trouble halfway leaves what was read. */
import type { Out, Progress } from './out.ts';
import type { UnreadOrder } from './read.ts';
import type { PlannedPage } from './run.ts';

/** How many unreadable orders are named. */
const NAMED = 10;

export interface Walked {
  readonly orders: number;
  /** Orders that could not be read: how many, and the first of them. */
  readonly unread: { readonly orders: number; readonly first: readonly UnreadOrder[] };
  readonly reached: Date | undefined;
  /** What ended the reading before its end. */
  readonly trouble: unknown;
}

/** @throws whatever went wrong before anything was read: then there is nothing to show */
export async function walk(
  pages: AsyncIterable<PlannedPage>,
  to: { readonly out: Out; readonly progress: Progress },
  tell: (page: PlannedPage) => Promise<void>,
): Promise<Walked> {
  let orders = 0;
  let unread = 0;
  let reached: Date | undefined;
  let trouble: unknown;
  const first: UnreadOrder[] = [];
  const iterator = pages[Symbol.asyncIterator]();
  for (;;) {
    const next = await iterator.next().catch((error: unknown) => {
      if (reached === undefined) throw error;
      trouble = error;
    });
    if (!next || next.done) break;
    const page = next.value;
    orders += page.orders.length;
    unread += page.unread.length;
    first.push(...page.unread.slice(0, NAMED - first.length));
    reached = page.reached;
    to.progress.hide();
    await tell(page);
    if (to.out.closed) break;
    to.progress.show(orders, page.reached);
  }
  await iterator.return?.();
  to.progress.hide();
  return { orders, unread: { orders: unread, first }, reached, trouble };
}
