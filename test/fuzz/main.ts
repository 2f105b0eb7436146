/**
 * `npm run fuzz`: every inbound endpoint of a real service process under inputs that nobody expects.
 * `--inputs N` and `--seed S` choose them, `--json` prints JSON and nothing else on standard output,
 * `--replay <line>` sends one input of a finding again. Exit code 1 when a promise was broken.
 * @module
 */
import { randomInt } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { removeEmbeddedPostgres, startEmbeddedPostgres } from '../../src/database/embedded.ts';
import { fromReplayLine } from './inputs.ts';
import { printReport } from './report.ts';
import { run } from './run.ts';
import { openScene } from './scene.ts';
import { judged, openSender } from './send.ts';

const { values } = parseArgs({
  options: {
    inputs: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    json: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
});
const inputs = wholeNumber(values.inputs, '--inputs');
const seed = wholeNumber(values.seed, '--seed');
const say = (line: string) => void process.stderr.write(`${line}\n`);

const folder = await mkdtemp(join(tmpdir(), 'ponbridge-fuzz-data-'));
const server = await startEmbeddedPostgres({ folder, fsync: false });
try {
  process.exitCode = values.replay ? await replay(values.replay) : await fuzz();
} finally {
  await server.release();
  await removeEmbeddedPostgres({ folder });
  await rm(folder, { recursive: true, force: true });
}

async function fuzz(): Promise<number> {
  say(`seed ${seed}`);
  const report = await run({ databaseUrl: server.url, inputs, seed, slowBodies: true, say });
  const text = values.json ? JSON.stringify(report, null, 2) : printReport(report);
  await new Promise((resolve) => process.stdout.write(`${text}\n`, resolve));
  return report.findings.length > 0 ? 1 : 0;
}

/** One input, alone: its answer, and what is wrong with it. */
async function replay(line: string): Promise<number> {
  const input = fromReplayLine(line);
  const scene = await openScene(server.url);
  try {
    const service = await scene.start('web');
    const sender = openSender(service.url);
    const answer = await sender.send(input);
    const wrong = judged(input, answer) ?? service.ended();
    say(`${input.endpoint}, ${input.kind}: ${answer.statuses.join(', ') || 'closed'}`);
    for (const error of service.errors()) say(error);
    say(wrong ?? 'nothing is wrong with it');
    await sender.stop();
    await service.stop();
    return wrong === undefined ? 0 : 1;
  } finally {
    await scene.stop();
  }
}

function wholeNumber(text: string, option: string): number {
  if (!/^\d+$/.test(text)) throw new Error(`${option} takes a whole number`);
  return Number(text);
}
