/** Part one: a web process alone, so that every row that changes was changed by an input. */
import { type Books, differences, readBooks, tablesOf } from './books.ts';
import type { ServiceChild } from './child.ts';
import { type Input, replayLine } from './inputs.ts';
import { kindOf, type planner } from './plan.ts';
import type { FuzzScene } from './scene.ts';
import type { Sender } from './send.ts';
import { addFinding, sendAll, type Tally } from './tally.ts';

export interface MemoryPoint {
  /** Inputs sent until then. */
  readonly after: number;
  readonly liveMb: number;
  readonly residentMb: number;
}

export interface Hammer {
  readonly scene: FuzzScene;
  readonly service: ServiceChild;
  readonly sender: Sender;
  readonly plan: ReturnType<typeof planner>;
  readonly tally: Tally;
  readonly inputs: number;
}

const BLOCK = 500;
const REPLAYED = 100;
const MB = 1_048_576;
const QUARTERS = 4;

export async function hammer(given: Hammer): Promise<{ memory: MemoryPoint[]; replays: number }> {
  const { scene, service, sender, plan, tally } = given;
  const tables = await tablesOf(scene.db);
  const memory: MemoryPoint[] = [];
  const accepted: Input[] = [];
  const blocks = Math.ceil(given.inputs / BLOCK);
  let before = await readBooks(scene.db, tables);
  for (let block = 0; block < blocks && service.ended() === undefined; block += 1) {
    const size = Math.min(BLOCK, given.inputs - block * BLOCK);
    const inputs = plan.block(block, size);
    const calls = scene.calls();
    const answers = await sendAll(tally, sender, inputs, String(block));
    const after = await readBooks(scene.db, tables);
    compare(tally, block, inputs, before, after);
    const called = scene.calls() - calls;
    if (called > 0) {
      // Whoever works is another process; here every call is an input's doing.
      const what = `${called} calls reached the outside systems`;
      addFinding(tally, {
        oracle: 'an input caused a call',
        what,
        at: `somewhere in block ${block}`,
      });
    }
    before = after;
    if (kindOf(block) === 'verified' && accepted.length < REPLAYED) {
      accepted.push(...inputs.filter((_input, index) => answers[index]?.statuses[0] === 200));
    }
    const quarter = (done: number) => Math.floor((done * QUARTERS) / blocks);
    const due = block === 0 || quarter(block + 1) > quarter(block);
    if (due && service.ended() === undefined) memory.push(await measure(service, tally.sent));
  }
  const replayed = accepted.slice(0, REPLAYED);
  if (service.ended() === undefined) await replay(given, tables, replayed);
  return { memory, replays: replayed.length };
}

/** Unverified: nothing anywhere. Verified: kept in the inbox and asked for, but nothing else. */
function compare(
  tally: Tally,
  block: number,
  inputs: readonly Input[],
  before: Books,
  after: Books,
): void {
  const kind = kindOf(block);
  const parts =
    kind === 'unverified' ? (['business', 'inbox', 'jobs'] as const) : (['business'] as const);
  for (const what of differences(before, after, parts)) {
    const [first] = inputs;
    addFinding(tally, {
      oracle:
        kind === 'unverified' ? 'unverified input changed something' : 'a message was believed',
      what,
      at: `somewhere in block ${block}`,
      ...(inputs.length === 1 && first ? { replay: replayLine(first) } : {}),
    });
  }
}

/** What was taken once is sent again, byte for byte: it is counted, and adds no row. */
async function replay(given: Hammer, tables: readonly string[], inputs: readonly Input[]) {
  const { scene, sender, tally } = given;
  const rows = (books: Books) => books.inbox.split(' ')[0];
  const before = await readBooks(scene.db, tables);
  await sendAll(tally, sender, inputs, 'replay');
  const after = await readBooks(scene.db, tables);
  const changes = differences(before, after, ['business']);
  if (rows(before) !== rows(after)) changes.push(`inbox: ${before.inbox} -> ${after.inbox}`);
  for (const what of changes) {
    addFinding(tally, { oracle: 'a repeated message counted as new', what, at: 'replay' });
  }
}

export async function measure(service: ServiceChild, after: number): Promise<MemoryPoint> {
  const { live, resident } = await service.memory();
  return { after, liveMb: live / MB, residentMb: resident / MB };
}
