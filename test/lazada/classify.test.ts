import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Operation } from '../../connectors/call.ts';
import {
  Malformed,
  Rejected,
  Throttled,
  Unauthorized,
  Unavailable,
  Unknown,
} from '../../connectors/errors.ts';
import { parseJson } from '../../connectors/json.ts';
import { classify } from '../../connectors/lazada/classify.ts';
import { operations } from '../../connectors/lazada/operations.ts';
import { fixture } from './given.ts';

const now = new Date('2026-03-01T00:00:00Z');

function read(body: string, operation: Operation = operations.getOrder, status = 200) {
  let json: unknown;
  try {
    json = parseJson(body);
  } catch {}
  return classify({ status, text: body, json, headers: new Headers() }, operation, now);
}

function coded(code: string | number, message = 'no') {
  return JSON.stringify({ type: 'ISP', code, message, request_id: 'r-9' });
}

test('code 0 is success, as text and as number', () => {
  expect(read(coded('0'))).toBeUndefined();
  expect(read(coded(0))).toBeUndefined();
});

test('the recorded refusal of a signature keeps its code and request id', () => {
  const error = read(fixture('incomplete-signature.json'));
  expect(error).toBeInstanceOf(Rejected);
  expect(error).toMatchObject({
    code: 'IncompleteSignature',
    requestId: '0ba2887315178178017221014',
  });
});

test.each([
  ['IllegalAccessToken', Unauthorized, Unauthorized],
  ['InvalidAccessToken', Unauthorized, Unauthorized],
  ['IllegalRefreshToken', Rejected, Unknown],
  ['IncompleteSignature', Rejected, Rejected],
  ['MissingParameter', Rejected, Rejected],
  ['InvalidParameter', Rejected, Rejected],
  ['InsufficientPermission', Rejected, Rejected],
  ['E0501', Rejected, Rejected],
  ['SellerNotActive', Rejected, Unknown],
  ['ApiCallLimit', Throttled, Unknown],
  ['SellerCallLimit', Throttled, Unknown],
  ['AppApiCallLimit', Throttled, Unknown],
  ['E0901', Throttled, Unknown],
  [1002, Throttled, Unknown],
  ['ServiceTimeout', Unavailable, Unknown],
  ['6', Unavailable, Unknown],
  [40011, Unavailable, Unknown],
  ['700024', Unavailable, Unknown],
  ['E016', Rejected, Unknown],
  ['700026', Rejected, Rejected],
  ['a-new-code', Rejected, Unknown],
])('code %s: a read is %o, a packing is %o', (code, asRead, asSpending) => {
  expect(read(coded(code))).toBeInstanceOf(asRead);
  expect(read(coded(code), operations.pack)).toBeInstanceOf(asSpending);
});

test('a number that refuses one operation proves nothing for another', () => {
  expect(read(coded('E0123'), operations.createCancel)).toBeInstanceOf(Rejected);
  expect(read(coded('E0123'), operations.pack)).toBeInstanceOf(Unknown);
  expect(read(coded('700026'), operations.createCancel)).toBeInstanceOf(Unknown);
});

test("codes arrive without their E and zeros, and the error's code is the plain one", () => {
  expect(read(coded('E016'))?.code).toBe('16');
  expect(read(coded(16))?.code).toBe('16');
});

test('the stated ban is waited for', () => {
  const message = 'Api access frequency exceeds the limit. this ban will last 14229 seconds';
  expect(read(coded('AppApiCallLimit', message))).toMatchObject({
    until: new Date(now.getTime() + 14_229_000),
  });
  expect(read(coded('ApiCallLimit'))).toMatchObject({ until: new Date(now.getTime() + 1_000) });
});

test.each([
  ['<html>502</html>', 502, Unavailable],
  ['<html>blocked</html>', 403, Unavailable],
  ['<html>slow down</html>', 429, Throttled],
  ['{"orders":[]}', 200, Malformed],
  ['[]', 200, Unavailable],
  [coded('0'), 503, Unavailable],
  [coded('odd'), 500, Unavailable],
])('%s with HTTP %i', (body, status, kind) => {
  expect(read(body, operations.getOrder, status)).toBeInstanceOf(kind);
});

test('the operations are those of openapi.yaml, with their kinds', () => {
  const url = new URL('../../connectors/lazada/openapi.yaml', import.meta.url);
  const { paths } = parse(readFileSync(url, 'utf8')) as {
    paths: Record<string, Record<string, { operationId: string; 'x-kind': string }>>;
  };
  const documented = Object.values(paths).flatMap((path) =>
    Object.values(path).map((one) => ({ name: one.operationId, kind: one['x-kind'] })),
  );
  expect(documented.toSorted(byName)).toEqual(Object.values(operations).toSorted(byName));
});

function byName(a: { name: string }, b: { name: string }) {
  return a.name < b.name ? -1 : 1;
}
