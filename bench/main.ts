/**
 * `npm run bench -- settings`: 1,000 stores' files, see settings-load.ts.
 *
 * `npm run bench`: what one service process reaches on this machine, against the simulators on
 * loopback. `--orders N` changes their number, `--json` prints JSON and nothing else on standard
 * output, `--profile <folder>` writes processor profiles of the service there. Nothing is judged by
 * the exit code but that it ran: what was reached is printed, also where it falls short.
 * `npm run bench -- <part>` measures one of PARTS instead, each described in its own file.
 * @module
 */
import { parseArgs } from 'node:util';
import { runBare } from './bare-run.ts';
import { runCallbacks } from './callbacks.ts';
import type { Usage } from './child.ts';
import { runLatency } from './latency.ts';
import { runLife } from './life.ts';
import { machine, printResults, type Results } from './report.ts';
import { LIMITS, POLLS } from './settings.ts';
import { type Service, startServiceProcess, startSimulators } from './world.ts';

const IDLE_MS = 5_000;
const CALLBACK_SECONDS = 10;

/** Each takes the arguments after its name. */
const PARTS: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): unknown }>>> = {
  skus: () => import('./skus.ts'),
};

async function main(): Promise<void> {
  if (process.argv[2] === 'settings') {
    const { runSettings } = await import('./settings-load.ts');
    return runSettings(process.argv.slice(3));
  }
  const [name = '', ...args] = process.argv.slice(2);
  if (Object.hasOwn(PARTS, name)) {
    await (await PARTS[name]?.())?.run(args);
    return;
  }
  const { values } = parseArgs({
    options: {
      orders: { type: 'string', default: '2000' },
      pushes: { type: 'string', default: '400' },
      json: { type: 'boolean', default: false },
      profile: { type: 'string' },
    },
  });
  const orders = wholeNumber(values.orders, '--orders');
  const pushes = wholeNumber(values.pushes, '--pushes');
  const say = values.json ? (line: string) => void process.stderr.write(`${line}\n`) : console.log;

  const on = machine();
  say(`${orders} orders by a bare script ...`);
  const bare = await runBare(orders, values.profile);
  const measured = await measureService(orders, pushes, values.profile, say);
  const results: Results = {
    machine: on,
    settings: { polls: POLLS, limits: LIMITS },
    bare,
    ...measured,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(results, null, 2)}\n`);
  else say(`\n${printResults(results)}`);
}

async function measureService(
  orders: number,
  pushes: number,
  profileTo: string | undefined,
  say: (line: string) => void,
) {
  const simulators = await startSimulators();
  let service: Service | undefined;
  const end = async () => {
    await service?.stop();
    await simulators.child.stop();
  };
  // What waits for an answer of a process that has ended fails, and with it the bench.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void end());
  try {
    service = await startServiceProcess(simulators.addresses, profileTo);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const idleMb = await memoryOf(service);
    say(`${orders} orders by the service ...`);
    const life = await runLife(simulators, service, orders, say);
    const afterLifeMb = await memoryOf(service);
    say(`${pushes} pushes ...`);
    const latency = await runLatency(simulators, service, pushes);
    say('callbacks ...');
    const callbacks = await runCallbacks(simulators, CALLBACK_SECONDS);
    const memory = { idleMb, afterLifeMb, endMb: await memoryOf(service) };
    return { life, latency, callbacks, memory };
  } finally {
    await end();
  }
}

async function memoryOf(service: Service): Promise<number> {
  const { rssBytes } = await service.child.ask<Usage>('usage');
  return rssBytes / 1_048_576;
}

function wholeNumber(text: string, option: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${option} takes a whole number above 0`);
  return Number(text);
}

await main();
