import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as codes from '../../connectors/shopee/codes.ts';
import { STABLE_CODES } from '../../connectors/shopee/codes.ts';
import { READS, SPENDS } from '../../connectors/shopee/connection.ts';

interface Operation {
  readonly operationId: string;
  readonly 'x-kind': string;
  readonly 'x-auth': string;
  readonly 'x-envelope': string;
}

const path = new URL('../../connectors/shopee/openapi.yaml', import.meta.url);
const spec = parse(readFileSync(path, 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
};
const operations = Object.entries(spec.paths).flatMap(([address, verbs]) =>
  Object.values(verbs).map((operation) => ({ address, ...operation })),
);

test('the connector treats each operation as the specification says', () => {
  const of = (kind: string) =>
    operations
      .filter((it) => it['x-kind'] === kind)
      .map((it) => it.operationId)
      .sort();
  expect(of('read')).toEqual([...READS].sort());
  expect(of('spend')).toEqual([...SPENDS].sort());
});

test('every operation says how it is signed and what its envelope is', () => {
  for (const it of operations) {
    expect(['shop', 'public'], it.address).toContain(it['x-auth']);
    expect(['response', 'flat', 'binary'], it.address).toContain(it['x-envelope']);
    const isPublic = /\/(auth|public|push)\//.test(it.address);
    expect(it['x-auth'], it.address).toBe(isPublic ? 'public' : 'shop');
  }
});

test('every rule leads to a documented code', () => {
  const rules = [...codes.GATEWAY_RULES, ...codes.PROVEN_REFUSALS, ...codes.UNAVAILABLE_RULES];
  for (const { means } of rules) {
    if (means.is === 'refused') expect(STABLE_CODES).toHaveProperty([means.as]);
  }
});

test('rules name codes as they are compared: lower case, no module', () => {
  for (const rule of [...codes.GATEWAY_RULES, ...codes.PROVEN_REFUSALS]) {
    for (const code of rule.codes ?? []) expect(code).toMatch(/^[a-z_]+$/);
  }
});
