/** What a person brings from the browser by hand: the address it ended at, or the code in it. */
import { connectStore, UnfitConsent } from '../consents/connect.ts';
import { finishConsent } from '../consents/consent.ts';
import type { Service } from '../service.ts';
import { Misuse, Problem } from './errors.ts';

export interface Pasting {
  readonly store: string;
  readonly marketplace: string;
  /** Of the marketplace. */
  readonly title: string;
}

/**
 * Returns what was connected, in sentences. An address's state is checked; for a bare code the person who
 * enters it vouches.
 * @param text a redirected address, its query, or the bare code
 * @throws {Problem} when it was refused; {Misuse} when it is neither
 */
export async function takePasted(
  service: Service,
  { store, marketplace, title }: Pasting,
  text: string,
): Promise<readonly string[]> {
  const given = text.trim().replace(/^(['"])(.*)\1$/, '$2');
  if (given === '') throw new Misuse('the address or the code is empty');
  const query = queryIn(given);
  if (query) {
    if (query.has('code') && !query.has('state')) {
      throw new Problem(
        `the address has no state, so it cannot be told whose consent it is. Give it whole and in quotes (a shell cuts it at "&"), or give the bare code`,
      );
    }
    const ended = await finishConsent(service, marketplace, query, store);
    if (ended.is !== 'connected') throw new Problem(ended.lines.join(' '));
    return ended.lines;
  }
  if (!/^\S{1,512}$/.test(given)) throw new Misuse(`that is no code of ${title}, and no address`);
  try {
    return await connectStore(service, store, given);
  } catch (error) {
    throw error instanceof UnfitConsent ? new Problem(error.message) : error;
  }
}

/** Undefined for a bare code. */
function queryIn(text: string): URLSearchParams | undefined {
  if (URL.canParse(text) && /^https?:/i.test(text)) return new URL(text).searchParams;
  return /^\??([\w.]+=[^&]*&?)+$/.test(text) && /(^|[?&])(code|error)=/.test(text)
    ? new URLSearchParams(text)
    : undefined;
}
