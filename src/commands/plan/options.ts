/** The options of `ponbridge plan` that speak of many orders, read and checked. */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Out } from '../../trial/out.ts';
import type { ShowPayloads } from '../../trial/payload.ts';
import type { LinkOverlay } from '../../trial/planner.ts';
import { readSince } from '../../trial/since.ts';
import type { Walked } from '../../trial/walk.ts';
import type { Context } from '../context.ts';
import { explainError, Misuse, Problem } from '../errors.ts';

export interface PlanOptions {
  /** Never asks the marketplace. */
  readonly stored?: boolean;
  readonly json?: boolean;
  /** `7d` back, or a date. */
  readonly since?: string;
  /** Another file of the store's settings, to compare with. */
  readonly against?: string;
  readonly links?: string;
  readonly payloads?: boolean;
  readonly csv?: string;
  readonly beforeStart?: boolean;
  readonly now?: boolean;
  readonly totals?: boolean;
  /** With `against`: those that stay the same too. */
  readonly all?: boolean;
}

export function sinceOf(text: string, now: Date): Date {
  try {
    return readSince(text, now);
  } catch (error) {
    throw new Misuse((error as Error).message);
  }
}

/** The SKU links of a file, where one is given. @throws {Problem} when an import would refuse a row of it */
export async function linksOf(
  file: string | undefined,
  context: Context,
  store: string,
  stores: Iterable<string>,
): Promise<LinkOverlay | undefined> {
  if (file === undefined) return undefined;
  const { readLinksFile } = await import('../../trial/links-file.ts');
  const read = await readLinksFile(file, store, stores).catch((error: Error) => {
    throw new Problem(`${file} cannot be used: ${error.message}`);
  });
  if (read.wrong.length > 0) {
    for (const text of read.wrong.slice(0, 20)) context.note(`${file}:${text}`);
    const rows = read.wrong.length === 1 ? '1 wrong row' : `${read.wrong.length} wrong rows`;
    throw new Problem(`${file} has ${rows}. Correct it first: an import would refuse them.`);
  }
  const links = read.count === 1 ? '1 SKU link' : `${read.count} SKU links`;
  context.note(`${links} of ${file} in place of what is imported for the same SKUs.`);
  return read.links;
}

/** What of the request bodies is shown: on a terminal none, in JSON all but a buyer's, unless asked for. */
export function payloadsShown({ payloads, json }: PlanOptions): ShowPayloads {
  if (payloads) return 'all';
  return json ? 'no-buyers' : 'none';
}

export function openFile(path: string): { readonly out: Out; close(): void } {
  let fd: number;
  try {
    fd = openSync(path, 'w', 0o600);
  } catch (error) {
    throw new Problem(`${path} cannot be written: ${(error as Error).message}`);
  }
  return {
    out: {
      async write(text) {
        writeSync(fd, text);
      },
      closed: false,
    },
    close: () => closeSync(fd),
  };
}

/** Says what is missing, and sets the exit code: figures that lack orders must not pass for the whole. */
export function noteIncomplete(context: Context, walked: Walked): boolean {
  const { unread, trouble, reached, orders } = walked;
  if (unread.orders > 0) {
    const some = unread.first.map(({ orderId, error }) => `\n  ${orderId}: ${error}`).join('');
    const more = unread.orders - unread.first.length;
    context.note(
      `\nIncomplete: ${unread.orders} ${unread.orders === 1 ? 'order' : 'orders'} could not be read.${some}${more > 0 ? `\n  and ${more} more` : ''}`,
    );
  }
  if (trouble !== undefined) {
    const why = explainError(trouble, context.home, false).replace(/^error: /, '');
    const upTo = reached
      ? `, up to ${reached.toISOString().slice(0, 16).replace('T', ' ')} UTC`
      : '';
    context.note(`\nIncomplete: the reading stopped after ${orders} orders${upTo}. ${why}`);
  }
  const incomplete = unread.orders > 0 || trouble !== undefined;
  if (incomplete) process.exitCode = 1;
  return incomplete;
}
