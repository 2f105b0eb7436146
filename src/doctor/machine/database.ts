/** What the database says of itself, and of the processes that use it. */
import { sql } from 'kysely';
import type { Exam } from '../../../connectors/question.ts';
import type { Clock } from '../../clock.ts';
import type { Database } from '../../database/connect.ts';
import { openTokens } from '../../database/grants.ts';
import { migrations } from '../../database/migrations/index.ts';
import { livingProcesses } from '../../database/processes.ts';
import type { SecretBox } from '../../secrets.ts';
import { reasonOf } from '../finding.ts';
import { compareClocks } from '../hosts.ts';
import {
  CONNECTIONS,
  DATABASE,
  DATABASE_CLOCK,
  DURABILITY,
  KEY,
  LATENCY,
  SERVICE,
  TABLES,
} from '../questions-machine.ts';

export interface DatabaseGiven {
  readonly db: Database;
  readonly secrets: SecretBox | undefined;
  readonly clock: Clock;
  readonly skewMs: number;
  readonly limits?: Partial<typeof LIMITS>;
}

/** Version of PostgreSQL, round trip in ms, and the connections that a service process may use. */
const LIMITS = { oldest: 16, nearMs: 20, connections: 40 };
/** With more consents than this a sample tells. */
const MOST_OPENED = 500;

export const serverExam: Exam<DatabaseGiven> = {
  questions: [DATABASE, LATENCY, DATABASE_CLOCK, DURABILITY, CONNECTIONS],
  async ask({ db, clock, skewMs, limits }, tell) {
    const { oldest, nearMs, connections } = { ...LIMITS, ...limits };
    let version: string;
    try {
      version = await setting('server_version');
    } catch (error) {
      return tell(DATABASE, 'silent', { why: reasonOf(error) });
    }
    tell(DATABASE, Number.parseInt(version, 10) < oldest ? 'old' : 'answers', { version });

    const looks = [];
    for (let time = 0; time < 5; time += 1) looks.push(await lookAtClock());
    const quickest = looks.toSorted((a, b) => a.milliseconds - b.milliseconds)[0];
    if (quickest) {
      const ms = quickest.milliseconds;
      tell(LATENCY, ms <= nearMs ? 'near' : 'far', { ms: ms.toFixed(1) });
      tell(DATABASE_CLOCK, ...compareClocks(quickest.aheadMs, ms / 2, skewMs));
    }

    const off = [];
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      if ((await setting(name)) === 'off') off.push(name);
    }
    if (off.length === 0) tell(DURABILITY, 'durable');
    else tell(DURABILITY, 'lossy', { off: off.join(', ') });

    const { rows } = await sql<{ used: number; most: number; kept: number }>`
      select (select count(*)::int from pg_stat_activity where backend_type = 'client backend') as used,
        current_setting('max_connections')::int as most,
        current_setting('superuser_reserved_connections')::int as kept`.execute(db);
    const { used = 0, most = 0, kept = 0 } = rows[0] ?? {};
    const left = most - kept - used;
    tell(CONNECTIONS, left >= connections ? 'enough' : 'few', { left, most });

    async function setting(name: string): Promise<string> {
      const found = await sql<{ value: string }>`select current_setting(${name}) as value`.execute(
        db,
      );
      return found.rows[0]?.value ?? '';
    }

    async function lookAtClock() {
      const at = clock.now().getTime();
      const began = performance.now();
      const found = await sql<{ now: Date }>`select clock_timestamp() as now`.execute(db);
      const milliseconds = performance.now() - began;
      const theirs = found.rows[0]?.now.getTime() ?? at;
      return { milliseconds, aheadMs: theirs - (at + milliseconds / 2) };
    }
  },
};

export const contentExam: Exam<DatabaseGiven> = {
  questions: [TABLES, KEY, SERVICE],
  async ask({ db, secrets }, tell) {
    const applied = await appliedMigrations(db);
    const ours = Object.keys(migrations);
    const newer = applied.filter((name) => !ours.includes(name));
    const open = ours.filter((name) => !applied.includes(name));
    if (newer.length > 0) tell(TABLES, 'newer', { names: newer.join(', ') });
    else if (open.length > 0) tell(TABLES, 'older', { names: open.join(', ') });
    else tell(TABLES, 'current', { applied: applied.length });

    const grants = await db.selectFrom('grant').selectAll().limit(MOST_OPENED).execute();
    const reasons: string[] = [];
    for (const grant of grants) {
      try {
        if (!secrets) throw new Error('no key is given');
        await openTokens(secrets, grant);
      } catch (error) {
        reasons.push((error as Error).message);
      }
    }
    const [why] = reasons;
    if (grants.length === 0) tell(KEY, 'nothing');
    else if (why === undefined) tell(KEY, 'opens', { opened: grants.length });
    else tell(KEY, 'closed', { closed: reasons.length, all: grants.length, why });

    const processes = await livingProcesses(db);
    const shown = processes
      .map(({ role, host, pid }) => `${role} on ${host}, process ${pid}`)
      .join('; ');
    const refused = processes.find((process) => process.last_error !== null)?.last_error;
    if (processes.length === 0) tell(SERVICE, 'none');
    else if (refused) {
      const [first = ''] = refused.split('\n');
      tell(SERVICE, 'old-settings', { processes: shown, why: first });
    } else tell(SERVICE, 'runs', { processes: shown });
  },
};

/** None where the database is new. */
export async function appliedMigrations(db: Database): Promise<readonly string[]> {
  const { rows: tables } = await sql`
    select 1 from pg_tables where schemaname = current_schema() and tablename = 'kysely_migration'`.execute(
    db,
  );
  if (tables.length === 0) return [];
  const { rows } = await sql<{ name: string }>`
    select name from kysely_migration order by name`.execute(db);
  return rows.map((row) => row.name);
}
