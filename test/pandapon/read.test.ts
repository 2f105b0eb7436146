import { describe, expect, test } from 'vitest';
import { Malformed } from '../../connectors/errors.ts';
import { caught, connect, ok, pageOf, row, rows, scriptedServer } from './support.ts';

describe.each(['v1', 'v2'])('reading one order, %s', (generation) => {
  async function read(id: string, pages: readonly { total: unknown; data: unknown }[]) {
    await using server = await scriptedServer((request) =>
      ok(pages[pageOf(request) - 1] ?? { total: pages.at(-1)?.total, data: [] }),
    );
    const found = connect(server.url, { generation }).read(id);
    await found.catch(() => undefined);
    return { found, arrived: server.arrived };
  }

  test('asks the listing by the id alone', async () => {
    const { found, arrived } = await read('7', [{ total: 1, data: [row(7)] }]);
    expect(await found).toMatchObject({ agentOrderId: '7' });
    expect(arrived).toHaveLength(1);
    const sent =
      generation === 'v1'
        ? Object.fromEntries(arrived[0]?.query ?? [])
        : JSON.parse(arrived[0]?.body ?? '');
    const number = (value: number) => (generation === 'v1' ? `${value}` : value);
    expect(sent).toEqual({ id: number(7), pageNum: number(1), pageSize: number(50) });
  });

  test('never takes a row with another id', async () => {
    const { found } = await read('7', [{ total: 1, data: [row(8)] }]);
    expect(await found).toBeUndefined();
  });

  test('finds it on a later page when the filter is ignored, and stops there', async () => {
    const { found, arrived } = await read('3', [
      { total: 6, data: rows(1, 2) },
      { total: 6, data: rows(3, 4) },
      { total: 6, data: rows(5, 6) },
    ]);
    expect(await found).toMatchObject({ agentOrderId: '3' });
    expect(arrived).toHaveLength(2);
  });

  test('is undefined when the agent does not know it', async () => {
    expect(await (await read('7', [{ total: 0, data: [] }])).found).toBeUndefined();
  });

  test('does not call it unknown to the agent after a listing with gaps', async () => {
    const { found } = await read('7', [{ total: 3, data: rows(1, 2) }]);
    expect(await caught(found)).toBeInstanceOf(Malformed);
  });

  test('says so when its row is unreadable', async () => {
    const { found } = await read('7', [{ total: 1, data: [row(7, { subOrderVOS: 'x' })] }]);
    const error = await caught(found);
    expect(error).toBeInstanceOf(Malformed);
    expect((error as Error).message).toContain('order 7');
  });
});
