/**
 * Source SKUs written into a SKU's text in a form that no rule of its store reads. What is proposed
 * are always digits of the text itself, or ids known beside one of them.
 * @module
 */
import { type Form, formOf, inSlot } from './form.ts';
import type { Hint, SuggestedSource } from './hint.ts';
import type { KnownSources } from './known.ts';
import { canBeItem, cutSku, fenOf } from './pieces.ts';
import {
  findOrder,
  findUnit,
  type Order,
  type OrderFound,
  type OrderVote,
  type UnitFound,
} from './roles.ts';
import { type Subject, subjectKey } from './subject.ts';

/** SKUs of one form, of all stores, and what was found out about the form. */
export interface ReadForm {
  readonly members: readonly { readonly subject: Subject; readonly form: Form }[];
  readonly order: OrderFound;
  readonly unit: UnitFound;
}

export interface Written {
  /** By `subjectKey`. */
  readonly hints: ReadonlyMap<string, readonly Hint[]>;
  readonly forms: readonly ReadForm[];
}

/** @param pattern what other stores' SKU patterns say of the order of a form's ids */
export function readWritten(
  subjects: readonly Subject[],
  known: KnownSources,
  pattern: (form: Form) => OrderVote | undefined,
): Written {
  const hints = new Map<string, readonly Hint[]>();
  const formed: { subject: Subject; form: Form }[] = [];
  for (const subject of subjects.filter(({ problem }) => problem === 'unmapped')) {
    const form = formOf(subject.sku);
    if (form) formed.push({ subject, form });
    else hints.set(subjectKey(subject), readByKnown(subject.sku, known));
  }
  const groups = Map.groupBy(formed, ({ form }) => form.key);
  const forms = [...groups.values()].map((members): ReadForm => {
    const order = findOrder(
      members.map(({ form }) => form),
      known,
      pattern,
    );
    const priced = members.map(({ form, subject }) => ({ form, saleFen: subject.saleFen }));
    return { members, order, unit: findUnit(priced, known, order.order) };
  });
  for (const read of forms) {
    for (const { subject, form } of read.members) {
      hints.set(subjectKey(subject), readForm(form, read, known));
    }
  }
  return { hints, forms };
}

/** What a form says by one order of its ids; undefined when its numbers cannot be that. */
export function sourceIn(
  form: Form,
  order: Order,
  unit: UnitFound['unit'],
): SuggestedSource | undefined {
  const [first, second] = form.ids;
  const [item, sku] = order === 'item-first' ? [first, second] : [second, first];
  if (!canBeItem(item.text)) return undefined;
  const quantity = inSlot(form, 'quantity');
  return {
    itemId: item.text,
    skuId: sku.text,
    quantity: quantity === undefined ? 1 : Number(quantity),
    priceFen: priceIn(form, unit),
  };
}

function priceIn(form: Form, unit: UnitFound['unit']): number | undefined {
  const yuan = inSlot(form, 'yuan');
  if (yuan !== undefined) return fenOf(yuan, 'yuan');
  const fen = inSlot(form, 'fen');
  if (fen !== undefined) return fenOf(fen, 'fen');
  return form.number !== undefined && unit !== undefined ? fenOf(form.number, unit) : undefined;
}

function readForm(form: Form, { order, unit }: ReadForm, known: KnownSources): Hint[] {
  const orders: readonly Order[] =
    order.order === undefined ? ['item-first', 'sku-first'] : [order.order];
  return orders.flatMap((each): Hint[] => {
    const source = sourceIn(form, each, unit.unit);
    if (!source) return [];
    const exact = known.pair(source.itemId, source.skuId);
    const open = openParts(form, unit);
    const confidence =
      order.order === undefined && !exact
        ? 'guess'
        : exact && open === undefined
          ? 'sure'
          : 'likely';
    const why = [
      `both ids are written in the SKU; ${exact ? `together they are ${exact.where}` : order.why}`,
      ...(form.number !== undefined && unit.unit !== undefined ? [unit.why] : []),
      ...(open === undefined ? [] : [open]),
    ].join('; ');
    return [{ kind: 'written', confidence, sources: [source], why }];
  });
}

function openParts(form: Form, unit: UnitFound): string | undefined {
  if (form.number !== undefined && unit.unit === undefined) return unit.why;
  if (form.unexplained.length === 0) return undefined;
  return `what the numbers ${form.unexplained.join(', ')} mean is unsure`;
}

/** One id, or more than two: only what is known already tells what they mean. */
function readByKnown(sku: string, known: KnownSources): Hint[] {
  const pieces = cutSku(sku);
  const ids = pieces.flatMap((piece) =>
    piece.kind === 'number' && piece.role === 'id' ? [piece.text] : [],
  );
  const quantities = pieces.filter((each) => each.kind === 'number' && each.role === 'quantity');
  const quantity = quantities.length === 1 ? Number(quantities[0]?.text) : 1;
  const found = [...new Set(ids)].flatMap((id) => known.withSku(id));
  const unique = new Map(found.map((each) => [`${each.itemId} ${each.skuId}`, each]));
  return [...unique.values()].map(({ itemId, skuId, where }) => ({
    kind: 'written',
    confidence: unique.size === 1 ? 'likely' : 'guess',
    sources: [{ itemId, skuId, quantity, priceFen: undefined }],
    why: `the skuId ${skuId} is written in the SKU; it is ${where}`,
  }));
}
