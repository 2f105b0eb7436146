/** Questions that what is stored answers: for every store, app and account in question. */
import type { Answer, Question } from '../../connectors/question.ts';
import type { Account, App } from '../config.ts';
import { readNoted } from '../database/noted.ts';
import { marketplaces } from '../registry.ts';
import { type Finding, type Subject, toFinding, unanswered, within } from './finding.ts';
import {
  STORED_ACCOUNT_QUESTIONS,
  STORED_APP_QUESTIONS,
  STORED_STORE_QUESTIONS,
} from './questions-stored.ts';
import type { DoctorOptions } from './run.ts';
import type { Scope } from './scope.ts';
import { judgeAccount, judgePushes, judgeStore } from './stored.ts';
import { readAccount, readStored } from './stored-facts.ts';

export async function askStored(
  options: DoctorOptions,
  scope: Scope,
  limitMs: number,
): Promise<Finding[]> {
  let found: Finding[] = [];
  const why = await within(limitMs, async () => {
    found = await judgeAll(options, scope);
  });
  return why === undefined ? found : allUnanswered(scope, why);
}

async function judgeAll(options: DoctorOptions, scope: Scope): Promise<Finding[]> {
  const { settings, opened, clock } = options;
  const { db, secrets } = opened;
  if (!db) throw new Error('the database is not there');
  const now = clock.now();
  const noted = await readNoted(db);
  const facts = await readStored({ db, secrets, now }, scope.stores);
  const ways = { now, polling: settings.polling, endingMs: settings.alerts.grantEnding };
  const hasToken = settings.callbackToken !== undefined;
  const ofStores = scope.stores.flatMap((store) => {
    const its = facts.get(store.name);
    return its ? findings({ kind: 'store', name: store.name }, judgeStore(store, its, ways)) : [];
  });
  const ofApps = scope.apps.flatMap((app) => {
    const its = judgePushes(keyOf(app), noted, pushWays(app));
    return findings({ kind: 'app', name: keyOf(app) }, [its]);
  });
  const ofAccounts = await Promise.all(
    scope.accounts.map(async (account) => {
      const its = judgeAccount(
        nameOf(account),
        await readAccount(db, account, now),
        noted,
        hasToken,
      );
      return findings({ kind: 'account', name: nameOf(account) }, its);
    }),
  );
  return [...ofStores, ...ofApps, ...ofAccounts.flat()];
}

function findings(subject: Subject, answers: readonly Answer[]): Finding[] {
  return answers.map((each) => toFinding(subject, each));
}

function allUnanswered(scope: Scope, why: string): Finding[] {
  const all = (subject: Subject, questions: readonly Question[]) =>
    questions.map((each) => unanswered(subject, each, why));
  return [
    ...scope.stores.flatMap((store) =>
      all({ kind: 'store', name: store.name }, [
        ...STORED_STORE_QUESTIONS,
        ...(marketplaces.get(store.settings.marketplace)?.doctor.stored ?? []).map(
          (each) => each.question,
        ),
      ]),
    ),
    ...scope.apps.flatMap((app) => all({ kind: 'app', name: keyOf(app) }, STORED_APP_QUESTIONS)),
    ...scope.accounts.flatMap((account) =>
      all({ kind: 'account', name: nameOf(account) }, STORED_ACCOUNT_QUESTIONS),
    ),
  ];
}

function pushWays(app: App): { readonly why: string | undefined; readonly pushKey: string } {
  const module = marketplaces.get(app.marketplace);
  const pushKey = module?.doctor.pushKey ?? '';
  try {
    module?.pushes(app.settings);
    return { why: undefined, pushKey };
  } catch (error) {
    return { why: (error as Error).message, pushKey };
  }
}

export function keyOf(app: App): string {
  return `${app.marketplace}/${app.name}`;
}

export function nameOf(account: Account): string {
  return `${account.agent}/${account.name}`;
}
