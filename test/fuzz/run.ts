/** The whole run: the scene, part one, part two, and what must hold of the process at the end. */
import { forgetCallbacks, tablesOf } from './books.ts';
import type { ServiceChild } from './child.ts';
import { type Flood, flood } from './flood.ts';
import { hammer, type MemoryPoint, measure } from './hammer.ts';
import { planner } from './plan.ts';
import { ROUND } from './return-cases.ts';
import { type Returns, returns } from './returns.ts';
import { type FuzzScene, openScene } from './scene.ts';
import { openSender } from './send.ts';
import { addFinding, emptyTally, type Finding, record, type Tally } from './tally.ts';
import { slowInputs } from './wire.ts';

export interface RunOptions {
  readonly databaseUrl: string;
  readonly inputs: number;
  readonly seed: number;
  /** Requests that never end in their body; the server takes 11 s to end them. */
  readonly slowBodies: boolean;
  readonly say: (line: string) => void;
}

export interface Report {
  readonly seed: number;
  readonly inputs: number;
  readonly seconds: number;
  /** While inputs were sent, without the set-up. */
  readonly perSecond: number;
  readonly table: Tally['table'];
  readonly forged: Tally['forged'];
  readonly replays: number;
  readonly milliseconds: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly memory: readonly MemoryPoint[];
  readonly consents: Returns;
  readonly flood: Flood;
  readonly tables: readonly string[];
  readonly findings: readonly Finding[];
}

const FLOOD_SHARE = 0.1;
/** Consents that begin here, for each input; each takes about 50 ms. */
const CONSENT_SHARE = 0.005;
const LEAST_CONSENTS = ROUND;
/** What is still referred to may grow by this from the first quarter to the end, however many inputs. */
const MOST_LIVE_GROWTH_MB = 12;
/** Resident memory may grow by this since the first block; measured: 145, all of it in the first half. */
const MOST_RESIDENT_GROWTH_MB = 256;
/** And by this in the second half of the inputs. */
const MOST_LATE_GROWTH_MB = 64;

export async function run(options: RunOptions): Promise<Report> {
  const began = performance.now();
  options.say('the scene: orders to be paid, paid, sent, held, and one in doubt ...');
  const scene = await openScene(options.databaseUrl);
  try {
    return await against(scene, options, began);
  } finally {
    await scene.stop();
  }
}

async function against(scene: FuzzScene, options: RunOptions, began: number): Promise<Report> {
  const tally = emptyTally();
  const plan = planner(options.seed, scene.facts);
  const floodInputs = Math.ceil(options.inputs * FLOOD_SHARE);
  const inputs = options.inputs - floodInputs;
  const sending = performance.now();

  options.say(`${inputs} inputs of every kind against a web process ...`);
  const consents = Math.round(Math.max(LEAST_CONSENTS, options.inputs * CONSENT_SHARE));
  const first = await withService(scene, 'web', tally, async (service, sender) => {
    const given = { scene, service, sender, plan, tally };
    const slow = slowInputs(scene.facts, options.slowBodies).map(async (input, index) =>
      record(tally, input, await sender.send(input), `slow/${index}`),
    );
    const hammered = await hammer({ ...given, inputs });
    options.say(`${consents} consents that began here ...`);
    const returned = await returns(given, consents);
    // The server takes 11 s to end those.
    await Promise.all(slow);
    return { ...hammered, returned };
  });
  judgeMemory(tally, first.memory);

  options.say(`${floodInputs} callbacks against a process that also works ...`);
  // Part two begins with a full allowance of reads; what signed pushes asked for is read in it.
  await forgetCallbacks(scene.db);
  const second = await withService(scene, 'all', tally, async (service, sender) => {
    const early = await measure(service, tally.sent);
    const flooded = await flood({ scene, service, sender, plan, tally, inputs: floodInputs });
    judgeMemory(tally, [early, await measure(service, tally.sent)]);
    return flooded;
  });

  const seconds = (performance.now() - sending) / 1_000;
  const sorted = tally.milliseconds.toSorted((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? 0;
  return {
    seed: options.seed,
    inputs: tally.sent,
    seconds: (performance.now() - began) / 1_000,
    perSecond: tally.sent / seconds,
    table: tally.table,
    forged: tally.forged,
    replays: first.replays,
    milliseconds: { p50: at(0.5), p99: at(0.99), max: at(1) },
    memory: first.memory,
    consents: first.returned,
    flood: second,
    tables: await tablesOf(scene.db),
    findings: tally.findings,
  };
}

/** The process must live all the time, and must have met nothing it calls an error. */
async function withService<T>(
  scene: FuzzScene,
  role: 'web' | 'all',
  tally: Tally,
  use: (service: ServiceChild, sender: ReturnType<typeof openSender>) => Promise<T>,
): Promise<T> {
  const service = await scene.start(role);
  service.hide(scene.secrets);
  const sender = openSender(service.url);
  try {
    return await use(service, sender);
  } finally {
    const end = service.ended();
    if (end !== undefined) addFinding(tally, { oracle: 'the process died', what: end });
    for (const line of service.leaks()) {
      addFinding(tally, { oracle: `the ${role} process logged a secret`, what: line });
    }
    for (const line of service.errors()) {
      addFinding(tally, { oracle: `the ${role} process met an error`, what: line });
    }
    await sender.stop();
    await service.stop();
  }
}

function judgeMemory(tally: Tally, points: readonly MemoryPoint[]): void {
  const [first, settled] = points;
  const last = points.at(-1);
  if (!first || !settled || !last) return;
  const live = last.liveMb - settled.liveMb;
  if (live > MOST_LIVE_GROWTH_MB) {
    const what = `what is referred to grew by ${live.toFixed(1)} MB after the first quarter`;
    addFinding(tally, { oracle: 'memory grows with the inputs', what });
  }
  const half = points[Math.floor(points.length / 2)] ?? last;
  const whole = last.residentMb - first.residentMb;
  const late = last.residentMb - half.residentMb;
  if (whole > MOST_RESIDENT_GROWTH_MB || late > MOST_LATE_GROWTH_MB) {
    const what = `resident memory grew by ${whole.toFixed(0)} MB, ${late.toFixed(0)} of them in the second half`;
    addFinding(tally, { oracle: 'memory grows with the inputs', what });
  }
}
