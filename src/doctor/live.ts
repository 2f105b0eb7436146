/** The questions put to the systems themselves: with stored tokens, without repeats, and within limits. */
import { RateLimiter } from 'limiter';
import type { StoreSubject } from '../../connectors/question.ts';
import type { Surroundings } from '../../connectors/surroundings.ts';
import type { Clock } from '../clock.ts';
import type { Account, App, Settings, Store } from '../config.ts';
import type { Database } from '../database/connect.ts';
import { grantOf, openTokens } from '../database/grants.ts';
import { agents, marketplaces } from '../registry.ts';
import type { SecretBox } from '../secrets.ts';
import { ask, type Finding, type Subject, unanswered } from './finding.ts';

export interface LiveParts {
  readonly settings: Settings;
  readonly clock: Clock;
  /** Undefined when the database or the key is missing: then only apps and accounts are asked. */
  readonly stored: { readonly db: Database; readonly secrets: SecretBox } | undefined;
}

/** An exam makes a handful of calls one after the other; the first that hangs ends it. */
const CALLS_IN_A_ROW = 3;

export function limitOf(settings: Settings): number {
  return CALLS_IN_A_ROW * settings.timings.callTimeout;
}

export async function askAccount(parts: LiveParts, account: Account): Promise<Finding[]> {
  const { settings, clock } = parts;
  const name = `${account.agent}/${account.name}`;
  const subject: Subject = { kind: 'account', name };
  const given = {
    account: account.settings,
    surroundings: surroundings(parts, settings.limits.account),
    now: clock.now(),
    skewMs: settings.timings.clockSkew,
    ours: (ids: readonly string[]) => oursAmong(parts, account, ids),
  };
  const exams = agents.get(account.agent)?.doctor.account ?? [];
  return all(exams.map((exam) => ask(exam, given, subject, limitOf(settings))));
}

export async function askApp(parts: LiveParts, app: App): Promise<Finding[]> {
  const { settings } = parts;
  const subject: Subject = { kind: 'app', name: `${app.marketplace}/${app.name}` };
  const given = { app: app.settings, surroundings: surroundings(parts, settings.limits.app) };
  const exams = marketplaces.get(app.marketplace)?.doctor.app ?? [];
  return all(exams.map((exam) => ask(exam, given, subject, limitOf(settings))));
}

export async function askStore(parts: LiveParts, store: Store): Promise<Finding[]> {
  const { settings, clock } = parts;
  const { marketplace, app, country, sellerId, options } = store.settings;
  const subject: Subject = { kind: 'store', name: store.name };
  const itsApp = settings.apps.get(`${marketplace}/${app}`);
  const exams = marketplaces.get(marketplace)?.doctor.store ?? [];
  const token = await storedToken(parts, store);
  if (!itsApp || 'why' in token) {
    const why = 'why' in token ? token.why : `apps.${marketplace}.${app} is not set`;
    const questions = exams.flatMap((exam) => exam.questions);
    return questions.map((question) => ({
      ...unanswered(subject, question, why),
      ...('needs' in token ? { needs: token.needs } : {}),
    }));
  }
  const given: StoreSubject<unknown, unknown> = {
    app: itsApp.settings,
    surroundings: surroundings(parts, settings.limits.store),
    store: { country, sellerId },
    options,
    tokens: { current: async () => token.token, renew: async () => {} },
    now: clock.now(),
    endingMs: settings.alerts.grantEnding,
  };
  return all(exams.map((exam) => ask(exam, given, subject, limitOf(settings))));
}

type Token = { readonly token: string } | { readonly why: string; readonly needs?: string };

async function storedToken({ stored, clock }: LiveParts, store: Store): Promise<Token> {
  if (!stored) return { why: 'the stored consent cannot be read' };
  const { marketplace, app, country, sellerId } = store.settings;
  try {
    const grant = await grantOf(stored.db, { marketplace, app, country, sellerId });
    const connect = `ponbridge connect ${store.name}`;
    if (!grant) return { why: 'there is no consent', needs: connect };
    if (grant.access_expires_at <= clock.now()) {
      const needs = `a running service, which renews it; or ${connect}`;
      return { why: 'the access token has ended', needs };
    }
    return { token: (await openTokens(stored.secrets, grant)).accessToken };
  } catch (error) {
    return { why: (error as Error).message };
  }
}

async function oursAmong({ stored }: LiveParts, account: Account, ids: readonly string[]) {
  if (!stored || ids.length === 0) return [];
  const rows = await stored.db
    .selectFrom('purchase')
    .select(['agent_order_id', 'placed_at'])
    .where('agent', '=', account.agent)
    .where('account', '=', account.name)
    .where('agent_order_id', 'in', [...ids])
    .execute();
  return rows.flatMap((row) =>
    row.agent_order_id === null
      ? []
      : [{ agentOrderId: row.agent_order_id, placedAt: row.placed_at ?? undefined }],
  );
}

function surroundings({ settings, clock }: LiveParts, perSecond: number): Surroundings {
  const bucket = new RateLimiter({ tokensPerInterval: perSecond, interval: 'second' });
  return {
    clock,
    timeoutMs: settings.timings.callTimeout,
    retries: 0,
    async admit() {
      await bucket.removeTokens(1);
    },
  };
}

async function all(findings: readonly Promise<Finding[]>[]): Promise<Finding[]> {
  return (await Promise.all(findings)).flat();
}
