import { describe, expect, test } from 'vitest';
import type { Answer } from '../../connectors/call.ts';
import { Malformed, Rejected, Throttled, Unavailable } from '../../connectors/errors.ts';
import { makeClassify } from '../../connectors/pandapon/answers.ts';
import { caught, connect, ok, scriptedServer } from './support.ts';

describe('a read', () => {
  const now = new Date('2024-07-18T10:00:00Z');
  const classify = makeClassify(['1001'], () => now);
  const read = { name: 'listOrdersV1', kind: 'read' } as const;
  const answer = (status: number, json: unknown, headers: Record<string, string> = {}): Answer => ({
    status,
    json,
    text: '',
    headers: new Headers(headers),
  });

  test.each([
    ['HTTP 503 as HTML', answer(503, undefined), Unavailable],
    ['HTML with HTTP 200', answer(200, undefined), Unavailable],
    ['HTTP 500 with an envelope', answer(500, { code: 9 }), Unavailable],
    ['HTTP 429', answer(429, undefined), Throttled],
    ['envelope code 429', answer(200, { code: 429 }), Throttled],
    ['another code', answer(200, { code: 9 }), Rejected],
    ['a code on the refusal list', answer(200, { code: 1001 }), Rejected],
    ['HTTP 404 without a code', answer(404, { error: 'Not Found' }), Rejected],
    ['no code', answer(200, {}), Malformed],
  ])('with %s has its own error', (_case, wire, kind) => {
    expect(classify(wire, read)).toBeInstanceOf(kind);
  });

  test('that is refused keeps code, message and request id', () => {
    const error = classify(answer(200, { code: 40001, msg: '签名错误', requestId: 'r' }), read);
    expect(error).toMatchObject({ code: '40001', requestId: 'r', httpStatus: 200 });
    expect(error?.message).toContain('签名错误');
  });

  test.each([
    [{ 'retry-after': '7' }, '2024-07-18T10:00:07.000Z'],
    [{ 'retry-after': 'Thu, 18 Jul 2024 10:00:30 GMT' }, '2024-07-18T10:00:30.000Z'],
    [{}, '2024-07-18T10:00:02.000Z'],
  ])('that is throttled with %j waits until %s', (headers, until) => {
    const error = classify(answer(429, undefined, headers as Record<string, string>), read);
    expect((error as Throttled).until.toISOString()).toBe(until);
  });

  test('that succeeded has none', () => {
    expect(classify(answer(200, { code: 200 }), read)).toBeUndefined();
    expect(classify(answer(200, { code: '200' }), read)).toBeUndefined();
  });

  test('outlives a gateway error, and each try has a nonce of its own', async () => {
    await using server = await scriptedServer((_request, number) =>
      number === 1 ? { status: 502, body: '<html>' } : ok({ total: 0, data: [] }),
    );
    const listing = await connect(server.url).list({ from: new Date(0), until: now });
    expect(listing.complete).toBe(true);
    const nonces = server.arrived.map(({ headers }) => headers['nonce-str']);
    expect(new Set(nonces).size).toBe(2);
  });

  test('that parses as something else is Malformed, with the request id', async () => {
    await using server = await scriptedServer(() => ok('a text'));
    const error = await caught(connect(server.url).parcels('200033789041'));
    expect(error).toBeInstanceOf(Malformed);
    expect(error).toMatchObject({ requestId: 'r-1', operation: 'getLogisticsV1' });
  });
});
