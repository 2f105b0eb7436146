/**
 * Linked SKUs that are written alike. The table may hold 500,000 links: the database reads it once
 * for what is written otherwise, takes the rest from its index, and only candidates come over.
 * @module
 */
import { type RawBuilder, sql } from 'kysely';
import { COARSE_DROPPED, coarse, type LinkedSku, stemOf } from '../../mappings/suggest/alike.ts';
import type { SuggestedSource } from '../../mappings/suggest/hint.ts';
import type { Db } from '../database/connect.ts';

/** A beginning that more links share is a running number, not sizes of one thing. */
const MOST_OF_A_STEM = 60;

interface Candidate {
  readonly key: string;
  readonly store: string | null;
  readonly sku: string;
  readonly sources: readonly RawSource[];
}

interface RawSource {
  readonly itemId: string;
  readonly skuId: string;
  readonly quantity: number;
  readonly priceFen: number | null;
}

/** Candidates by the SKU they may be alike to. */
export async function readAlike(
  db: Db,
  skus: readonly string[],
): Promise<Map<string, readonly LinkedSku[]>> {
  const same = await readSame(db, skus);
  const series = await readSeries(db, skus);
  return new Map(
    skus.map((sku) => {
      const found = [...(same.get(coarse(sku)) ?? []), ...(series.get(stemOf(sku) ?? '') ?? [])];
      const unique = new Map(found.map((each) => [`${each.store ?? ''} ${each.sku}`, each]));
      return [sku, [...unique.values()].map(toLinked)];
    }),
  );
}

/** The same but for case, separators and zeros: about 0.4 s for 500,000 links. */
async function readSame(db: Db, skus: readonly string[]) {
  const keys = [...new Set(skus.map(coarse))].filter((key) => key !== '');
  if (keys.length === 0) return new Map<string, Candidate[]>();
  return readCandidates(
    db,
    sql`
      select id, key from (
        select id, translate(lower(sku collate "C"), ${COARSE_DROPPED}, '') as key from sku_link
      ) as plain where key = any(${keys}::text[])`,
  );
}

/** The same but for the last word, from the index over the SKUs. */
async function readSeries(db: Db, skus: readonly string[]) {
  const stems = [...new Set(skus.flatMap((sku) => stemOf(sku) ?? []))];
  const ranges = stems.flatMap((stem) => {
    const end = endOf(stem);
    return end === undefined ? [] : [{ stem, end }];
  });
  if (ranges.length === 0) return new Map<string, Candidate[]>();
  return readCandidates(
    db,
    sql`
      select hit.id, series.stem as key
      from unnest(${ranges.map(({ stem }) => stem)}::text[], ${ranges.map(({ end }) => end)}::text[])
        as series (stem, "end")
      cross join lateral (
        select array_agg(id) as ids from (
          select id from sku_link where sku >= series.stem and sku < series."end"
          limit ${MOST_OF_A_STEM + 1}
        ) as begun
      ) as begun
      cross join lateral unnest(begun.ids) as hit (id)
      where cardinality(begun.ids) <= ${MOST_OF_A_STEM}`,
  );
}

/** The first text behind all that begin with the stem; where there is none, nothing is looked up. */
function endOf(stem: string): string | undefined {
  const letters = [...stem];
  const next = (letters.pop()?.codePointAt(0) ?? 0xffff) + 1;
  // What follows is no letter: the halves of longer ones.
  return next >= 0xd800 ? undefined : letters.join('') + String.fromCodePoint(next);
}

async function readCandidates(db: Db, hits: RawBuilder<unknown>) {
  const { rows } = await sql<Candidate>`
    select hit.key, link.store, link.sku,
      json_agg(json_build_object('itemId', link.item_id, 'skuId', link.sku_id,
        'quantity', link.quantity, 'priceFen', link.price_fen)
        order by link.item_id, link.sku_id) as sources
    from (${hits}) as hit join sku_link as link on link.id = hit.id
    group by hit.key, link.store, link.sku`.execute(db);
  return Map.groupBy(rows, ({ key }) => key);
}

function toLinked({ store, sku, sources }: Candidate): LinkedSku {
  return { store: store ?? undefined, sku, by: 'link', sources: sources.map(toSource) };
}

export function toSource({ priceFen, ...source }: RawSource): SuggestedSource {
  return { ...source, priceFen: priceFen ?? undefined };
}
