/** What can go wrong with one spending call, and what of it is certain. */
import type { SendWindow } from '../../connectors/call.ts';
import type { Fault } from '../../connectors/sandbox.ts';

/** The caller's time-out in these tests, and an effect that comes after it. Milliseconds. */
export const TIMEOUT_MS = 300;
const AFTER_TIMEOUT_MS = 600;

interface SpendFault {
  readonly name: string;
  readonly fault: Fault;
  /** Whether the other side did what it was asked. The caller cannot know. */
  readonly happened: boolean;
}

/** NOBODY_KNOWS is a code that nobody documented, so it proves nothing. */
export const spendFaults: readonly SpendFault[] = [
  { name: 'the answer is lost', fault: { kind: 'lose-answer' }, happened: true },
  { name: 'the answer is cut', fault: { kind: 'cut' }, happened: true },
  {
    name: 'a gateway answers 502 after the effect',
    fault: { kind: 'html-after', status: 502 },
    happened: true,
  },
  {
    name: 'an undocumented error comes after the effect',
    fault: { kind: 'error-after', code: 'NOBODY_KNOWS', message: 'says nobody' },
    happened: true,
  },
  {
    name: 'the effect comes after the time-out',
    fault: { kind: 'late-effect', ms: AFTER_TIMEOUT_MS },
    happened: true,
  },
  { name: 'the connection is reset', fault: { kind: 'reset' }, happened: false },
  { name: 'a gateway answers 502', fault: { kind: 'html', status: 502 }, happened: false },
  { name: 'too many calls', fault: { kind: 'throttle', seconds: 1 }, happened: false },
  {
    name: 'an undocumented error comes',
    fault: { kind: 'error', code: 'NOBODY_KNOWS', message: 'says nobody' },
    happened: false,
  },
];

/** A window that is open now. */
export function openWindow(): SendWindow {
  const now = Date.now();
  return { signedAt: new Date(now), sendBefore: new Date(now + 60_000) };
}

/** A window whose time to send has passed: its process slept. */
export function passedWindow(): SendWindow {
  const now = Date.now();
  return { signedAt: new Date(now - 20_000), sendBefore: new Date(now - 10_000) };
}

/** The error a promise fails with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it succeeded');
}
