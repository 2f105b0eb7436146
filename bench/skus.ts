/**
 * `npm run bench -- skus`: SKU links as CSV at scale, by the real command against a PostgreSQL of its
 * own with fsync on. `--rows N` changes their number, `--json` prints JSON. Memory is the most that the
 * command's process held; PostgreSQL's is not in it.
 * @module
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded.ts';
import { demoEnvironment, writeDemoSettings } from '../src/demo/settings.ts';
import { machine } from './report.ts';

const TARGETS = { rows: 500_000, seconds: 60, memoryMb: 300 } as const;
/** Rows that one SKU has every tenth time: a bundle. */
const BUNDLE = 3;

interface Measured {
  readonly what: string;
  readonly seconds: number;
  readonly memoryMb: number;
  readonly said: string;
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: String(TARGETS.rows) },
      json: { type: 'boolean', default: false },
    },
  });
  const rows = Number(values.rows);
  const on = machine();
  const folder = await mkdtemp(join(tmpdir(), 'ponbridge-bench-skus-'));
  const server = await startEmbeddedPostgres({ folder: join(folder, 'data') });
  const nowhere = 'http://127.0.0.1:1';
  const home = await writeDemoSettings(
    { lazada: nowhere, shopee: nowhere, pandapon: nowhere },
    nowhere,
  );
  try {
    const env = {
      ...demoEnvironment(home, 0),
      DATABASE_URL: server.url,
      PONBRIDGE_KEYS: `k1:${randomBytes(32).toString('base64')}`,
    };
    const measured = await measure(rows, folder, env);
    if (values.json) console.log(JSON.stringify({ machine: on, rows, targets: TARGETS, measured }));
    else print(on, rows, measured);
  } finally {
    await server.release();
    await removeEmbeddedPostgres({ folder: join(folder, 'data') });
    await rm(folder, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
  }
}

async function measure(
  rows: number,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<Measured[]> {
  const file = join(folder, 'links.csv');
  const dearer = join(folder, 'dearer.csv');
  await pipeline(lines(rows, 0), createWriteStream(file));
  await pipeline(lines(rows, 10), createWriteStream(dearer));
  const megabytes = ((await stat(file)).size / 1e6).toFixed(1);
  const command = (what: string, ...words: string[]) => runCommand(what, words, env);
  // The first one creates the tables.
  await command('', 'skus', 'export');
  return [
    await command(`import of ${rows} new rows (${megabytes} MB)`, 'skus', 'import', file),
    await command('dry run of the same file', 'skus', 'import', file, '--dry-run'),
    await command('import of the same file: nothing changes', 'skus', 'import', file),
    await command('import with every 10th price changed', 'skus', 'import', dearer),
    await command('export', 'skus', 'export', join(folder, 'copy.csv')),
    await command('removal of all', 'skus', 'remove', '--file', dearer),
  ];
}

/** @param changed every how many rows the price is another one; 0: never */
async function* lines(rows: number, changed: number): AsyncGenerator<string> {
  yield '\uFEFFsku,itemId,skuId,quantity,price,store\r\n';
  let part = '';
  let sku = 0;
  for (let row = 0; row < rows; row += 1) {
    if (sku % 10 !== 0 || row % BUNDLE === 0) sku += 1;
    const yuan = (row % 200) + 1 + (changed > 0 && row % changed === 0 ? 1 : 0);
    const store = ['', 'tea-sg', 'tea-my'][sku % 3];
    part += `"TEA, ${sku} ""L""",600126${String(245031000000 + row)},50160${42822039 + row},${(row % 3) + 1},${yuan}.50,${store}\r\n`;
    if (row % 1_000 === 999) {
      yield part;
      part = '';
    }
  }
  yield part;
}

async function runCommand(
  what: string,
  words: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Measured> {
  const program = join(import.meta.dirname, '..', 'bin', 'ponbridge.js');
  const began = performance.now();
  const child = spawn(
    process.execPath,
    // As the installed command is run (the first line of bin/ponbridge.js).
    [
      '--max-semi-space-size=4',
      '--import',
      new URL('./peak.ts', import.meta.url).href,
      program,
      ...words,
    ],
    {
      env: { PATH: process.env.PATH ?? '', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  const [, out, err, peak] = child.stdio.map((stream) =>
    stream && 'read' in stream ? text(stream) : Promise.resolve(''),
  );
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const seconds = (performance.now() - began) / 1_000;
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${code}:\n${await err}`);
  return {
    what,
    seconds,
    memoryMb: Number(await peak) / 1_024,
    said: ((await out) ?? '').trim().split('\n').at(-1) ?? '',
  };
}

function print(on: ReturnType<typeof machine>, rows: number, measured: readonly Measured[]): void {
  const table = new Table({
    head: ['what', 'seconds', 'target', 'most memory, MB', 'target', ''],
    style: { head: [], border: [] },
  });
  for (const { what, seconds, memoryMb } of measured) {
    const missed = seconds > TARGETS.seconds || memoryMb > TARGETS.memoryMb;
    table.push([
      what,
      seconds.toFixed(1),
      `${TARGETS.seconds}`,
      memoryMb.toFixed(0),
      `${TARGETS.memoryMb}`,
      missed && rows <= TARGETS.rows ? 'MISSED' : '',
    ]);
  }
  console.log(
    `${on.cores} cores (${on.processor}), Node ${on.node}; load before: ${on.loadBefore.toFixed(1)}.`,
  );
  console.log(table.toString());
}
