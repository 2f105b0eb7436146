/** The schema of `ponbridge.yaml`. */
import { z } from 'zod';
import { patience } from '../../mappings/alerts.ts';
import { duration } from '../../mappings/store.ts';
import { name } from '../../mappings/values.ts';

const timings = z
  .strictObject({
    /** How long a signed request can still be accepted: PandaPon refuses signatures older than 600 s. */
    signatureWindow: duration.prefault('10m'),
    clockSkew: duration.prefault('30s'),
    /** What a request may live at the server after it was accepted, before its effect shows. */
    requestLife: duration.prefault('60s'),
    /** How long a new order may be missing from the agent's listing. */
    listingLag: duration.prefault('60s'),
    /** An unknown placing is settled by absence only after this; at least the sum of the above. */
    settle: duration.prefault('13m'),
    /** An unknown shipping or cancelling is read again and settled after this. */
    settleRead: duration.prefault('2m'),
    /** A signed spending call is not sent later than this after its signing. */
    sendWithin: duration.prefault('10s'),
    /** One try of a call outside gives up after this; its effect may still come. */
    callTimeout: duration.prefault('15s'),
    /** Oldest listing that a first placing may lean on. */
    listingFresh: duration.prefault('60s'),
    /** Time between two listings of an account whose orders are on their way. */
    agentPoll: duration.prefault('10m'),
    /** The same while a purchase waits to be paid by us. */
    payPoll: duration.prefault('60s'),
    /** Time between two looks for a parcel's number once a line is sent. */
    parcelPoll: duration.prefault('30m'),
    /** Time between two looks for a number or a label the marketplace makes. */
    shipPoll: duration.prefault('5m'),
    /** Time between two looks for what pushes and pulls missed. */
    net: duration.prefault('30m'),
    sweep: duration.prefault('60s'),
  })
  .prefault({});

const limits = z
  .strictObject({
    /** Calls per second of one app at its marketplace, all its stores together. */
    app: z.number().positive().default(20),
    store: z.number().positive().default(5),
    account: z.number().positive().default(10),
    /** Reads per minute that an account's unsigned callbacks may cause. */
    callbackReads: z.number().positive().default(120),
    /** Messages per minute that are taken of an account's callbacks; 200 a second, as the bench sends. */
    callbacks: z.number().positive().default(12_000),
  })
  .prefault({});

/** What does not happen at an account or with a consent; a store's own are in its file. */
const alerts = z
  .strictObject({
    /** An account with purchases on their way that was not listed for this long. */
    noListing: patience.optional(),
    /** A seller's consent that ends for good within this time. */
    grantEnding: patience.prefault('7d'),
  })
  .prefault({});

const reconcile = z
  .strictObject({
    /** Time between two re-scans of a store or an account. */
    every: duration
      .prefault('24h')
      .refine((ms) => ms >= 60_000, 'at least "1m"')
      .meta({ description: 'A duration such as "12h" or "24h", at least "1m"' }),
    /** How many of the last days are compared. */
    days: z.int().min(1).max(60).default(3),
  })
  .prefault({});

const named = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Any part of a store's settings; groups.ts checks it, and says of which keys it may not be. */
const groups = z
  .record(name, z.record(z.string(), z.unknown()).nullable())
  .transform((all) =>
    Object.fromEntries(Object.entries(all).map(([key, group]) => [key, group ?? {}])),
  );

export const serviceFile = z.strictObject({
  apps: z.record(z.string(), named).default({}),
  accounts: z.record(z.string(), named).default({}),
  groups: groups.prefault({}),
  timings,
  limits,
  alerts,
  reconcile,
});

export type ServiceFile = z.output<typeof serviceFile>;
