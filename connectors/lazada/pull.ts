/**
 * Pull: what was updated in a period, ascending by update time. The offset is capped at 4500 and pages
 * shift while they are read, so each page starts at the last row's second with offset 0, and rows seen
 * before are dropped (lazada.md section 3.1, pitfalls 0 and 5).
 * @module
 */
import { createHash } from 'node:crypto';
import { Malformed } from '../errors.ts';
import type { BrokenOrder, ListedOrder, PullOptions, PullPage } from '../marketplace.ts';
import { listOrders } from './client/sdk.gen.ts';
import { zOrder } from './client/zod.gen.ts';
import type { Connection } from './connection.ts';
import { idOf, readItems } from './items.ts';
import { operations } from './operations.ts';
import { parsed } from './orders.ts';
import { assemble } from './read.ts';
import { readTime, wholeSecond, writeTime } from './times.ts';
import type { Country } from './ventures.ts';

const LIMIT = 100;
/** The guide says 5000, the metadata 4500; a third party quotes that offset + limit count. */
const MAX_OFFSET = 4500;
/** How often one second is begun anew because its rows shifted. */
const MAX_RESTARTS = 3;

/** One row of the listing, read on its own so that a bad one costs only itself. */
interface Row {
  /** Same for repeats of the same row. */
  readonly key: string;
  readonly wire: unknown;
  readonly updatedAt: Date | undefined;
  readonly listed: ListedOrder | undefined;
  readonly broken: BrokenOrder | undefined;
}

/**
 * The end is an empty page or one without new rows, whatever counts and limits say. Rows that share one
 * second are paged by offset; each such page begins with the last row of the one before, which shows
 * whether the rows have shifted meanwhile: then that second is begun anew.
 * @throws {Malformed} when a second holds more rows than can be paged.
 */
export async function* pull(
  connection: Connection,
  country: Country,
  options: PullOptions,
): AsyncGenerator<PullPage> {
  const before = new Date(Math.ceil(options.until.getTime() / 1000) * 1000);
  const seen = new Set<string>();
  let coveredUntil = options.from;
  let place: Place = { after: wholeSecond(options.from), offset: 0, hinge: undefined };
  let restarts = 0;
  let walkingAgain = false;

  for (;;) {
    const rows = await listPage(connection, country, new Date(place.after), before, place.offset);
    const unique = [...new Map(rows.map((row) => [row.key, row])).values()];
    const fresh = unique.filter(({ key }) => !seen.has(key));
    const shifted = place.hinge !== undefined && rows.length > 0 && rows[0]?.key !== place.hinge;
    if (shifted && fresh.length > 0 && restarts < MAX_RESTARTS) {
      restarts += 1;
      walkingAgain = true;
      place = { after: place.after, offset: 0, hinge: undefined };
      continue;
    }
    if (fresh.length === 0) {
      if (shifted && rows.length >= LIMIT) throw stuck('the offset changes nothing');
      if (!walkingAgain || shifted || rows.length < 2) {
        // Not `until`: Lazada takes calls with a clock hours off, and by its own clock more may still come.
        yield { listed: 0, orders: [], broken: [], missing: [], coveredUntil };
        return;
      }
    } else {
      walkingAgain = false;
    }
    for (const { key } of fresh) seen.add(key);

    const next = nextPlace(place, rows);
    if (next.offset > MAX_OFFSET) throw stuck(`${MAX_OFFSET} rows do not lead past one second`);
    if (next.after > place.after) restarts = 0;
    place = next;
    coveredUntil = new Date(Math.max(place.after, coveredUntil.getTime()));
    if (fresh.length > 0) {
      yield { ...(await readFresh(connection, country, fresh, options)), coveredUntil };
    }
  }
}

/** Where the next page is asked for. */
interface Place {
  /** `update_after`, in milliseconds of a whole second. */
  readonly after: number;
  readonly offset: number;
  /** The row that the page begins with, unless rows have shifted since; undefined for no such check. */
  readonly hinge: string | undefined;
}

/**
 * Rows of several seconds lead to the last of them. Rows of a single second, and rows that do not ascend
 * or tell no time, lead on by offset, overlapping by one row (which a page of one row cannot afford).
 */
function nextPlace(place: Place, rows: readonly Row[]): Place {
  const seconds = rows.flatMap(({ updatedAt }) => (updatedAt ? wholeSecond(updatedAt) : []));
  const ascending = seconds.every((second, index) => second >= (seconds[index - 1] ?? second));
  const first = seconds.at(0);
  const last = seconds.at(-1);
  const overlap = rows.length > 1 ? 1 : 0;
  const hinge = overlap === 1 ? rows.at(-1)?.key : undefined;
  if (first === undefined || last === undefined || !ascending || last <= place.after) {
    return { after: place.after, offset: place.offset + rows.length - overlap, hinge };
  }
  return first < last
    ? { after: last, offset: 0, hinge: undefined }
    : { after: last, offset: rows.length - overlap, hinge };
}

async function readFresh(
  connection: Connection,
  country: Country,
  fresh: readonly Row[],
  options: PullOptions,
): Promise<Omit<PullPage, 'coveredUntil'>> {
  const listed = fresh.flatMap((row) => row.listed ?? []);
  const wanted = [...new Set(await options.changed(listed))];
  const rows = new Map(
    fresh.flatMap((row) => (row.listed ? [[row.listed.orderId, row.wire]] : [])),
  );
  const items = wanted.length > 0 ? await readItems(connection, wanted) : new Map();
  const read = assemble(wanted, rows, items, country);
  return {
    ...read,
    broken: [...fresh.flatMap((row) => row.broken ?? []), ...read.broken],
    listed: fresh.length,
  };
}

async function listPage(
  connection: Connection,
  country: Country,
  after: Date,
  before: Date,
  offset: number,
): Promise<readonly Row[]> {
  const answer = await connection.call(operations.listOrders, (via) =>
    listOrders({
      ...via,
      query: {
        update_after: writeTime(after, country),
        update_before: writeTime(before, country),
        sort_by: 'updated_at',
        sort_direction: 'ASC',
        offset,
        limit: LIMIT,
      },
    }),
  );
  return answer.data.orders.map((wire) => toRow(wire, country));
}

function toRow(wire: unknown, country: Country): Row {
  const text = JSON.stringify(wire);
  const orderId =
    idOf(wire) ?? `row-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  let updatedAt: Date | undefined;
  try {
    updatedAt = readTime((wire as { updated_at?: unknown } | null)?.updated_at, country);
    parsed(zOrder, wire, 'order');
    const key = updatedAt ? `${orderId}@${updatedAt.getTime()}` : text;
    return { key, wire, updatedAt, listed: { orderId, updatedAt }, broken: undefined };
  } catch (error) {
    const broken = { orderId, error: (error as Error).message };
    return { key: text, wire, updatedAt, listed: undefined, broken };
  }
}

function stuck(why: string): Malformed {
  return new Malformed(why, { system: 'lazada', operation: operations.listOrders.name });
}
