import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { closeServer, listenOn, SERVER_TIMES } from '../../src/http/server.ts';
import { startService } from '../../src/main.ts';
import { startTestService, type TestService, until } from './service.ts';

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

test('health says whether the database answers', async () => {
  const health = async () => {
    const response = await fetch(`${service.url}/health`);
    return { status: response.status, body: await response.json() };
  };
  expect(await health()).toEqual({ status: 200, body: { status: 'ok' } });
  await service.proxy.cut();
  expect(await health()).toEqual({
    status: 503,
    body: { status: 'the database does not answer' },
  });
  await service.proxy.heal();
  await until('the database answers again', async () => (await health()).status === 200);
});

test('metrics count calls by system, operation and outcome', async () => {
  const response = await fetch(`${service.url}/metrics`);
  expect(response.headers.get('content-type')).toContain('text/plain');
  expect(await response.text()).toMatch(
    /ponbridge_calls_total\{system="lazada",operation="[^"]+",outcome="ok"\} 1/,
  );
});

test.each([
  ['GET', '/'],
  ['GET', '/push/lazada/main'],
  ['POST', '/nothing/here'],
  ['GET', '/../../etc/passwd'],
])('%s %s is no address', async (method, path) => {
  const response = await fetch(`${service.url}${path}`, { method });
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('{"error":"no such address"}');
  expect(response.headers.get('x-powered-by')).toBeNull();
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
});

test('a port in use is said, and nothing is left running', async () => {
  const { settings } = service.core;
  const port = Number(new URL(service.url).port);
  const jobs = async () => {
    const { rows } = await service.core.db
      .selectFrom('store')
      .select((row) => row.fn.countAll<string>().as('rows'))
      .executeTakeFirstOrThrow();
    return Number(rows);
  };
  await expect(startService({ settings: { ...settings, port } })).rejects.toThrow('EADDRINUSE');
  // The running service has not noticed.
  expect(await jobs()).toBe(2);
});

test('a target that is no address is refused before anything prints it', async () => {
  const printed: string[] = [];
  const keep = (warning: Error) => printed.push(warning.message);
  process.on('warning', keep);
  onTestFinished(() => void process.off('warning', keep));
  const target = 'http://x:y/oauth/lazada/callback?code=secret';
  const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
  socket.write(`GET ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 400 /);
  expect(printed).toEqual([]);
});

describe('a request that never ends', () => {
  const times = { headersMs: 150, requestMs: 300, idleMs: 250, checkMs: 20, drainMs: 200 };

  async function open(request: string): Promise<{ ended: Promise<string>; socket: Socket }> {
    const server = await listenOn(
      (incoming, response) => {
        incoming.resume();
        incoming.on('end', () => response.end('done'));
      },
      { host: '127.0.0.1', port: 0 },
      times,
    );
    onTestFinished(() => closeServer(server, times));
    const address = server.address();
    const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('error', () => {});
    const ended = new Promise<string>((resolve) => socket.once('close', () => resolve(answer)));
    socket.write(request);
    return { ended, socket };
  }

  test.each([
    ['in its head', 'POST /push/lazada/main HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['in its body', 'POST /push/lazada/main HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{"a'],
  ])('%s is ended by the server', async (_what, request) => {
    const { ended, socket } = await open(request);
    const drip = setInterval(() => socket.write('x'), 40);
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
    clearInterval(drip);
  });

  test('a client that asks and asks and never reads is cut off', async () => {
    const server = await listenOn(
      (_request, response) => response.end('x'.repeat(1_000_000)),
      { host: '127.0.0.1', port: 0 },
      times,
    );
    onTestFinished(() => closeServer(server, times));
    const address = server.address();
    const socket = connect(typeof address === 'object' && address ? address.port : 0, '127.0.0.1');
    socket.on('error', () => {});
    const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
    socket.pause();
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(50));
    const closed = new Promise<true>((resolve) =>
      accepted.then((theirs) => theirs.once('close', () => resolve(true))),
    );
    expect(await closed).toBe(true);
    socket.destroy();
  });

  test('more connections than the server holds are refused, and those it has go on', async () => {
    const server = await listenOn(
      (_request, response) => response.end('done'),
      { host: '127.0.0.1', port: 0 },
      SERVER_TIMES,
      2,
    );
    onTestFinished(() => closeServer(server, times));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const sockets = [1, 2, 3].map(() => connect(port, '127.0.0.1').on('error', () => {}));
    onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
    const [first, , third] = sockets;
    await new Promise((resolve) => third?.once('close', resolve));
    first?.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    const answer = await new Promise<string>((resolve) =>
      first?.once('data', (data) => resolve(data.toString())),
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  test('does not keep the server from closing', async () => {
    const server = await listenOn(() => {}, { host: '127.0.0.1', port: 0 }, times);
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const taken = new Promise((resolve) => server.once('request', resolve));
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await taken;
    await closeServer(server, times);
    expect(server.listening).toBe(false);
  });

  test('the service uses the short times', () => {
    expect(SERVER_TIMES.requestMs).toBeLessThanOrEqual(10_000);
    expect(SERVER_TIMES.headersMs).toBeLessThanOrEqual(SERVER_TIMES.requestMs);
  });
});
