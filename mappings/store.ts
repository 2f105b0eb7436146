/**
 * The settings of one store: one YAML file, no secret in it. This schema checks the file, gives the
 * types, and is published as JSON Schema so that editors complete and check it.
 * @module
 */
import { z } from 'zod';
import { alertSettings, noPullProblem } from './alerts.ts';
import { parseSkuPattern } from './pattern.ts';
import { duration, fen, id, name, price, shareBetween, templateOf, yuan } from './values.ts';

export { duration, yuan } from './values.ts';

/** Names a template may use, e.g. `{store}-{order}`. */
export const TEMPLATE_NAMES = ['order', 'orderId', 'store', 'country', 'seller'] as const;
export type TemplateName = (typeof TEMPLATE_NAMES)[number];

const template = templateOf(TEMPLATE_NAMES);
/** After arranging, the marketplace's number is known too. */
const warehouseTemplate = templateOf([...TEMPLATE_NAMES, 'tracking']);

/**
 * For rules over several keys: they speak also when another key is wrong, so that all mistakes are told
 * in one run. What they read may then be anything.
 */
const AT_ONCE: z.core.$ZodSuperRefineParams = {
  when: ({ value }) => typeof value === 'object' && value !== null,
};

/** Two orders with one number could not be told apart at the agent. */
const orderNumberTemplate = templateOf(TEMPLATE_NAMES, ['order', 'orderId']);

const fixedPrice = z
  .strictObject({ fixed: price })
  .meta({ title: 'Fixed price', description: 'One unit, in yuan' });

const patternRule = z
  .strictObject({
    pattern: z
      .string()
      .superRefine((text, context) => {
        const parsed = parseSkuPattern(text);
        if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
      })
      .meta({
        description:
          'Named parts of the SKU: {itemId}, {skuId}, {quantity}, {fen} or {yuan}, {any}',
      }),
    price: z
      .union([z.literal('pattern'), fixedPrice], {
        error: '"pattern", or fixed with an amount in yuan',
      })
      .default('pattern'),
  })
  .meta({ title: 'SKU pattern', description: 'Reads the source SKU out of the marketplace SKU' });

const linksRule = z
  .strictObject({
    links: z.enum(['store', 'shared', 'both']).meta({
      description:
        'Which SKU links: of this store, shared by all stores, or both (the store first)',
    }),
    price: z
      .union([z.literal('link'), fixedPrice], { error: '"link", or fixed with an amount in yuan' })
      .default('link'),
  })
  .meta({
    title: 'SKU links',
    description: 'Looks the marketplace SKU up in the table of SKU links',
  });

const bundleRule = z
  .strictObject({
    bundle: z.string().min(1).meta({ description: 'The marketplace SKU, exactly' }),
    parts: z
      .array(
        z.strictObject({
          itemId: id,
          skuId: id,
          quantity: z.int().min(1).default(1),
          price: z
            .union([z.strictObject({ fen }), fixedPrice], {
              error: 'fen with a whole number, or fixed with an amount in yuan',
            })
            .optional(),
        }),
      )
      .min(1),
  })
  .meta({ title: 'Bundle', description: 'One marketplace SKU bought as several source SKUs' });

const skipRule = z
  .strictObject({
    skip: z
      .array(z.string().min(1))
      .min(1)
      .meta({ description: 'Marketplace SKUs; * stands for any text' }),
    reason: z.string().min(1),
  })
  .meta({ title: 'Skip', description: 'Lines that are never bought: gifts, services' });

export const lineRule = z.union([patternRule, linksRule, bundleRule, skipRule], {
  error:
    'a line rule has one of the keys pattern, links, bundle (with parts) or skip (with reason)',
});

const warehouseReceiver = z.strictObject({
  kind: z.literal('warehouse'),
  name: template,
  phone: z.string().default(''),
  mobilePhone: z.string().default(''),
  country: z.string().default('中国'),
  state: z.string().min(1),
  city: z.string().min(1),
  district: z.string().min(1),
  address: template,
  zip: z.string().default(''),
});

const buyerReceiver = z.strictObject({
  kind: z.literal('buyer'),
  country: z
    .string()
    .optional()
    .meta({ description: 'Replaces the country the marketplace gives' }),
});

export const receiverSettings = z
  .discriminatedUnion('kind', [warehouseReceiver, buyerReceiver])
  .superRefine((receiver, context) => {
    if (receiver.kind === 'warehouse' && !receiver.phone && !receiver.mobilePhone) {
      context.addIssue({
        code: 'custom',
        message: 'a warehouse needs phone or mobilePhone',
        path: ['mobilePhone'],
      });
    }
  });

/** When a promise to the marketplace is made: once the purchase is paid, sent, or received by the receiver. */
const trigger = z.enum(['paid', 'sent', 'received']);

export const storeSettings = z
  .strictObject({
    marketplace: name.meta({ description: 'lazada or shopee' }),
    country: z.string().regex(/^[a-z]{2}$/, 'a country code in lower case, e.g. "sg"'),
    sellerId: id.meta({ description: 'Lazada seller id, Shopee shop id' }),
    group: name.optional().meta({
      description: 'Group in the service settings whose settings this store shares',
    }),
    app: name.default('main').meta({ description: 'Name of the app in the service settings' }),
    paused: z.boolean().default(false),
    start: z
      .union([z.iso.datetime({ offset: true }), z.iso.date()], {
        error: 'a date such as 2025-06-30, or a time such as "2025-06-30T08:00:00+08:00"',
      })
      .transform((text) => new Date(text))
      .meta({ description: 'Orders created earlier are ignored' }),
    orderSource: z.string().min(1).max(64).meta({ description: "PandaPon's orderSource" }),
    sellerOrderNumber: orderNumberTemplate.default('{order}').meta({
      description: "PandaPon's sellerOrderNumber; default the marketplace's number, unchanged",
    }),
    sellerOrderNumberLimit: z
      .int()
      .min(1)
      .default(64)
      .meta({ description: 'Longer numbers are held, never cut (limit assumed)' }),
    lines: z.array(lineRule).min(1),
    receiver: receiverSettings,
    budget: z.strictObject({
      cnyPerUnit: z
        .union([z.string(), z.number()])
        .transform(String)
        .pipe(z.string().regex(/^(?!0+(\.0+)?$)\d+(\.\d+)?$/, 'a rate above 0 such as "5.35"'))
        .meta({ description: "Yuan for one unit of the store's currency", 'x-unit': 'rate' }),
      largestOrder: yuan.meta({ description: 'A dearer purchase is held' }),
      smallestMargin: shareBetween(-1, 1)
        .prefault('0%')
        .meta({ description: 'Of the sale price; a smaller margin is held' }),
      drift: shareBetween(0, 1)
        .prefault('5%')
        .meta({ description: "How far the agent's price may rise above the plan" }),
    }),
    purchase: z
      .strictObject({
        mode: z.enum(['off', 'manual', 'auto']).default('off'),
        agent: name.default('pandapon'),
        account: name
          .default('main')
          .meta({ description: 'Name of the agent account in the service settings' }),
        delay: duration
          .prefault('0s')
          .meta({ description: 'Time for the buyer to cancel before it is bought' }),
        // Assumed: the agent takes lines that share a number, as the request example of its own
        // documentation does (pandapon.md 11.7). No answer carries the number back.
        lineNumbers: z.enum(['unique', 'same']).default('unique').meta({
          description:
            'orderLineNo: 1, 2, 3, ... or "1" on every line, as in the agent\'s own example',
        }),
        cashOnDelivery: z.boolean().default(false),
        dailyCap: yuan
          .refine(
            (fen) => fen > 0,
            'a cap above 0; to buy nothing set mode: off, to pay nothing set pay.auto: false',
          )
          .optional()
          .meta({
            description: 'Most that is spent per agent account and China day, in yuan',
          }),
        pay: z.strictObject({ auto: z.boolean().default(false) }).prefault({}),
      })
      .superRefine(({ mode, pay, dailyCap }, context) => {
        if (dailyCap !== undefined) return;
        const switches = [
          ...(mode === 'auto' ? ['mode: auto'] : []),
          ...(pay?.auto === true ? ['pay.auto: true'] : []),
        ];
        if (switches.length === 0) return;
        context.addIssue({
          code: 'custom',
          path: ['dailyCap'],
          message: `is missing; ${switches.join(' and ')} may only be set with the most it may spend in a day, in yuan, e.g. dailyCap: "500.00"`,
        });
      }, AT_ONCE)
      .prefault({}),
    tracking: z
      .strictObject({
        leg: z.enum(['agent', 'abroad', 'manual']).optional().meta({
          description:
            'Whose number is told where the seller supplies it: supplier to receiver, the leg abroad, or by hand',
        }),
        parcels: z.enum(['first', 'last', 'all-arrived']).default('first'),
        carriers: z.record(z.string(), z.string()).default({}).meta({
          description: "The agent's name of a carrier to the marketplace's; * for any other",
        }),
      })
      .prefault({}),
    ship: z
      .strictObject({
        pack: trigger.default('sent'),
        readyToShip: trigger.default('sent'),
        arrange: trigger.default('sent'),
        margin: duration.prefault('24h'),
        warehouse: z
          .strictObject({ name: warehouseTemplate, address: warehouseTemplate })
          .optional()
          .meta({
            description: "Told to PandaPon after arranging; {tracking} is the marketplace's number",
          }),
      })
      .prefault({}),
    cancel: z
      .strictObject({
        buyerWish: z.enum(['hold', 'accept', 'reject']).default('hold'),
      })
      .prefault({}),
    poll: duration
      .prefault('5m')
      .meta({ description: 'Time between two pulls; with pushes a safety net' }),
    overlap: duration.prefault('10m'),
    alerts: alertSettings,
    retention: duration
      .prefault('90d')
      .meta({ description: "Buyers' data is erased this long after the order ended" }),
    options: z
      .record(z.string(), z.unknown())
      .default({})
      .meta({ description: 'Settings only this marketplace has' }),
  })
  .superRefine((store, context) => {
    const noPull = noPullProblem(store);
    if (noPull) {
      context.addIssue({ code: 'custom', path: ['alerts', 'noPull'], message: noPull });
    }
    if (store.receiver?.kind === 'warehouse' && store.tracking?.leg === undefined) {
      context.addIssue({
        code: 'custom',
        path: ['tracking', 'leg'],
        message:
          'tracking.leg must be set when the receiver is a warehouse (agent, abroad or manual): a number told to the marketplace cannot be changed',
      });
    }
  }, AT_ONCE);

export type StoreSettings = z.output<typeof storeSettings>;
export type LineRule = z.output<typeof lineRule>;
export type ReceiverSettings = z.output<typeof receiverSettings>;
