/**
 * What the references do not know of PandaPon and a real account can tell by reading (pandapon.md 12).
 * At most a dozen and a half calls, all of them listings.
 * @module
 */
import { CallError, Malformed, Rejected } from '../errors.ts';
import type { AccountSubject, AgentDoctor, Exam, Tell } from '../question.ts';
import type { PandaponAccount } from './account.ts';
import { openConnection } from './connection.ts';
import { listings } from './doctor-listings.ts';
import { readListing } from './listing.ts';
import { GENERATION, SIGNATURE, USER_ID } from './questions.ts';

type Subject = AccountSubject<PandaponAccount>;

/** One page, however small: is the account let in this way? Undefined when it is. */
async function refusal(
  subject: Subject,
  change: Partial<PandaponAccount>,
): Promise<CallError | undefined> {
  const account = { ...subject.account, ...change };
  const connection = openConnection(account, subject.surroundings);
  const until = subject.now;
  const from = new Date(until.getTime() - 3_600_000);
  try {
    await readListing(connection, { from, until }, 1, 1);
    return undefined;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return error;
  }
}

/** Understood and refused, a path that is not there, or an answer of another shape: all of them tell. */
function isRefusal(error: unknown): error is CallError {
  if (error instanceof Rejected || error instanceof Malformed) return true;
  return error instanceof CallError && (error.httpStatus === 404 || error.httpStatus === 405);
}

const door: Exam<Subject> = {
  questions: [SIGNATURE, USER_ID, GENERATION],
  async ask(subject, tell) {
    const { timestampUnit: unit, generation } = subject.account;
    const otherUnit = unit === 'seconds' ? 'milliseconds' : 'seconds';
    const otherGeneration = generation === 'v1' ? 'v2' : 'v1';
    const first = await refusal(subject, {});
    if (!first) {
      tell(SIGNATURE, 'accepted', { unit });
      tell(USER_ID, 'accepted');
      const other = await refusal(subject, { generation: otherGeneration });
      tell(GENERATION, other ? 'only-set' : 'both', { generation, other: otherGeneration });
      return;
    }
    if (first instanceof Malformed) {
      tell(SIGNATURE, 'accepted', { unit });
      tell(USER_ID, 'accepted');
      tell(GENERATION, 'unreadable', { generation });
      return;
    }
    if (!(await refusal(subject, { timestampUnit: otherUnit }))) {
      tell(SIGNATURE, 'other-unit', { unit, other: otherUnit });
      tell(USER_ID, 'accepted');
      return;
    }
    if (!(await refusal(subject, { generation: otherGeneration }))) {
      tell(SIGNATURE, 'accepted', { unit });
      tell(USER_ID, 'accepted');
      tell(GENERATION, 'only-other', { generation, other: otherGeneration });
      return;
    }
    await tellRefused(subject, first, tell);
  },
};

/**
 * The codes of refusals are not documented. How this account is refused for a signature that is
 * certainly wrong tells whether the first refusal was about the signature.
 */
async function tellRefused(subject: Subject, first: CallError, tell: Tell): Promise<void> {
  const wrong = await refusal(subject, { accessSecret: `${subject.account.accessSecret}-wrong` });
  const said = first.message;
  if (wrong && wrong.code === first.code && wrong.message === first.message) {
    return tell(SIGNATURE, 'refused', { said });
  }
  tell(SIGNATURE, 'accepted', { unit: subject.account.timestampUnit });
  tell(USER_ID, 'refused', { said });
}

export const doctor: AgentDoctor<PandaponAccount> = {
  hosts: (account) => [account.address],
  account: [door, listings],
};
