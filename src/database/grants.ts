/** Grants: a seller's consent with its tokens, sealed; one grant can serve several stores. */
import { type Selectable, sql } from 'kysely';
import type { GrantTokens } from '../../connectors/marketplace.ts';
import type { SecretBox } from '../secrets.ts';
import type { Db, Tx } from './connect.ts';
import type { GrantTable } from './schema.ts';

export type GrantRow = Selectable<GrantTable>;

export interface ShopKey {
  readonly marketplace: string;
  readonly country: string;
  readonly sellerId: string;
}

/** @param app where told, a consent given to another app does not count: its tokens fit only that one */
export async function grantOf(
  db: Db,
  shop: ShopKey & { readonly app?: string },
): Promise<GrantRow | undefined> {
  const found = await db
    .selectFrom('grant')
    .innerJoin('grant_shop', 'grant_shop.grant_id', 'grant.id')
    .selectAll('grant')
    .where('grant_shop.marketplace', '=', shop.marketplace)
    .where('grant_shop.country', '=', shop.country)
    .where('grant_shop.seller_id', '=', shop.sellerId)
    .executeTakeFirst();
  return found && (shop.app === undefined || shop.app === found.app) ? found : undefined;
}

export interface NewGrant {
  readonly marketplace: string;
  readonly app: string;
  readonly subject: string;
  readonly tokens: GrantTokens;
  /** The shops it serves here. */
  readonly shops: readonly ShopKey[];
}

/**
 * Keeps a consent; a new consent of the same subject replaces the old one, and one that has lost its
 * last shop to this is dropped.
 */
export async function storeGrant(
  tx: Tx,
  box: SecretBox,
  grant: NewGrant,
  now: Date,
): Promise<string> {
  const sealed = await sealTokens(box, grant.tokens);
  const facts = { ...sealed, consented_at: now, renewed_at: now };
  const { id } = await tx
    .insertInto('grant')
    .values({
      marketplace: grant.marketplace,
      app: grant.app,
      subject: grant.subject,
      ...facts,
    })
    .onConflict((conflict) =>
      conflict
        .columns(['marketplace', 'app', 'subject'])
        // A renewal of the old consent that is still under way must not replace this one.
        .doUpdateSet((row) => ({
          ...facts,
          refused_at: null,
          version: sql`${row.ref('grant.version')} + 1`,
        })),
    )
    .returning('id')
    .executeTakeFirstOrThrow();
  for (const shop of grant.shops) {
    const key = {
      marketplace: shop.marketplace,
      country: shop.country,
      seller_id: shop.sellerId,
    };
    await tx
      .insertInto('grant_shop')
      .values({ ...key, grant_id: id })
      .onConflict((conflict) =>
        conflict.columns(['marketplace', 'country', 'seller_id']).doUpdateSet({ grant_id: id }),
      )
      .execute();
  }
  await tx
    .deleteFrom('grant')
    .where('marketplace', '=', grant.marketplace)
    .where('id', '!=', id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('grant_shop').whereRef('grant_shop.grant_id', '=', 'grant.id'))),
    )
    .execute();
  return id;
}

/**
 * The same grant with its new pair. Where the end is fixed, an answer that states the whole lifetime again
 * does not move it; where it is not, the one read now counts, or the last known when it was not stated.
 * Returns false, and changes nothing, when the grant has got another pair since `grant` was read.
 */
export async function renewGrant(
  tx: Tx,
  box: SecretBox,
  grant: GrantRow,
  tokens: GrantTokens,
  now: Date,
): Promise<boolean> {
  const sealed = await sealTokens(box, tokens);
  const ends = tokens.endIsFixed
    ? {
        refresh_expires_at: earlier(grant.refresh_expires_at, sealed.refresh_expires_at),
        ends_at: earlier(grant.ends_at, sealed.ends_at),
      }
    : { ends_at: sealed.ends_at ?? grant.ends_at };
  const { numUpdatedRows } = await tx
    .updateTable('grant')
    .set({ ...sealed, ...ends, version: grant.version + 1, renewed_at: now, refused_at: null })
    .where('id', '=', grant.id)
    .where('version', '=', grant.version)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
}

function earlier(one: Date | null, other: Date | null): Date | null {
  if (one === null || other === null) return one ?? other;
  return one < other ? one : other;
}

export interface StoredTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
}

export async function openTokens(box: SecretBox, grant: GrantRow): Promise<StoredTokens> {
  return box.open<StoredTokens>(grant.tokens);
}

async function sealTokens(box: SecretBox, tokens: GrantTokens) {
  return {
    tokens: await box.seal({ accessToken: tokens.accessToken, refreshToken: tokens.refreshToken }),
    access_expires_at: tokens.accessExpiresAt,
    refresh_expires_at: tokens.refreshExpiresAt ?? null,
    ends_at: tokens.consentEndsAt ?? null,
  };
}
