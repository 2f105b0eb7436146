/** What only shows when stores are looked at together. */
import { z } from 'zod';
import { storeSettings } from '../../mappings/store.ts';
import { marketplaces } from '../registry.ts';
import { canBeEqual, headOf, type Numbers, shapeOf } from './order-numbers.ts';
import type { StoreFile } from './store-file.ts';

/** Enough of a store to judge it, also when something else in its file is wrong. */
const { marketplace, country, sellerId, orderSource, sellerOrderNumber, purchase } =
  storeSettings.shape;
const identity = z.object({
  marketplace,
  country,
  sellerId,
  orderSource,
  sellerOrderNumber,
  purchase: z
    .object({
      agent: purchase.def.innerType.shape.agent,
      account: purchase.def.innerType.shape.account,
    })
    .prefault({}),
});

interface Known {
  readonly at: StoreFile;
  readonly is: z.output<typeof identity>;
}

/** Which books an account's orders stand in; two accounts may share them. */
export type BooksOf = (agent: string, account: string) => string;

/** @param mayReport which of the files mistakes are told of; default all. */
export function checkTogether(
  files: readonly StoreFile[],
  booksOf: BooksOf,
  mayReport: (file: StoreFile) => boolean = () => true,
) {
  const known = files.flatMap((at) => {
    if (at.store) return [{ at, is: at.store.settings }];
    const parsed = identity.safeParse(at.content);
    return parsed.success ? [{ at, is: parsed.data }] : [];
  });
  checkSellers(known, mayReport);
  const sources = Map.groupBy(known, ({ is }) =>
    JSON.stringify([booksOf(is.purchase.agent, is.purchase.account), is.orderSource]),
  );
  for (const sharing of sources.values()) checkNumbers(sharing, mayReport);
}

function checkSellers(known: readonly Known[], mayReport: (file: StoreFile) => boolean) {
  const sellers = new Map<string, StoreFile>();
  for (const { at, is } of known) {
    const isGlobal = marketplaces.get(is.marketplace)?.sellerIdSpans === 'marketplace';
    const seller = `${is.marketplace} ${isGlobal ? '*' : is.country} ${is.sellerId}`;
    const twin = sellers.get(seller);
    if (twin && mayReport(at)) {
      at.report(['sellerId'], `is the shop of ${twin.file} too; a shop has one file`);
    }
    sellers.set(seller, twin ?? at);
  }
}

interface Numbered extends Numbers {
  readonly at: StoreFile;
  readonly index: number;
}

/**
 * Two purchases with one number on one account could not be told apart. Lazada gives both halves of a
 * basket that spans two shops the same number.
 */
function checkNumbers(sharing: readonly Known[], mayReport: (file: StoreFile) => boolean) {
  const all: Numbered[] = sharing.map(({ at, is }, index) => ({
    at,
    index,
    shape: shapeOf({
      template: is.sellerOrderNumber,
      store: at.name,
      country: is.country,
      seller: is.sellerId,
    }),
    characters: marketplaces.get(is.marketplace)?.orderNumbers ?? 'letters and digits',
  }));
  // Texts can only be equal where one head begins with the other, so each store meets few others.
  const byHead = Map.groupBy(all, ({ shape }) => headOf(shape));
  const told = new Set<number>();
  for (const one of all) {
    const head = headOf(one.shape);
    for (let length = 0; length <= head.length; length += 1) {
      for (const other of byHead.get(head.slice(0, length)) ?? []) {
        const [first, second] = one.index < other.index ? [one, other] : [other, one];
        if (first === second || told.has(second.index) || !canBeEqual(one, other)) continue;
        told.add(second.index);
        tellNumbers(first.at, second.at, mayReport);
      }
    }
  }
}

function tellNumbers(first: StoreFile, second: StoreFile, mayReport: (file: StoreFile) => boolean) {
  const at = mayReport(second) ? second : first;
  if (!mayReport(at)) return;
  const other = at === second ? first : second;
  const ofGroup = isWritten(at, 'sellerOrderNumber')
    ? undefined
    : ['sellerOrderNumber', 'orderSource'].find((key) => hasOf(at, key));
  // In a group it is one mistake, whichever two stores meet.
  const who = ofGroup
    ? 'stores of this group buy on one account with one orderSource'
    : `${other.file} buys on the same account with the same orderSource`;
  at.report(
    [ofGroup ?? 'sellerOrderNumber'],
    `${who}, so order numbers can collide; put {store} into the sellerOrderNumber of each, e.g. "{store}-{order}", or give each its own orderSource`,
  );
}

function isWritten({ written }: StoreFile, key: string): boolean {
  return typeof written === 'object' && written !== null && Object.hasOwn(written, key);
}

/** Does the group say it, and the store not? */
function hasOf(file: StoreFile, key: string): boolean {
  const content = file.group?.content;
  return (
    !isWritten(file, key) &&
    typeof content === 'object' &&
    content !== null &&
    Object.hasOwn(content, key)
  );
}
