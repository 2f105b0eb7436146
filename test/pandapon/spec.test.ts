import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { accountSchema } from '../../connectors/pandapon/account.ts';
import { READS, SPENDS } from '../../connectors/pandapon/connection.ts';
import { account } from './support.ts';

interface Operation {
  readonly operationId: string;
  readonly 'x-kind': string;
}

const spec = parse(
  readFileSync(new URL('../../connectors/pandapon/openapi.yaml', import.meta.url), 'utf8'),
) as { readonly paths: Record<string, Record<string, Operation>> };
const operations = Object.values(spec.paths).flatMap((path) => Object.values(path));

test('the specification and the connection agree on what spends', () => {
  const named = (kind: string) =>
    operations
      .filter((operation) => operation['x-kind'] === kind)
      .map((operation) => operation.operationId)
      .sort();
  expect(named('read')).toEqual([...READS].sort());
  expect(named('spend')).toEqual([...SPENDS].sort());
  expect(operations).toHaveLength(READS.length + SPENDS.length);
});

test('the assumed paths of the settings are those of the specification', () => {
  const { paths } = account('https://api.pandapon.com');
  const idOf = (path: string) => spec.paths[path]?.post?.operationId;
  expect([idOf(paths.pay), idOf(paths.cancel)]).toEqual(['payOrder', 'cancelOrder']);
});

describe('account settings', () => {
  test('fill in what is assumed', () => {
    expect(account('https://www.xportcn.com/api')).toMatchObject({
      generation: 'v1',
      timestampUnit: 'seconds',
      pageSize: 50,
      refusalCodes: [],
    });
  });

  test.each([
    ['an address that is none', { address: 'pandapon' }],
    ['an address of another kind', { address: 'ftp://api.pandapon.com' }],
    ['a misspelt key', { timestampunit: 'seconds' }],
    ['success called a refusal', { refusalCodes: ['200'] }],
    ['a path with a query', { paths: { pay: '/pay?x=1' } }],
    ['an empty secret', { accessSecret: '' }],
    ['a key with a line break', { accessKey: 'a\nb' }],
  ])('refuse %s', (_case, wrong) => {
    const good = account('https://api.pandapon.com');
    expect(accountSchema.safeParse(good).success).toBe(true);
    expect(accountSchema.safeParse({ ...good, ...wrong }).success).toBe(false);
  });
});
