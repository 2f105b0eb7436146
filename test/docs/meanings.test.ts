/** Each example of docs/settings.md is a value that the program takes at its key. */
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { z } from 'zod';
import { storeSettings } from '../../mappings/store.ts';
import {
  ACCOUNTS,
  APPS,
  ENVIRONMENT,
  type Meanings,
  OPTIONS,
  SERVICE,
  STORE,
} from '../../scripts/meanings.ts';
import { environment, serviceFile } from '../../src/config.ts';
import { explainIssues } from '../../src/issues.ts';
import { agents, marketplaces } from '../../src/registry.ts';

type Block = Record<string, unknown>;

/** Rules by the key that makes them; parts of one lie around an example. */
const RULES: readonly Block[] = [
  { pattern: '{itemId}-{skuId}' },
  { links: 'both' },
  { bundle: 'A', parts: [{ itemId: '1', skuId: '2' }] },
  { skip: ['A'], reason: 'b' },
];

/** What is wrong at the key once the example stands there; what else is missing does not count. */
function faultsOf(schema: z.ZodType, key: string, value: unknown): string[] {
  const path = key.split(/[.[]/).map((part) => (part === ']' ? 0 : part));
  const content = put(
    key.startsWith('receiver.') ? { receiver: { kind: 'warehouse' } } : {},
    path,
    value,
  );
  const parsed = schema.safeParse(content);
  if (parsed.success) return [];
  return explainIssues(parsed.error, schema, content)
    .filter(({ path: at }) => path.every((part, index) => String(at[index]) === String(part)))
    .map(({ message }) => message);
}

function put(
  into: unknown,
  [first, ...rest]: readonly (string | number)[],
  value: unknown,
): unknown {
  if (first === undefined) return value;
  if (first === 0) return [put(base(into, rest), rest, value)];
  const block = (typeof into === 'object' && into !== null ? into : {}) as Block;
  return { ...block, [first]: put(block[first], rest, value) };
}

/** A line rule that has the key, or a bundle's part. */
function base(into: unknown, [key]: readonly (string | number)[]): unknown {
  if (Array.isArray(into)) return into[0];
  return RULES.find((rule) => Object.hasOwn(rule, String(key))) ?? { links: 'both' };
}

/** Examples as they are written; prose says what to run instead. */
const examplesOf = (meanings: Meanings) =>
  Object.entries(meanings).flatMap(([key, { example }]) =>
    example === undefined || example === 'see below' || example.startsWith('the ')
      ? []
      : [[key, example] as const],
  );

/** A value from the environment stands for any text there. */
const filled = (example: string): unknown => {
  const value = parse(example) as { env?: unknown } | null;
  return typeof value?.env === 'string' ? '12345' : value;
};

type Section = readonly [what: string, schema: z.ZodType, meanings: Meanings];

const sections: Section[] = [
  ['a store', storeSettings, STORE],
  ['ponbridge.yaml', serviceFile, SERVICE],
  ...[...marketplaces.values()].flatMap(({ name, optionsSchema, appSchema }): Section[] => [
    [`options of ${name}`, optionsSchema, OPTIONS[name] ?? {}],
    [`an app of ${name}`, appSchema, APPS[name] ?? {}],
  ]),
  ...[...agents.values()].map(
    ({ name, accountSchema }): Section => [
      `an account of ${name}`,
      accountSchema,
      ACCOUNTS[name] ?? {},
    ],
  ),
];

/** Keys that take any block. */
const OPEN = new Set(['options']);

describe.each(sections)('%s', (_what, schema, meanings) => {
  test.each(examplesOf(meanings))('%s: %s', (key, example) => {
    expect(faultsOf(schema, key, filled(example))).toEqual([]);
    // And what does not fit is found at this key.
    if (!OPEN.has(key)) expect(faultsOf(schema, key, { nonsense: [[]] })).not.toEqual([]);
  });
});

test.each(examplesOf(ENVIRONMENT))('%s=%s', (name, example) => {
  expect(faultsOf(environment, name, example)).toEqual([]);
});
