/** What an app and a store must or may set for Lazada. @module */
import { z } from 'zod';
import { AUTH_ADDRESS, COUNTRIES, type Country, VENTURES } from './ventures.ts';

const address = z.url({ protocol: /^https?$/ });

export const appSchema = z.strictObject({
  appKey: z.string().min(1).describe('App Key of the app in the Lazada Open Platform console'),
  appSecret: z.string().min(1).describe('App Secret; signs the calls and the pushes'),
  redirectUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('The callback address of consents that the console has, where it is another'),
  partnerId: z.string().min(1).optional().describe('Optional partner_id, sent and signed'),
  addresses: z
    .strictObject({
      all: address.optional().describe('Stands for every host below'),
      auth: address.optional(),
      sg: address.optional(),
      my: address.optional(),
      th: address.optional(),
      vn: address.optional(),
      ph: address.optional(),
      id: address.optional(),
    })
    .optional()
    .describe('Base addresses with their /rest, where a proxy or the sandbox stands in'),
  labelHosts: z
    .array(z.string().min(1))
    .optional()
    .describe("Further host names that labels may be fetched from, beside Lazada's own"),
});

export type LazadaApp = z.output<typeof appSchema>;

export const optionsSchema = z.strictObject({
  crossBorder: z
    .boolean()
    .default(false)
    .describe('A cross-border store: packing must name the provider (NTFS)'),
  shipmentProvider: z
    .string()
    .min(1)
    .optional()
    .describe('Cross-border: code or name of the provider when Lazada lets the seller choose'),
  sofStatusUpdate: z
    .boolean()
    .default(false)
    .describe('Lazada opened sof/status/update to this store: own tracking numbers can be told'),
  // Assumed: the vocabulary is not documented; the field names are 17TRACK's, so its words are the default.
  sofStatus: z
    .strictObject({ status: z.string().min(1), subStatus: z.string().min(1) })
    .default({ status: 'InTransit', subStatus: 'InTransit_PickedUp' })
    .describe('The words told with an own tracking number'),
});

export type LazadaOptions = z.output<typeof optionsSchema>;

/** The base address of a venture or of the token calls, without a trailing slash. */
export function addressOf(app: LazadaApp, host: Country | 'auth'): string {
  const usual = host === 'auth' ? AUTH_ADDRESS : VENTURES[host].address;
  return (app.addresses?.[host] ?? app.addresses?.all ?? usual).replace(/\/+$/, '');
}

/** Host names (with port) of all addresses set by hand. */
export function ownHosts(app: LazadaApp): ReadonlySet<string> {
  const named = [app.addresses?.all, app.addresses?.auth];
  const ventures = COUNTRIES.map((country) => app.addresses?.[country]);
  return new Set([...named, ...ventures].flatMap((text) => (text ? [new URL(text).host] : [])));
}
