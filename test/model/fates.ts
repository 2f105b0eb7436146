/**
 * What can happen to a call outside. A command names the fate of the next call of a kind, so that
 * fast-check can take it out again when it shrinks.
 * @module
 */

export type SpendKind = 'place' | 'pay' | 'agent-cancel' | 'ship' | 'market-cancel' | 'decide';
export type ReadKind = 'list' | 'agent-read' | 'parcels' | 'market-read' | 'pull' | 'packages';
export type CallKind = SpendKind | ReadKind;

/**
 * - `lost-before`, `lost-after`: no answer; without and with the effect
 * - `code-before`, `code-after`: an answer with a code nobody knows; without and with the effect
 * - `late-*`: no answer, and the effect comes after our time-out (`late-long`: at the end of the
 *   signature's window, plus a request's life)
 * - `rejected`: a code known to refuse before any effect; `not-sent`, `unauthorized`: nothing was sent
 * - `crash-*`: the process dies before sending, after the effect, or with the effect still to come
 * - `hang-before`, `hang-after`: the process sleeps before it sends, or before it hears the answer
 * - `unseen`: it goes well, but the agent's listing shows it only after its lag
 * - `line-refused`: taken, but for one line; `ignored`: taken, and nothing ever comes of it
 */
export const SPEND_FATES = [
  'lost-before',
  'lost-after',
  'code-before',
  'code-after',
  'late-short',
  'late-long',
  'rejected',
  'not-sent',
  'unauthorized',
  'crash-before',
  'crash-after',
  'crash-late',
  'hang-before',
  'hang-after',
] as const;

export const FATES = {
  place: [...SPEND_FATES, 'unseen', 'unseen-lost', 'line-refused'],
  pay: SPEND_FATES,
  'agent-cancel': [...SPEND_FATES, 'ignored'],
  ship: SPEND_FATES,
  'market-cancel': SPEND_FATES,
  decide: SPEND_FATES,
  // `gap`: a row is lost and the total says so; `changing`: the total changes while it is paged;
  // `forgets`: everything is missing, in the total too; `numberless`: without our numbers.
  list: ['unavailable', 'throttled', 'gap', 'changing', 'forgets', 'numberless', 'crash', 'hang'],
  'agent-read': ['unavailable', 'throttled', 'gone', 'crash', 'hang'],
  parcels: ['unavailable', 'crash'],
  // `then-cancelled`, `then-changed`, `then-asked`: right after it was read.
  'market-read': [
    'unavailable',
    'throttled',
    'missing',
    'broken',
    'stale',
    'crash',
    'hang',
    'then-cancelled',
    'then-changed',
    'then-asked',
  ],
  pull: ['unavailable', 'half', 'crash'],
  packages: ['unavailable', 'crash', 'hang'],
} as const satisfies Record<CallKind, readonly string[]>;

export type Fate = 'ok' | (typeof FATES)[CallKind][number];
