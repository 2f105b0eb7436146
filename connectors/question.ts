/**
 * What `ponbridge doctor` asks. A question is declared with every answer it can get, so that the page of
 * questions is made from the same words as the findings. Asking reads only: it never spends, promises or
 * writes anything outside.
 * @module
 */
import type { StoreAddress, TokenSource } from './marketplace.ts';
import type { Surroundings } from './surroundings.ts';

/** `unknown`: nothing could tell yet; `needs` says what will. */
export type Verdict = 'pass' | 'warn' | 'fail' | 'unknown';

/** One answer a question can get. In its texts `{name}` stands for a value that comes with the answer. */
export interface Outcome {
  readonly verdict: Verdict;
  /** What was found. */
  readonly says: string;
  /** What to do about it; with `warn` and `fail`, unless there is nothing to be done. */
  readonly remedy?: string;
  /** With `unknown`: what must happen first. */
  readonly needs?: string;
}

export interface Question<Name extends string = string> {
  /** `pandapon/signature`: stands in reports and in the page of questions, so it is public. */
  readonly id: string;
  readonly asks: string;
  /** The setting or the assumption it settles. */
  readonly settles: string;
  readonly outcomes: Readonly<Record<Name, Outcome>>;
}

export type Values = Readonly<Record<string, string | number>>;

export interface Answer {
  readonly question: Question;
  readonly outcome: string;
  readonly values: Values;
}

/** Checks names at compile time: a question can be answered with its own outcomes only. */
export function question<Name extends string>(declared: Question<Name>): Question<Name> {
  return declared;
}

export function answer<Name extends string>(
  asked: Question<Name>,
  outcome: NoInfer<Name>,
  values: Values = {},
): Answer {
  return { question: asked as Question, outcome, values };
}

/** Takes an answer as soon as it is known, so that it stands whatever becomes of the rest. */
export type Tell = <Name extends string>(
  asked: Question<Name>,
  outcome: NoInfer<Name>,
  values?: Values,
) => void;

/** Questions that the same few calls answer. What it throws is why the rest stays unanswered. */
export interface Exam<Subject> {
  readonly questions: readonly Question[];
  ask(subject: Subject, tell: Tell): Promise<void>;
}

export interface AppSubject<App> {
  readonly app: App;
  readonly surroundings: Surroundings;
}

export interface StoreSubject<App, Options> extends AppSubject<App> {
  readonly store: StoreAddress;
  readonly options: Options;
  /** Hands out the stored token and never renews it: that would write at the marketplace. */
  readonly tokens: TokenSource;
  readonly now: Date;
  /** A consent that ends within this many milliseconds is warned of. */
  readonly endingMs: number;
}

/** What we know of orders at the agent that Ponbridge placed. */
export interface OwnOrder {
  readonly agentOrderId: string;
  /** By our clock. */
  readonly placedAt: Date | undefined;
}

export interface AccountSubject<Account> {
  readonly account: Account;
  readonly surroundings: Surroundings;
  readonly now: Date;
  /** Largest difference of clocks that is taken, in milliseconds. */
  readonly skewMs: number;
  /** The account's own orders among these. */
  readonly ours: (agentOrderIds: readonly string[]) => Promise<readonly OwnOrder[]>;
}

/** Of a store, what its traffic has shown so far. */
export interface StoreFacts {
  readonly country: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** When the store's consent was last stored; undefined without one. */
  readonly connectedAt: Date | undefined;
  /** Promises made to the marketplace that ended, by step: how often they were taken and refused. */
  readonly steps: readonly StepFacts[];
  /** Packages by who owns their number. */
  readonly owners: readonly { readonly owner: string; readonly packages: number }[];
}

export interface StepFacts {
  readonly step: string;
  readonly taken: number;
  readonly refused: number;
  readonly firstAt: Date;
}

/** A question that only a store's traffic answers. Pure. */
export interface Stored {
  readonly question: Question;
  judge(facts: StoreFacts): Answer;
}

/** The questions of a marketplace: its folder's knowledge. */
export interface MarketplaceDoctor<App = unknown, Options = unknown> {
  /** Addresses that its calls go to, for stores in these countries. */
  hosts(app: App, countries: readonly string[]): readonly string[];
  /** Which setting checks a push, for pushes whose signature is refused. */
  readonly pushKey: string;
  /** It is said to push only to certificates that name an organisation. */
  readonly wantsOrganisation?: boolean;
  readonly app: readonly Exam<AppSubject<App>>[];
  readonly store: readonly Exam<StoreSubject<App, Options>>[];
  readonly stored: readonly Stored[];
}

/** The questions of an agent. */
export interface AgentDoctor<Account = unknown> {
  hosts(account: Account): readonly string[];
  readonly account: readonly Exam<AccountSubject<Account>>[];
}
