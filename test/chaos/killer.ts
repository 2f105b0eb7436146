/** Kills and freezes at the planned moments, and measures how long the others need to go on. */
import type { Child } from '../../bench/child.ts';
import type { Look } from './database.ts';
import type { Moments, TimedMoment } from './moments.ts';
import type { Fleet, ServiceProcess } from './processes.ts';
import type { ReachedMoment } from './sandboxes.ts';
import { TIMES } from './settings.ts';

/** A lease must end within a minute. */
const LEASE_WITHIN_MS = 90_000;

export interface Hit {
  readonly what: string;
  /** From and until when the victim did nothing, ms since 1970. */
  readonly from: number;
  until: number;
}

export interface Losses {
  readonly kills: Readonly<Record<string, number>>;
  readonly freezes: number;
  readonly hits: readonly Hit[];
  /** How long a killed process needed to run again, and PostgreSQL to answer again, ms. */
  readonly restarts: readonly number[];
  readonly serverRestarts: readonly number[];
  /** How long jobs of the dead stayed theirs, ms. */
  readonly leases: readonly number[];
}

export interface Killer {
  losses(): Losses;
  /** Resolves when every timed moment has passed and everybody runs again. */
  finished: Promise<void>;
  stop(): void;
}

export function startKiller(parts: {
  readonly moments: Moments;
  readonly fleet: Fleet;
  readonly look: Look;
  readonly sandboxes: Child;
  readonly say: (line: string) => void;
  /** When the first order came in, ms since 1970. */
  readonly beganAt: number;
}): Killer {
  const { moments, fleet, look, sandboxes, say } = parts;
  const kills: Record<string, number> = {};
  const hits: Hit[] = [];
  const restarts: number[] = [];
  const serverRestarts: number[] = [];
  const leases: number[] = [];
  const open = new Set<Promise<unknown>>();
  let freezes = 0;
  let stopped = false;

  const track = (work: Promise<unknown>) => {
    const kept = work.catch((error: unknown) => {
      if (!stopped) say(`  the killer failed: ${(error as Error).message}`);
    });
    open.add(kept);
    void kept.then(() => open.delete(kept));
  };

  const timers = moments.timed.map(
    (moment) =>
      new Promise<void>((resolve) => {
        setTimeout(
          () => {
            if (!stopped) track(strike(moment));
            resolve();
          },
          Math.max(0, parts.beganAt + moment.afterMs - Date.now()),
        );
      }),
  );
  void aim();

  return {
    losses: () => ({ kills, freezes, hits, restarts, serverRestarts, leases }),
    finished: Promise.all(timers).then(async () => {
      while (open.size > 0) await Promise.all(open);
    }),
    stop() {
      stopped = true;
    },
  };

  async function aim(): Promise<void> {
    for (const _ of moments.aimed) {
      const reached = await sandboxes.ask<ReachedMoment>('nextMoment').catch(() => undefined);
      if (!reached || stopped) return;
      track(hit(reached));
    }
  }

  async function hit({ does, operation, port, order }: ReachedMoment): Promise<void> {
    if (does === 'kill-postgres') return killServer(`in ${operation} of ${order}`);
    const victim = (await fleet.ownerOf(port)) ?? oneOf('worker', 0);
    const where = `in ${operation} of ${order}`;
    if (does === 'kill') return killProcess(victim, where);
    freezes += 1;
    say(`  ${victim.name} is frozen ${where}`);
    const noted = note(`${victim.name} frozen ${where}`);
    await victim.freeze(TIMES.freeze);
    noted.until = Date.now();
  }

  async function strike({ victim, which }: TimedMoment): Promise<void> {
    if (victim !== 'postgres') {
      return killProcess(oneOf(victim, which), 'at any moment');
    }
    return killServer('at any moment');
  }

  async function killServer(where: string): Promise<void> {
    const pid = await look.serverPid();
    kills.postgres = (kills.postgres ?? 0) + 1;
    say(`  PostgreSQL is killed ${where}`);
    const hit = note(`postgres killed ${where}`);
    process.kill(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
    serverRestarts.push(await look.untilBack());
    hit.until = Date.now();
  }

  async function killProcess(victim: ServiceProcess, where: string): Promise<void> {
    kills[victim.name] = (kills[victim.name] ?? 0) + 1;
    say(`  ${victim.name} is killed ${where}`);
    const hit = note(`${victim.name} killed ${where}`);
    const back = victim.kill();
    if (victim.role === 'worker') track(watchLeases());
    restarts.push(await back);
    hit.until = Date.now();
  }

  /** The jobs that were being worked on now: those of the dead stay so until their lease ends. */
  async function watchLeases(): Promise<void> {
    const began = performance.now();
    const active = `select id || ' ' || started_on as run from pgboss.job where state = 'active'`;
    const before = new Set((await look.query<{ run: string }>(active)).map((row) => row.run));
    while (before.size > 0 && performance.now() - began < LEASE_WITHIN_MS) {
      await new Promise((resolve) => setTimeout(resolve, 250));
      const now = new Set((await look.query<{ run: string }>(active)).map((row) => row.run));
      for (const run of before) if (!now.has(run)) before.delete(run);
    }
    leases.push(performance.now() - began);
  }

  function note(what: string): Hit {
    const hit = { what, from: Date.now(), until: Number.POSITIVE_INFINITY };
    hits.push(hit);
    return hit;
  }

  function oneOf(role: ServiceProcess['role'], which: number): ServiceProcess {
    const all = fleet.processes.filter((each) => each.role === role);
    return all[Math.floor(which * all.length)] as ServiceProcess;
  }
}
