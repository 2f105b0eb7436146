import { z } from 'zod';
import type { AccountIdentity } from '../agent.ts';

const headerText = z.string().regex(/^[\x21-\x7e]+$/, 'must be text without spaces');
const path = z
  .string()
  .regex(/^\/[^?#\s]*$/, 'must be a path that starts with "/" and has no query');

/**
 * One login at PandaPon or Xportcn, as written in the settings, its secrets filled in.
 *
 * Everything with a default that says "Assumed" stands for a fact no source states (pandapon.md 12).
 */
export const accountSchema = z.strictObject({
  accessKey: headerText.describe('AccessKey from the console'),
  accessSecret: z.string().min(1).describe('Access Secret from the console; never sent'),
  userId: headerText.describe('Sub-account, 13 digits in every example'),
  address: z
    .url({ protocol: /^https?$/ })
    .regex(/^[^?#]*$/, 'must have no query')
    .describe('https://api.pandapon.com or https://www.xportcn.com/api; a path prefix is kept'),
  generation: z
    .enum(['v1', 'v2'])
    .default('v1')
    .describe('Which listing and logistics calls are used; placing is /open/order in both'),
  // Assumed: seconds, as both public clients send (pandapon.md 2).
  timestampUnit: z.enum(['seconds', 'milliseconds']).default('seconds'),
  // Assumed: 50 is allowed. 20 is the documented v2 default, the limit is unknown (pandapon.md 1, 5).
  pageSize: z.int().min(1).max(500).default(50),
  paths: z
    .strictObject({
      pay: path.default('/open/order/pay'),
      cancel: path.default('/open/order/cancel'),
    })
    // Assumed: after their neighbours' names (pandapon.md 8).
    .prefault({}),
  refusalCodes: z
    .array(
      z
        .string()
        .min(1)
        .refine((code) => code !== '200', '200 is success'),
    )
    .default([])
    .describe('Codes proven to refuse a placing, payment or cancellation before any effect'),
});

export type PandaponAccount = z.output<typeof accountSchema>;

/**
 * The user id is who buys. Which users' orders a listing shows is not known (pandapon.md 2); its rows name
 * their user, so one access key is assumed to show all of its users.
 */
export function identityOf({ address, accessKey, userId }: PandaponAccount): AccountIdentity {
  const { origin, pathname } = new URL(address);
  const place = `${origin}${pathname.replace(/\/+$/, '')}`;
  return { login: `${place} ${userId}`, books: `${place} ${accessKey}` };
}
