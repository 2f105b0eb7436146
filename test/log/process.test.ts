/** The service as a process whose standard output is a full disk, a closed pipe, or one nobody reads. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { LAZADA } from '../../src/demo/settings.ts';
import { CUP, type Home, openHome, PROGRAM } from '../cli/home.ts';

let home: Home;

beforeAll(async () => {
  home = await openHome();
});

afterAll(async () => {
  await home?.stop();
});

const waits = { timeout: 25_000, interval: 50 };

/** @param out a file's descriptor */
async function start(out: number) {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [PROGRAM, 'start'], {
    env: { PATH, ...home.env, PONBRIDGE_LOG_LEVEL: 'debug' },
    stdio: ['ignore', out, 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  closeSync(out);
  let err = '';
  child.stderr?.on('data', (text) => {
    err += text;
  });
  const ended = once(child, 'exit').then(([code]) => code as number | null);
  const url = `http://127.0.0.1:${home.env.PONBRIDGE_PORT}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/health`)).status).toBe(200), waits);
  return {
    err: () => err,
    /** How long it took to answer, in ms. */
    async health() {
      const began = performance.now();
      await fetch(`${url}/health`);
      return performance.now() - began;
    },
    async lost() {
      const metrics = await (await fetch(`${url}/metrics`)).text();
      return Number(/^ponbridge_log_lines_lost_total (\d+)/m.exec(metrics)?.[1]);
    },
    /** Makes it log until lines are lost: pushes that nobody signed. */
    async chatter() {
      await vi.waitFor(async () => {
        const forged = () =>
          fetch(`${url}/push/lazada/main`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: 'x'.repeat(64) },
            body: JSON.stringify({ seller_id: LAZADA.sellerId, message_type: 0, data: {} }),
          });
        await Promise.all(Array.from({ length: 50 }, forged));
        expect(await this.lost()).toBeGreaterThan(0);
      }, waits);
    },
    async terminate() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

/** A new order goes its whole way. */
async function trade(): Promise<void> {
  const { sellerId } = LAZADA;
  const number = home.world.lazada.addOrder({ country: 'sg', sellerId, lines: [CUP] });
  await vi.waitFor(async () => {
    const row = await home.core.db
      .selectFrom('package')
      .innerJoin('sales_order', 'sales_order.id', 'package.sales_order_id')
      .select('package.state')
      .where('order_number', '=', number)
      .executeTakeFirst();
    expect(row?.state).toBe('shipped');
  }, waits);
}

/** A named pipe, of which both ends can be opened and closed at will. */
function makePipe() {
  const path = join(home.folder, `pipe-${crypto.randomUUID()}`);
  execFileSync('mkfifo', [path]);
  onTestFinished(() => rm(path));
  const openToRead = () => openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return {
    openToRead,
    openToWrite: () => openSync(path, constants.O_WRONLY),
    /** All that is in it now. */
    read(reader: number): string {
      const buffer = Buffer.alloc(65_536);
      let text = '';
      try {
        for (;;) {
          const count = readSync(reader, buffer);
          if (count === 0) return text;
          text += buffer.toString('utf8', 0, count);
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
        return text;
      }
    },
  };
}

const TOLD = (why: string) =>
  `The log cannot be written (${why}). The service goes on; lines that do not fit are lost and counted.\n`;

describe.skipIf(process.platform !== 'linux')('standard output', () => {
  test('on a full disk from the start', { timeout: 60_000 }, async () => {
    const service = await start(openSync('/dev/full', 'w'));
    await trade();
    await service.chatter();
    expect(service.err()).toBe(TOLD('ENOSPC'));
    expect(await service.terminate()).toBe(0);
    expect(service.err()).toBe(TOLD('ENOSPC'));
  });

  test('a pipe that nobody reads, then somebody does, then its reader goes, then another comes', {
    timeout: 90_000,
  }, async () => {
    const pipe = makePipe();
    const reader = pipe.openToRead();
    const service = await start(pipe.openToWrite());
    await service.chatter();
    await trade();
    expect(await service.health()).toBeLessThan(2_000);
    expect(service.err()).toBe(TOLD('nobody reads it'));

    let text = '';
    await vi.waitFor(() => {
      text += pipe.read(reader);
      expect(text).toContain('"msg":"log lines were lost"');
    }, waits);
    for (const line of text.trim().split('\n').slice(0, -1))
      expect(() => JSON.parse(line)).not.toThrow();

    closeSync(reader);
    await trade();
    const another = pipe.openToRead();
    text = '';
    await vi.waitFor(() => {
      text += pipe.read(another);
      expect(text).toContain('"msg":"call"');
    }, waits);
    expect(await service.terminate()).toBe(0);
    text += pipe.read(another);
    expect(text).toContain('"msg":"stopped"');
    closeSync(another);
  });

  test('a pipe that nobody reads does not keep the service from ending', async () => {
    const pipe = makePipe();
    const reader = pipe.openToRead();
    const service = await start(pipe.openToWrite());
    await service.chatter();
    expect(await service.terminate()).toBe(0);
    closeSync(reader);
  });

  test('a command whose reader is gone, or whose disk is full, ends without a stack', async () => {
    const sh = (line: string) =>
      new Promise<{ out: string; err: string }>((resolve) => {
        const child = spawn('bash', ['-c', line, 'bash', process.execPath, PROGRAM], {
          env: { PATH: process.env.PATH ?? '', ...home.env },
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        const said = { out: '', err: '' };
        child.stdout.on('data', (text) => {
          said.out += text;
        });
        child.stderr.on('data', (text) => {
          said.err += text;
        });
        child.on('close', () => resolve(said));
      });
    const gone = sh('"$1" "$2" orders --json | true; echo $PIPESTATUS');
    const full = sh('"$1" "$2" orders --json > /dev/full; echo "$?"');
    const silent = sh('"$1" "$2" orders nonsense --json 2> /dev/full; echo "$?"');
    expect(await gone).toEqual({ out: '0\n', err: '' });
    expect(await full).toEqual({
      out: '1\n',
      err: 'error: the answer cannot be written (ENOSPC)\n',
    });
    expect(await silent).toEqual({ out: '2\n', err: '' });
  });
});
