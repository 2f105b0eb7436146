/**
 * `npm run bench -- settings`: how long `ponbridge check` takes with many stores' files, and how much
 * memory, as a real process. `--stores N` changes their number, `--json` prints JSON.
 * @module
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeManyStores } from './many-stores.ts';

/** Of 1,000 stores. */
const TARGET = { seconds: 3, mb: 300 } as const;
const RUNS = 5;

export async function runSettings(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      stores: { type: 'string', default: '1000' },
      json: { type: 'boolean', default: false },
    },
  });
  const stores = Number(values.stores);
  if (!Number.isSafeInteger(stores) || stores < 1) {
    throw new Error('--stores takes a whole number above 0');
  }
  const home = mkdtempSync(join(tmpdir(), 'ponbridge-bench-settings-'));
  try {
    const env = writeManyStores(home, stores);
    const runs: Measured[] = [];
    for (let run = 0; run < RUNS; run += 1) runs.push(await measureCheck(home, env));
    const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
    const measured = {
      seconds: seconds[Math.floor(RUNS / 2)] ?? 0,
      worstSeconds: seconds.at(-1) ?? 0,
      // On a busy machine the process waits; this is what it needs.
      processorSeconds: Math.min(...runs.map((run) => run.processorSeconds)),
      mb: Math.max(...runs.map((run) => run.mb)),
    };
    if (values.json) {
      console.log(JSON.stringify({ stores, runs: RUNS, target: TARGET, measured }, null, 2));
      return;
    }
    console.log(`ponbridge check, ${stores} stores, ${RUNS} runs of a real process`);
    console.log(
      `time    target (1,000 stores) under ${TARGET.seconds} s    measured ${measured.seconds.toFixed(2)} s (worst ${measured.worstSeconds.toFixed(2)} s; processor time ${measured.processorSeconds.toFixed(2)} s)`,
    );
    console.log(
      `memory  target (1,000 stores) under ${TARGET.mb} MB  measured ${measured.mb.toFixed(0)} MB at most`,
    );
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

interface Measured {
  readonly seconds: number;
  readonly processorSeconds: number;
  readonly mb: number;
}

async function measureCheck(home: string, env: Record<string, string>): Promise<Measured> {
  const usage = join(home, 'usage');
  rmSync(usage, { force: true });
  const preload = new URL('usage-at-exit.ts', import.meta.url).href;
  const program = new URL('../bin/ponbridge.js', import.meta.url).pathname;
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', preload, program, 'check'], {
    env: { PATH: process.env.PATH, ...env, BENCH_USAGE: usage },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - began) / 1000;
  if (code !== 0) throw new Error(`ponbridge check ended with ${code}`);
  const lines = readFileSync(usage, 'utf8').trim().split('\n');
  const used = lines.map((line) => line.split(' ').map(Number));
  return {
    seconds,
    processorSeconds: used.reduce((sum, [, ms = 0]) => sum + ms, 0) / 1000,
    mb: Math.max(...used.map(([kb = 0]) => kb)) / 1024,
  };
}
