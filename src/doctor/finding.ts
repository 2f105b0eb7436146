/** A question with its answer, in words. */
import { CallError } from '../../connectors/errors.ts';
import type {
  Answer,
  Exam,
  Outcome,
  Question,
  Tell,
  Values,
  Verdict,
} from '../../connectors/question.ts';

/** What a question is about; in this order they are shown. */
export const SUBJECT_KINDS = ['machine', 'host', 'account', 'app', 'store'] as const;

export interface Subject {
  readonly kind: (typeof SUBJECT_KINDS)[number];
  /** `lazada/main`, a store's name, a host; empty for the machine. */
  readonly name: string;
}

export interface Finding {
  readonly subject: Subject;
  readonly question: string;
  readonly asks: string;
  readonly outcome: string;
  readonly verdict: Verdict;
  readonly found: string;
  readonly remedy?: string;
  readonly needs?: string;
}

/** Any question can stay without an answer: its system is silent, or another question must be right first. */
export const UNANSWERED: Outcome = {
  verdict: 'unknown',
  says: 'not answered: {why}',
  needs: 'an answer: put right what fails, then ask again',
};

export function toFinding(subject: Subject, { question, outcome, values }: Answer): Finding {
  const declared = question.outcomes[outcome];
  if (!declared) throw new Error(`${question.id} has no answer "${outcome}"`);
  return written(subject, question, outcome, declared, values);
}

export function unanswered(subject: Subject, question: Question, why: string): Finding {
  return written(subject, question, 'unanswered', UNANSWERED, { why });
}

function written(
  subject: Subject,
  { id, asks }: Question,
  outcome: string,
  declared: Outcome,
  values: Values,
): Finding {
  const { verdict, says, remedy, needs } = declared;
  return {
    subject,
    question: id,
    asks,
    outcome,
    verdict,
    found: fill(says, values),
    ...(remedy === undefined ? {} : { remedy: fill(remedy, values) }),
    ...(needs === undefined ? {} : { needs: fill(needs, values) }),
  };
}

/** @throws {Error} when a value is missing: a remedy with a hole in it helps nobody. */
export function fill(text: string, values: Values): string {
  return text.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`"${text}" needs the value ${name}`);
    return String(value);
  });
}

/**
 * Asks, and takes what was told before the limit. An exam that fails or hangs leaves its other questions
 * unanswered, and nobody else's.
 */
export async function ask<S>(
  exam: Exam<S>,
  given: S,
  subject: Subject,
  limitMs: number,
): Promise<Finding[]> {
  const told = new Map<string, Finding>();
  let over = false;
  const tell: Tell = (question, outcome, values = {}) => {
    if (over) return;
    const answer = { question: question as Question, outcome, values };
    told.set(question.id, toFinding(subject, answer));
  };
  const why = await within(limitMs, () => exam.ask(given, tell));
  over = true;
  return exam.questions.map(
    (question) =>
      told.get(question.id) ??
      unanswered(subject, question, why ?? 'another question must be answered well first'),
  );
}

/** Undefined when it ended well, else why it did not. */
export async function within(ms: number, run: () => Promise<void>): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no end within ${Math.round(ms / 1000)} s`), ms);
  });
  try {
    return await Promise.race([run().then(() => undefined, reasonOf), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

/** For people. Errors of calls hold no address, token or body; a code says more than nothing. */
export function reasonOf(error: unknown): string {
  if (error instanceof CallError) {
    const { code, message, requestId } = error;
    const said = code === undefined || message.includes(code) ? message : `${code}: ${message}`;
    return requestId === undefined ? said : `${said} (request id ${requestId})`;
  }
  return error instanceof Error ? error.message : String(error);
}
