/**
 * What the service's settings say about a Shopee app, and what a store's settings say that only
 * Shopee has.
 * @module
 */
import { z } from 'zod';

/** A bare origin: a path in it would end up in the signature and break it (shopee.md 1.3). */
const origin = z
  .url({ protocol: /^https?$/ })
  .refine(isBareOrigin, {
    error:
      'give the bare address of the host, like https://partner.shopeemobile.com, without a path',
  })
  .transform((address) => new URL(address).origin);

const key = z.string().trim().min(1, { error: 'the key is empty' });

export const appSchema = z.strictObject({
  /** Host of the API; every host serves the same contract, keep to one per environment. */
  address: origin.default('https://partner.shopeemobile.com'),
  /** Host of the seller's consent page. Without it the older, signed link of the API host is used. */
  consentAddress: origin.optional(),
  /** Where consents come back to, where the console's redirect domain wants another address. */
  redirectUrl: z.url({ protocol: /^https?$/ }).optional(),
  partnerId: z.coerce.string().regex(/^\d+$/, { error: 'the partner id is a number' }),
  partnerKey: key,
  /** The console's own "Push Partner Key"; without it the partner key checks pushes. */
  pushKey: key.optional(),
  /** During a rotation: the push key that was valid before. */
  previousPushKey: key.optional(),
  /** Exactly what the console has as callback address. Needed only where pushes are received. */
  callbackUrl: z.url({ protocol: /^https?$/ }).optional(),
});

export type ShopeeApp = z.output<typeof appSchema>;

export const optionsSchema = z.strictObject({
  /** Which way of handing parcels over is preferred where both are offered. */
  shipMode: z.enum(['dropoff', 'pickup']).default('dropoff'),
  /** Which of the shop's addresses couriers come to. */
  pickupAddress: z.enum(['default_address', 'pickup_address']).default('pickup_address'),
  /** The branch parcels are brought to, for channels that want to be told one. */
  dropoffBranchId: z.coerce.string().regex(/^\d+$/).optional(),
  /** The courier parcels are brought to, for channels in Taiwan that want to be told one. */
  dropoffSlug: z.string().min(1).optional(),
  /** For channels that ask who hands the parcel over. */
  senderRealName: z.string().min(1).max(64).optional(),
});

export type ShopeeOptions = z.output<typeof optionsSchema>;

function isBareOrigin(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const extras = url.search + url.hash + url.username + url.password;
  return extras === '' && url.pathname === '/' && !address.endsWith('//');
}
