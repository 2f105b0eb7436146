/** `ponbridge init`: asks a few questions, or reads the answers, and writes the settings of new stores. */
import { resolve } from 'node:path';
import { formatProblem, SettingsError } from '../config.ts';
import { type AnswerFile, readAnswers } from '../init/answer-file.ts';
import { callbackToken } from '../init/callback-token.ts';
import { AGENT, type EntryPlace } from '../init/credentials.ts';
import { type DraftFile, draftFiles, problemsOf, type Wanted } from '../init/draft.ts';
import { type KnownHome, readHome } from '../init/known.ts';
import { nextSteps } from '../init/next-steps.ts';
import { agree, isInterrupted } from '../init/prompts.ts';
import { askAddress, askCredentials } from '../init/service-questions.ts';
import { showFiles } from '../init/show.ts';
import { askStore } from '../init/store-questions.ts';
import { isSupplied } from '../init/supplied.ts';
import { writeFiles } from '../init/write.ts';
import type { Problem as SettingProblem } from '../yaml.ts';
import type { Context } from './context.ts';
import { Misuse, Problem } from './errors.ts';

export interface InitOptions {
  readonly answers?: string;
  /** Shows what would be written. */
  readonly dryRun?: boolean;
}

export async function init(context: Context, options: InitOptions): Promise<void> {
  const home = readHome(context.home, context.env);
  if (options.answers !== undefined) return fromFile(context, home, options.answers, options);
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new Misuse(
      'init asks questions, and there is no terminal to ask in. Give the answers in a file: ponbridge init --answers answers.yaml (docs/going-live.md shows one)',
    );
  }
  try {
    await byQuestions(context, home, options);
  } catch (error) {
    if (!isInterrupted(error)) throw error;
    context.note('\nStopped. Nothing was written.');
    process.exitCode = 130;
  }
}

async function byQuestions(context: Context, home: KnownHome, options: InitOptions) {
  context.note(
    `A new store in ${home.folder}. Nothing is written before you say yes at the end; Ctrl-C stops.\n`,
  );
  const today = todayText();
  const store = await askStore(home, today);
  const missing = missingPlaces(home, store);
  const variables = await askAddress(home);
  const entries = [];
  for (const place of missing) entries.push(await askCredentials(home, place, variables));
  const wanted: Wanted = { stores: [store], entries, variables };
  const files = draftFiles(home, wanted, today);
  const problems = problemsOf(home, files, wanted);
  if (problems.length > 0) throw new SettingsError(problems);
  context.note(showFiles(files, wanted));
  if (options.dryRun) return context.print('Nothing was written (--dry-run).');
  if (!(await agree('Write this?', true))) {
    context.note('Nothing was written.');
    return;
  }
  await finish(context, home, files, wanted);
}

async function fromFile(
  context: Context,
  home: KnownHome,
  file: string,
  options: InitOptions,
): Promise<void> {
  const problems: SettingProblem[] = [];
  const answers = readAnswers(resolve(file), home, problems);
  if (!answers) throw mistakes(problems);
  const wanted: Wanted = {
    stores: answers.stores,
    entries: answers.entries,
    variables: variablesOf(answers, home),
  };
  const files = draftFiles(home, wanted, todayText());
  const refused = problemsOf(home, files, wanted).map(answers.locate);
  if (refused.length > 0) throw mistakes(refused);
  if (options.dryRun) {
    context.note(showFiles(files, wanted));
    return context.print('Nothing was written (--dry-run).');
  }
  await finish(context, home, files, wanted);
}

function mistakes(problems: readonly SettingProblem[]): Problem {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const byLine = problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0));
  return new Problem(`${count}; nothing was written:\n${byLine.map(formatProblem).join('\n')}`);
}

function variablesOf(answers: AnswerFile, home: KnownHome): Map<string, string> {
  const variables = new Map<string, string>();
  if (answers.publicUrl !== undefined) {
    const known = home.env.PONBRIDGE_PUBLIC_URL;
    if (known && known !== answers.publicUrl) {
      throw new Problem(
        `PONBRIDGE_PUBLIC_URL is ${known} already, and the answers say ${answers.publicUrl}; nothing was written`,
      );
    }
    if (!known) variables.set('PONBRIDGE_PUBLIC_URL', answers.publicUrl);
  }
  if (answers.callbackToken && !home.env.PONBRIDGE_CALLBACK_TOKEN) {
    variables.set('PONBRIDGE_CALLBACK_TOKEN', callbackToken());
  }
  return variables;
}

/** The store's app and account, where ponbridge.yaml lacks them. */
function missingPlaces(home: KnownHome, store: Wanted['stores'][number]): EntryPlace[] {
  const group = store.group === undefined ? undefined : home.groups.get(store.group);
  const app = isSupplied(group, 'app') || home.apps.has(`${store.marketplace}/${store.app}`);
  const account = isSupplied(group, 'account') || home.accounts.has(`${AGENT}/${store.account}`);
  return [
    ...(app ? [] : [{ kind: 'apps', system: store.marketplace, name: store.app } as const]),
    ...(account ? [] : [{ kind: 'accounts', system: AGENT, name: store.account } as const]),
  ];
}

async function finish(
  context: Context,
  home: KnownHome,
  files: readonly DraftFile[],
  wanted: Wanted,
) {
  await writeFiles(home.folder, files);
  for (const { path, isNew } of files) context.print(`${isNew ? 'wrote' : 'extended'} ${path}`);
  const names = wanted.stores.map(({ name }) => name);
  const address = wanted.variables.get('PONBRIDGE_PUBLIC_URL') ?? home.env.PONBRIDGE_PUBLIC_URL;
  const hasAddress = Boolean(address);
  const isFirst = home.storeNames.size === 0;
  for (const line of nextSteps(names, { hasAddress, isFirst })) context.print(line);
}

/** In UTC, as the date of `start` is meant. */
function todayText(): string {
  return new Date().toISOString().slice(0, 10);
}
