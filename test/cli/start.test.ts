import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { CALLBACK_TOKEN, LAZADA } from '../../src/demo/settings.ts';
import { CUP, type Home, openHome, PROGRAM } from './home.ts';

let home: Home;
const running: ChildProcess[] = [];

beforeAll(async () => {
  home = await openHome();
});

afterEach(() => {
  for (const child of running.splice(0)) child.kill('SIGKILL');
});

afterAll(async () => {
  await home?.stop();
});

function start(args: readonly string[], env: Record<string, string>) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, 'start', ...args], {
    env: { PATH, ...home.env, PONBRIDGE_LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  const said = { out: '', err: '' };
  child.stdout.on('data', (chunk) => {
    said.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    said.err += chunk;
  });
  const ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  return { child, said, ended };
}

const waits = { timeout: 25_000, interval: 50 };

test('start says where it listens and what to enter, takes the commands’ jobs, and drains on SIGTERM', async () => {
  const { child, said, ended } = start([], { PONBRIDGE_PUBLIC_URL: 'https://shop.example/' });
  const url = `http://127.0.0.1:${home.env.PONBRIDGE_PORT}`;
  await vi.waitFor(() => expect(said.out).toContain(`listens on ${url}`), waits);
  expect(said.out).toContain('https://shop.example/push/lazada/main');
  expect(said.out).toContain('https://shop.example/callback/pandapon/main/****');
  expect(said.out).not.toContain(CALLBACK_TOKEN);
  for (const line of said.out.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
  expect((await fetch(`${url}/health`)).status).toBe(200);

  // A command beside the running service shares its database.
  const order = home.world.lazada.addOrder({
    country: 'sg',
    sellerId: LAZADA.sellerId,
    lines: [{ sku: 'UNKNOWN', name: 'Thing', price: '10.00' }, CUP],
  });
  const pulled = await home.run('pull', 'tea-sg');
  expect(pulled).toMatchObject({ code: 0, err: '' });
  await vi.waitFor(async () => {
    const { out } = await home.run('orders', '--state', 'held', '--json');
    expect(JSON.parse(out)).toMatchObject([{ orderNumber: order, holds: ['sku-unmapped'] }]);
  }, waits);

  const twice = start([], {});
  expect(await twice.ended).toMatchObject({ code: 1 });
  expect(twice.said.err).toContain('is in use');

  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, signal: null });
  expect(said.out).toContain('"msg":"stopped"');
});

test('without a callback token it says that it only polls, and how late that is', async () => {
  const { child, said, ended } = start(['--role', 'worker'], {
    PONBRIDGE_CALLBACK_TOKEN: '',
  });
  await vi.waitFor(() => expect(said.out).toContain('poll-only is a supported mode'), waits);
  expect(said.out).toContain('PONBRIDGE_CALLBACK_TOKEN is not set');
  expect(said.out).toContain('A new order is seen within 2 s');
  expect(said.out).toContain('listens nowhere');
  child.kill('SIGINT');
  expect(await ended).toMatchObject({ code: 0 });
});
