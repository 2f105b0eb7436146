/** A spending call is not written after the end of its window, however late the connection stands. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createCaller } from '../../connectors/call.ts';
import { NotSent } from '../../connectors/errors.ts';

async function startCounter() {
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/buy`, requests: () => requests };
}

/** A clock that reads each of these seconds in turn, and then the last for ever. */
function clockOf(...seconds: number[]) {
  return {
    now: () => new Date((seconds.length > 1 ? (seconds.shift() ?? 0) : (seconds[0] ?? 0)) * 1_000),
  };
}

const window = { signedAt: new Date(0), sendBefore: new Date(10_000) };
const buy = { name: 'buy', kind: 'spend' } as const;

function callerWith(clock: { now(): Date }) {
  return createCaller({
    system: 'test',
    sign: (request) => request,
    classify: () => undefined,
    clock,
  });
}

test('in time: sent once', async () => {
  const server = await startCounter();
  const answer = await callerWith(clockOf(1)).fetch(buy, window)(server.url, { method: 'POST' });
  expect(answer.status).toBe(200);
  expect(server.requests()).toBe(1);
});

test('too late before it connects: nothing is sent', async () => {
  const server = await startCounter();
  const sending = callerWith(clockOf(11)).fetch(buy, window)(server.url, { method: 'POST' });
  await expect(sending).rejects.toBeInstanceOf(NotSent);
  expect(server.requests()).toBe(0);
});

test('too late when the connection stands, as after a sleep: nothing is sent, and that is known', async () => {
  const server = await startCounter();
  const sending = callerWith(clockOf(9, 11)).fetch(buy, window)(server.url, { method: 'POST' });
  await expect(sending).rejects.toBeInstanceOf(NotSent);
  expect(server.requests()).toBe(0);
});
