/** One run: everything is asked at once, and nothing waits longer than its limit. */
import type { Exam } from '../../connectors/question.ts';
import type { Clock } from '../clock.ts';
import type { Settings, Store } from '../config.ts';
import type { Database } from '../database/connect.ts';
import { readNoted } from '../database/noted.ts';
import { marketplaces } from '../registry.ts';
import { askStored, keyOf } from './ask-stored.ts';
import { ask, type Finding, type Subject, toFinding, unanswered } from './finding.ts';
import { hostExam, hostsOf } from './hosts.ts';
import { askAccount, askApp, askStore, type LiveParts, limitOf } from './live.ts';
import { addressExam, certificateExam } from './machine/address.ts';
import { contentExam, serverExam } from './machine/database.ts';
import { localExam } from './machine/local.ts';
import type { Opened } from './open.ts';
import { DATABASE } from './questions-machine.ts';
import { type Scope, scopeOf } from './scope.ts';

export interface DoctorOptions {
  readonly settings: Settings;
  readonly opened: Opened;
  readonly clock: Clock;
  /** Where `.env` lies. */
  readonly home: string;
  readonly nodeVersion: string;
  /** Only this store, its app and its account. */
  readonly store?: Store | undefined;
}

export interface Examined {
  readonly findings: readonly Finding[];
  readonly scope: Scope;
}

const MACHINE: Subject = { kind: 'machine', name: '' };

export async function examine(options: DoctorOptions): Promise<Examined> {
  const { settings, opened, clock } = options;
  const { db, secrets } = opened;
  const scope = scopeOf(settings, options.store);
  const live: LiveParts = { settings, clock, stored: db && secrets ? { db, secrets } : undefined };
  const limitMs = limitOf(settings);
  const { callTimeout: timeoutMs, clockSkew: skewMs } = settings.timings;
  const hosts = hostsOf(settings, scope).map((url) =>
    ask(
      hostExam,
      { url, clock, timeoutMs, skewMs },
      { kind: 'host', name: new URL(url).host },
      limitMs,
    ),
  );
  const found = await Promise.all([
    ask(localExam, options, MACHINE, limitMs),
    askDatabase(options, limitMs),
    ...hosts,
    ...scope.accounts.map((account) => askAccount(live, account)),
    ...scope.apps.map((app) => askApp(live, app)),
    ...scope.live.map((store) => askStore(live, store)),
    askStored(options, scope, limitMs),
  ]);
  return { findings: found.flat(), scope };
}

async function askDatabase(options: DoctorOptions, limitMs: number): Promise<Finding[]> {
  const { settings, opened, clock } = options;
  const { db, secrets, why = '' } = opened;
  const { publicUrl } = settings;
  const { callTimeout: timeoutMs, clockSkew: skewMs } = settings.timings;
  if (!db) {
    const silent = { question: DATABASE, outcome: 'silent', values: { why } };
    const waiting = [serverExam, contentExam, addressExam]
      .flatMap((exam: Exam<never>) => exam.questions)
      .filter((question) => question.id !== DATABASE.id);
    return [
      toFinding(MACHINE, silent),
      ...waiting.map((question) => unanswered(MACHINE, question, 'the database is not there')),
      ...(await askCertificate(false)),
    ];
  }
  const given = { db, secrets, clock, skewMs };
  const wants = await wantsOrganisation(settings, db).catch(() => false);
  const found = await Promise.all([
    ask(serverExam, given, MACHINE, limitMs),
    ask(contentExam, given, MACHINE, limitMs),
    ask(addressExam, { db, clock, timeoutMs, publicUrl }, MACHINE, limitMs),
    askCertificate(wants),
  ]);
  return found.flat();

  function askCertificate(wantsOrganisation: boolean) {
    const its = { publicUrl, now: clock.now(), timeoutMs, wantsOrganisation };
    return ask(certificateExam, its, MACHINE, limitMs);
  }
}

/** Once a push of such a marketplace was verified, its certificate is good enough. */
async function wantsOrganisation(settings: Settings, db: Database): Promise<boolean> {
  const noted = await readNoted(db);
  return [...settings.apps.values()].some(
    (app) =>
      marketplaces.get(app.marketplace)?.doctor.wantsOrganisation === true &&
      !noted.has(`push-verified ${keyOf(app)}`),
  );
}
