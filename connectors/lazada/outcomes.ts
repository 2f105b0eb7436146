/**
 * The three levels of success in the fulfilment answers (lazada.md section 4.1): the envelope has been
 * read already; here `result.success`, then each item's `item_err_code`.
 * @module
 */
import { type CallErrorDetail, Rejected, Unavailable, Unknown } from '../errors.ts';
import { FULFILMENT_REFUSED, plainCode, TRANSIENT } from './codes.ts';
import { flag, text } from './wire.ts';

/** One item's or package's own outcome. */
export interface Refusal {
  /** The order item id when packing, the package id otherwise. */
  readonly id: string;
  readonly code: string;
  readonly message: string | undefined;
  /** Lazada says that a repeat can help. */
  readonly retry: boolean;
}

export interface ResultHead {
  readonly success?: unknown;
  readonly error_code?: unknown;
  readonly error_msg?: unknown;
  readonly errorCode?: unknown;
  readonly errorMsg?: unknown;
}

export interface ItemOutcome {
  readonly item_err_code: unknown;
  readonly msg?: unknown;
  readonly retry?: unknown;
}

/**
 * Splits the outcomes of what was asked for into done and refused. Partial success returns both.
 * @throws {Rejected} when all of it was refused, each for a reason known to come before any effect
 * @throws {Unknown} when nothing is done for any other reason (busy, retry, undocumented code), when an
 *   item asked for is absent from the answer, or when the levels contradict each other
 */
export function judge<T extends ItemOutcome>(
  head: ResultHead,
  outcomes: ReadonlyMap<string, T>,
  asked: readonly string[],
  detail: CallErrorDetail,
): { readonly done: ReadonlyMap<string, T>; readonly refused: readonly Refusal[] } {
  const done = new Map<string, T>();
  const refused: Refusal[] = [];
  const absent = asked.filter((id) => !outcomes.has(id));
  for (const id of asked) {
    const outcome = outcomes.get(id);
    if (!outcome) continue;
    const code = plainCode(outcome.item_err_code);
    if (code === '0') done.set(id, outcome);
    else
      refused.push({ id, code, message: text(outcome.msg), retry: flag(outcome.retry) ?? false });
  }
  if (!flag(head.success) && (refused.length === 0 || done.size > 0))
    throw wholeRefusal(head, detail);
  if (absent.length > 0) throw new Unknown(`no outcome for ${absent.join(', ')}`, detail);
  if (done.size === 0) throw allRefused(refused, detail);
  return { done, refused };
}

/** What `success: false` in the answer of a read means. */
export function readRefusal(head: ResultHead, detail: CallErrorDetail): Rejected | Unavailable {
  const { code, message } = wordsOf(head);
  const kind = code !== undefined && TRANSIENT.has(code) ? Unavailable : Rejected;
  return new kind(message, { ...detail, code });
}

/** `error_code` beside `success: true` is stale in the samples, so it is looked at only here. */
function wholeRefusal(head: ResultHead, detail: CallErrorDetail): Rejected | Unknown {
  const { code, message } = wordsOf(head);
  const kind = code !== undefined && FULFILMENT_REFUSED.has(code) ? Rejected : Unknown;
  return new kind(message, { ...detail, code });
}

/** The fields are spelt both ways in the reference. */
function wordsOf(head: ResultHead): {
  readonly code: string | undefined;
  readonly message: string;
} {
  const given = text(head.error_code) ?? text(head.errorCode);
  const code = given === undefined ? undefined : plainCode(given);
  const reason = text(head.error_msg) ?? text(head.errorMsg) ?? 'no reason given';
  return { code, message: `${code ?? 'refused'}: ${reason}` };
}

function allRefused(refused: readonly Refusal[], detail: CallErrorDetail): Rejected | Unknown {
  const words = refused.map(({ id, code, message }) => `${id}: ${code} ${message ?? ''}`.trim());
  const certain = refused.every(({ code, retry }) => FULFILMENT_REFUSED.has(code) && !retry);
  const kind = certain ? Rejected : Unknown;
  return new kind(words.join('; '), { ...detail, code: refused[0]?.code });
}
