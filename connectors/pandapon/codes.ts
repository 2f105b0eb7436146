/**
 * PandaPon's numbers and words as tables: envelope codes and order statuses.
 * @module
 */
import type { AgentOrderPhase } from '../agent.ts';

/** The only envelope code that means success (pandapon.md 1). */
export const SUCCESS = '200';

/**
 * Envelope codes known to refuse a spending call before any effect. Empty: the error-code page has
 * not been seen (pandapon.md 8), so every code but 200 leaves a spending call `Unknown`. A code is
 * added here only with its source; one account can add its own by `refusalCodes`.
 */
export const REFUSAL_CODES: ReadonlySet<string> = new Set<string>();

interface Status {
  readonly code: string;
  /** Names the same state has at the line: the enum's and upstream's word (pandapon.md 6). */
  readonly words: readonly string[];
  readonly phase: AgentOrderPhase;
}

/**
 * TaoBaoOrderStatusEnum (pandapon.md 6). `BULIDING` and `WAIT_BUYER_P` are the vendor's spellings.
 * 9 (other) has no meaning of its own, so it stays `unknown`.
 */
const STATUSES: readonly Status[] = [
  // Assumed: BUILDING, should the vendor ever mend the spelling.
  { code: '12', words: ['ORDER_BULIDING', 'BULIDING', 'BUILDING'], phase: 'building' },
  { code: '0', words: ['TAOBAO_ORDER_WAIT_BUYER_PAY', 'WAIT_BUYER_P'], phase: 'unpaid' },
  { code: '1', words: ['ORDER_PAY_STATUS'], phase: 'paid' },
  { code: '2', words: ['ORDER_FINANCE_PASS_STATUS'], phase: 'paid' },
  { code: '3', words: ['ORDER_FINANCE_REFUSE_STATUS'], phase: 'refused' },
  { code: '5', words: ['WAIT_FINANCE_PAY'], phase: 'paid' },
  { code: '10', words: ['WAIT_SELLER_SEND_GOODS'], phase: 'paid' },
  { code: '11', words: ['WAIT_BUYER_CONFIRM_GOODS'], phase: 'sent' },
  { code: '4', words: ['CANCEL', 'TRADE_CLOSED'], phase: 'cancelled' },
  { code: '9', words: ['OTHER_STATUS'], phase: 'unknown' },
];

const PHASES: ReadonlyMap<string, AgentOrderPhase> = new Map(
  STATUSES.flatMap(({ code, words, phase }) => [code, ...words].map((key) => [key, phase])),
);

/** The phase of a status code or word; `unknown` for one that is not in the table. */
export function phaseOf(status: string): AgentOrderPhase {
  return PHASES.get(status) ?? 'unknown';
}
