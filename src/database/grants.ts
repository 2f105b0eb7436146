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

export async function grantOf(db: Db, shop: ShopKey): Promise<GrantRow | undefined> {
  return db
    .selectFrom('grant')
    .innerJoin('grant_shop', 'grant_shop.grant_id', 'grant.id')
    .selectAll('grant')
    .where('grant_shop.marketplace', '=', shop.marketplace)
    .where('grant_shop.country', '=', shop.country)
    .where('grant_shop.seller_id', '=', shop.sellerId)
    .executeTakeFirst();
}

export interface NewGrant {
  readonly marketplace: string;
  readonly app: string;
  readonly subject: string;
  readonly tokens: GrantTokens;
  /** The shops it serves here. */
  readonly shops: readonly ShopKey[];
}

/** Keeps a consent; a new consent of the same subject replaces the old one. */
export async function storeGrant(
  db: Db,
  box: SecretBox,
  grant: NewGrant,
  now: Date,
): Promise<string> {
  const sealed = await sealTokens(box, grant.tokens);
  return db.transaction().execute(async (tx) => {
    const row = await tx
      .insertInto('grant')
      .values({
        marketplace: grant.marketplace,
        app: grant.app,
        subject: grant.subject,
        ...sealed,
        renewed_at: now,
      })
      .onConflict((conflict) =>
        conflict
          .columns(['marketplace', 'app', 'subject'])
          // A renewal of the old consent that is still under way must not replace this one.
          .doUpdateSet((row) => ({
            ...sealed,
            renewed_at: now,
            refused_at: null,
            version: sql`${row.ref('grant.version')} + 1`,
          })),
      )
      .returning('id')
      .executeTakeFirstOrThrow();
    for (const shop of grant.shops) {
      await tx
        .insertInto('grant_shop')
        .values({
          marketplace: shop.marketplace,
          country: shop.country,
          seller_id: shop.sellerId,
          grant_id: row.id,
        })
        .onConflict((conflict) =>
          conflict
            .columns(['marketplace', 'country', 'seller_id'])
            .doUpdateSet({ grant_id: row.id }),
        )
        .execute();
    }
    return row.id;
  });
}

/**
 * The same grant with its new pair. The hard end of a Lazada grant does not move with a refresh.
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
  const { numUpdatedRows } = await tx
    .updateTable('grant')
    .set({ ...sealed, version: grant.version + 1, renewed_at: now, refused_at: null })
    .where('id', '=', grant.id)
    .where('version', '=', grant.version)
    .executeTakeFirst();
  return numUpdatedRows === 1n;
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
  };
}
