/** One spending call as the world meets it: when it leaves, what comes of it, what is heard of it. */
import type { SendWindow } from '../../connectors/call.ts';
import { NotSent, Rejected, Unauthorized, Unknown } from '../../connectors/errors.ts';
import type { Fate, SpendKind } from './fates.ts';
import { type Looks, looksUntilNow } from './looks.ts';
import type { Process } from './process.ts';
import { CALL_TIMEOUT, REQUEST_LIFE, SECOND, SIGNATURE_WINDOW } from './times.ts';
import type { Call, World } from './world.ts';

export interface Spending<T> {
  readonly kind: SpendKind;
  readonly subject: string;
  readonly window: SendWindow;
  readonly amountFen?: number;
  /**
   * What must be true at the moment it is sent, by what was read until it was begun; breaches are told to
   * the world.
   */
  readonly watch: (looks: Looks) => Promise<void> | void;
  /** Takes effect; may be later than the call. */
  readonly effect: (fate: Fate) => T;
  /** Marketplaces say "already" or refuse; here it only changes the answer, the effect counts. */
  readonly longestDelay: number;
}

export async function spendCall<T>(
  world: World,
  process: Process,
  spending: Spending<T>,
): Promise<T> {
  const { kind, subject, window } = spending;
  const { clock } = world;
  const fate = world.takeFate(kind);
  const detail = { system: 'model', operation: kind };
  const looks = looksUntilNow(world);
  if (fate === 'hang-before') await process.sleep();
  if (clock.at > window.sendBefore.getTime()) throw new NotSent('its time had passed', detail);
  if (fate === 'not-sent') throw new NotSent('no connection', detail);
  if (fate === 'unauthorized') throw new Unauthorized('the token is refused', detail);
  if (fate === 'crash-before') {
    await process.kill();
    return process.never();
  }

  world.settle();
  await spending.watch(looks);
  const sentAt = clock.at;
  const call: Call = {
    kind,
    subject,
    signedAt: window.signedAt.getTime(),
    fate,
    isProvenVoid: false,
    tookEffect: false,
    amountFen: spending.amountFen ?? 0,
  };
  world.calls.push(call);
  const takeEffect = () => {
    call.tookEffect = true;
    return spending.effect(fate);
  };
  const unknown = (message: string, code?: string) => new Unknown(message, { ...detail, code });
  const later = (ms: number) => {
    // A request that is accepted at the end of its window may live a little longer.
    const latest = window.signedAt.getTime() + SIGNATURE_WINDOW + REQUEST_LIFE;
    const at = Math.min(sentAt + Math.min(ms, spending.longestDelay), latest);
    world.pending.push({ at, run: () => void takeEffect() });
  };

  switch (fate) {
    case 'lost-before':
      throw unknown('no answer');
    case 'code-before':
      throw unknown('error 5001', '5001');
    case 'rejected':
      call.isProvenVoid = true;
      throw new Rejected('refused', { ...detail, code: '4001' });
    case 'late-short':
      later(18 * SECOND);
      throw unknown('no answer');
    case 'late-long':
      later(10 * 60 * SECOND);
      throw unknown('no answer');
    case 'crash-late':
      later(10 * 60 * SECOND);
      await process.kill();
      return process.never();
    default:
  }
  const result = takeEffect();
  switch (fate) {
    case 'lost-after':
    case 'unseen-lost':
      throw unknown('no answer');
    case 'code-after':
      throw unknown('error 5002', '5002');
    case 'crash-after':
      await process.kill();
      return process.never();
    case 'hang-after':
      await process.sleep();
      if (clock.at > sentAt + CALL_TIMEOUT) throw unknown('no answer in time');
      return result;
    default:
      return result;
  }
}
