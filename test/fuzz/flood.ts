/** Part two: a flood of callbacks on a process that also works, with nothing new at the agent. */
import { setTimeout as wait } from 'node:timers/promises';
import { countJobs, differences, keptCallbacks, readBooks, tablesOf } from './books.ts';
import type { ServiceChild } from './child.ts';
import type { planner } from './plan.ts';
import { CALLBACK_READS, type FuzzScene } from './scene.ts';
import type { Sender } from './send.ts';
import { addFinding, sendAll, type Tally } from './tally.ts';

export interface Flood {
  readonly callbacks: number;
  readonly seconds: number;
  /** Calls that reached the agent, of those the limit allows in that time. */
  readonly reads: number;
  readonly readsAllowed: number;
  /** Messages of the agent's in the inbox afterwards. */
  readonly kept: number;
  readonly jobsWaiting: number;
}

const BLOCK = 500;
/** The queue is empty again within this after the last input. */
const DRAIN_MS = 60_000;
/** Waiting jobs that an order may have at most: one for each thing that can be looked at, and one due. */
const MOST_JOBS_PER_ORDER = 4;

export async function flood(given: {
  readonly scene: FuzzScene;
  readonly service: ServiceChild;
  readonly sender: Sender;
  readonly plan: ReturnType<typeof planner>;
  readonly tally: Tally;
  readonly inputs: number;
}): Promise<Flood> {
  const { scene, service, sender, plan, tally } = given;
  const { db, world } = scene;
  const tables = await tablesOf(db);
  await quiet(given);
  const calls = () => world.pandapon.shell.calls.length;
  const callsBefore = calls();
  const before = await readBooks(db, tables, { withoutLooks: true });
  const began = performance.now();
  for (let sent = 0; sent < given.inputs && service.ended() === undefined; sent += BLOCK) {
    const size = Math.min(BLOCK, given.inputs - sent);
    await sendAll(tally, sender, plan.flood(sent, size), `flood ${sent}`);
  }
  if (service.ended() === undefined) await quiet(given);
  const seconds = (performance.now() - began) / 1_000;

  const after = await readBooks(db, tables, { withoutLooks: true });
  for (const what of differences(before, after, ['business'])) {
    addFinding(tally, { oracle: 'a callback changed what only a read may change', what });
  }
  const reads = calls() - callsBefore;
  // A full bucket at the start, and what flows into it meanwhile.
  const readsAllowed = Math.ceil(CALLBACK_READS * (1 + seconds / 60));
  if (reads > readsAllowed) {
    const what = `${reads} calls reached the agent, ${readsAllowed} are allowed`;
    addFinding(tally, { oracle: 'reads caused by callbacks are not limited', what });
  }
  if (reads === 0) {
    addFinding(tally, { oracle: 'the flood is none', what: 'no callback caused any read' });
  }
  const kept = await keptCallbacks(db);
  if (kept.idle > 0) {
    const what = `${kept.idle} of ${kept.all} messages are kept though they name nothing of ours`;
    addFinding(tally, { oracle: 'made-up messages fill a table', what });
  }
  const orders = scene.facts.lazadaOrders.length + scene.facts.shopeeOrders.length;
  const jobsWaiting =
    (await countJobs(db, 'order', ['created', 'retry'])) +
    (await countJobs(db, 'listing', ['created', 'retry'])) +
    (await countJobs(db, 'callback', ['created', 'retry']));
  if (jobsWaiting > orders * MOST_JOBS_PER_ORDER) {
    const what = `${jobsWaiting} jobs wait for ${orders} orders`;
    addFinding(tally, { oracle: 'jobs pile up', what });
  }
  return { callbacks: given.inputs, seconds, reads, readsAllowed, kept: kept.all, jobsWaiting };
}

/** Waits until nothing is left to do now. */
async function quiet({ scene, service, tally }: Parameters<typeof flood>[0]): Promise<void> {
  const deadline = Date.now() + DRAIN_MS;
  let still = 0;
  while (still < 3 && service.ended() === undefined) {
    const open = await countDue(scene);
    still = open === 0 ? still + 1 : 0;
    if (Date.now() > deadline) {
      addFinding(tally, { oracle: 'the queue does not get empty', what: `${open} jobs are left` });
      return;
    }
    await wait(100);
  }
}

async function countDue({ db }: FuzzScene): Promise<number> {
  const counts = await Promise.all(
    ['order', 'read', 'listing', 'callback'].map((name) =>
      countJobs(db, name, ['created', 'active'], { dueNow: true }),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
