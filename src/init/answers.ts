/**
 * The answers that make a store's file: asked in the terminal, or read from a file. Each value is kept
 * as it was written (`15%`, `"300.00"`), once the schema of the settings has taken it.
 * @module
 */
import { z } from 'zod';
import { parseSkuPattern } from '../../mappings/pattern.ts';
import { receiverSettings, storeSettings } from '../../mappings/store.ts';
import { name as plainName, price } from '../../mappings/values.ts';
import { explainIssues } from '../issues.ts';

const { shape } = storeSettings;
const { shape: budget } = shape.budget;

/** How marketplace SKUs become source SKUs: written in them, looked up in a table, or first one, then the other. */
export const SKU_WAYS = ['pattern', 'links', 'both'] as const;
export const TRACKING_LEGS = ['agent', 'abroad', 'manual'] as const;

/** The name of a store is its file's name. A leading dot would hide the file. */
export const storeName = z
  .string()
  .regex(/^\w[\w.-]{0,62}$/, 'letters, digits, "-", "_" and "." only, e.g. "my-shop"')
  .refine((text) => !/\.ya?ml$/.test(text), 'the name alone, without .yaml');

/** Checks a value and keeps it as it was written. */
function asWritten<T extends z.ZodType>(schema: T) {
  return z.custom<z.input<T>>().superRefine((value, context) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return;
    for (const { path, message } of explainIssues(parsed.error, schema)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  });
}

const pattern = z.string().superRefine((text, context) => {
  const parsed = parseSkuPattern(text);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: parsed.error });
});

/** One schema for each answer; the questions use them one by one. */
export const answer = {
  name: storeName,
  marketplace: plainName,
  country: shape.country,
  sellerId: asWritten(shape.sellerId).transform(String),
  app: plainName,
  account: plainName,
  group: z.string().min(1),
  orderSource: shape.orderSource,
  skus: z.enum(SKU_WAYS),
  pattern,
  fixedPrice: asWritten(price).transform(String),
  receiver: asWritten(receiverSettings),
  trackingLeg: z.enum(TRACKING_LEGS),
  cnyPerUnit: asWritten(budget.cnyPerUnit).transform(String),
  largestOrder: asWritten(budget.largestOrder).transform(String),
  smallestMargin: asWritten(budget.smallestMargin),
  start: asWritten(shape.start),
} as const;

export const storeAnswers = z.strictObject({
  name: answer.name,
  marketplace: answer.marketplace,
  country: answer.country,
  sellerId: answer.sellerId,
  app: answer.app.default('main'),
  account: answer.account.default('main'),
  group: answer.group.optional(),
  orderSource: answer.orderSource.optional(),
  skus: answer.skus.optional(),
  pattern: answer.pattern.optional(),
  fixedPrice: answer.fixedPrice.optional(),
  receiver: answer.receiver.optional(),
  trackingLeg: answer.trackingLeg.optional(),
  cnyPerUnit: answer.cnyPerUnit.optional(),
  largestOrder: answer.largestOrder.optional(),
  smallestMargin: answer.smallestMargin.optional(),
  start: answer.start.optional(),
});

export type StoreAnswers = z.output<typeof storeAnswers>;
export type AnswerKey = keyof StoreAnswers;
export type ReceiverAnswer = z.input<typeof receiverSettings>;

export const SMALLEST_MARGIN = '15%';
