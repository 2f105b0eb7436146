/** docs/going-live.md, walked in an empty folder with real processes: from nothing to a supervised purchase. */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { removeEmbeddedPostgres } from '../../src/database/embedded.ts';
import { LAZADA } from '../../src/demo/settings.ts';
import { freePort, startWorld, type World } from '../../src/demo/world.ts';
import { type Answer, PROGRAM, run } from '../cli/home.ts';
import { read } from '../docs/project.ts';
import { type ServiceProcess, startServiceProcess } from '../restart/service-process.ts';
import { STORE } from './home.ts';
import { addCup, CONSOLE_KEYS, standIns } from './sandboxes.ts';

let home: string;
let env: Record<string, string>;
let world: World;
let service: ServiceProcess | undefined;

beforeAll(async () => {
  const port = await freePort();
  world = await startWorld(`http://127.0.0.1:${port}`);
  home = await mkdtemp(join(tmpdir(), 'ponbridge-live-'));
  const keys = Object.entries(CONSOLE_KEYS).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(join(home, '.env'), keys.join(''));
  env = { PONBRIDGE_HOME: home, PONBRIDGE_PORT: String(port) };
});

afterAll(async () => {
  await service?.terminate();
  await world?.stop();
  await removeEmbeddedPostgres({ folder: join(home, 'data') });
  await rm(home, { recursive: true, force: true });
});

test('a clone, keys and a shop become a supervised purchase', { timeout: 60_000 }, async () => {
  await writeFile(join(home, 'answers.yaml'), standIns(world) + STORE);
  const made = await ponbridge('init', '--answers', join(home, 'answers.yaml'));
  expect(made.out).toMatch(/wrote stores\/tea-sg\.yaml/);
  expect((await ponbridge('check')).out).toMatch(/All settings are right: 1 store, 1 app, 1 agent/);

  expect(await consent()).toMatch(/tea-sg is connected/);

  const order = addCup(world, 2);
  const planned = await ponbridge('plan', 'tea-sg', '--since', '7d', '--before-start');
  expect(planned.out).toMatch(new RegExp(`${order} .* 25\\.00 .* to buy`));
  expect(planned.err).toMatch(/Nothing was bought/);

  service = await startServiceProcess(env);
  await vi.waitFor(async () => expect(await shown(order)).toMatch(/ planned /), WAIT);
  expect(bought(order)).toBe(0);

  expect((await ponbridge('mode', 'tea-sg', 'manual')).out).toMatch(/ponbridge approve <order>/);
  await vi.waitFor(async () => expect(await shown(order)).toMatch(/waits for: approve/), WAIT);
  expect(bought(order)).toBe(0);
  expect((await ponbridge('holds')).err).toMatch(/1 purchase waits for your yes/);

  expect((await ponbridge('approve', order)).out).toMatch(/approved, 1 source line for 25\.00 CNY/);
  await vi.waitFor(() => expect(bought(order)).toBe(1), WAIT);
  await vi.waitFor(async () => expect(await shown(order)).toMatch(/ placed /), WAIT);
});

test('the page names the commands that were walked', () => {
  const page = read('docs/going-live.md');
  for (const command of [
    'init',
    'init --answers',
    'check',
    'connect my-shop',
    'plan my-shop --since 7d --before-start',
    'start',
    'mode my-shop manual',
    'approve',
    'mode my-shop auto --daily-cap',
  ]) {
    expect(page).toContain(`npx ponbridge ${command}`);
  }
});

/** Each look is a process of its own. */
const WAIT = { timeout: 20_000, interval: 400 };

async function ponbridge(...args: string[]): Promise<Answer> {
  const answer = await run(args, env);
  if (answer.code !== 0) throw new Error(`${args.join(' ')}: ${answer.err}\n${answer.out}`);
  return answer;
}

async function shown(order: string): Promise<string> {
  const { out } = await ponbridge('orders');
  return out.split('\n').find((line) => line.startsWith(order)) ?? '';
}

/** In the agent's own books. */
function bought(order: string): number {
  return world.pandapon.purchasesBySellerOrder()[`lazada/${order}`] ?? 0;
}

/** `connect --paste`: the seller agrees in the browser, and pastes the address it ended at. */
function consent(): Promise<string> {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, 'connect', 'tea-sg', '--paste'], {
    env: { PATH, ...env },
  });
  let out = '';
  let err = '';
  child.stderr.on('data', (bytes: Buffer) => {
    err += bytes.toString();
  });
  child.stdout.on('data', (bytes: Buffer) => {
    const isFirst = out === '';
    out += bytes.toString();
    if (isFirst) void agree(out.trim()).then((address) => child.stdin.end(`${address}\n`));
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(err))));
  });
}

async function agree(link: string): Promise<string> {
  const answer = await fetch(link, {
    method: 'POST',
    body: new URLSearchParams({ sellers: LAZADA.sellerId }),
    redirect: 'manual',
  });
  return answer.headers.get('location') ?? '';
}
