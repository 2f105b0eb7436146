import type { z } from 'zod';

export interface StoreIssue {
  /** Keys and list positions (from 0) down to the value. */
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** Keys at `path` that the shape does not have, when that is the fault. */
  readonly unknownKeys?: readonly string[];
}

/**
 * What is wrong with a store's settings, one entry per fault. Zod answers for a value of several
 * possible shapes (a line rule, a price) only that none fits; here the shape that was meant speaks:
 * the one that knows most of the keys that are there, then the one with fewest faults.
 */
export function storeIssues(error: z.ZodError): StoreIssue[] {
  return error.issues.flatMap((issue) => flatten(issue as z.core.$ZodIssue, []));
}

function flatten(issue: z.core.$ZodIssue, above: readonly PropertyKey[]): StoreIssue[] {
  const path = [...above, ...issue.path];
  if (issue.code === 'invalid_union') {
    const meant = meantShape(issue.errors);
    if (meant) return meant.flatMap((each) => flatten(each, path));
  }
  return [
    {
      path: path.map((key) => (typeof key === 'symbol' ? String(key) : key)),
      message: issue.message,
      ...(issue.code === 'unrecognized_keys' ? { unknownKeys: issue.keys } : {}),
    },
  ];
}

type Shape = readonly z.core.$ZodIssue[];

/** Undefined when no shape fits better than the others: then the union's own message is best. */
function meantShape(shapes: readonly Shape[]): Shape | undefined {
  const [best, second] = shapes
    .filter((shape) => shape.length > 0 && !shape.some(isOtherType))
    .map((shape) => ({ shape, strangers: strangersIn(shape), faults: shape.length }))
    .sort((a, b) => a.strangers - b.strangers || a.faults - b.faults);
  if (!best) return undefined;
  const tied = second && best.strangers === second.strangers && best.faults === second.faults;
  return tied ? undefined : best.shape;
}

/** The value as a whole is of another type than this shape wants. */
function isOtherType(issue: z.core.$ZodIssue): boolean {
  return issue.path.length === 0 && issue.code !== 'unrecognized_keys' && issue.code !== 'custom';
}

function strangersIn(shape: Shape): number {
  return shape.reduce(
    (sum, issue) =>
      sum + (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys.length : 0),
    0,
  );
}
