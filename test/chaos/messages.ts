/**
 * What goes wrong with pushes and callbacks: sent several times, in another order, much too late, or not
 * at all. The way they go wrong changes each second, by draws from the seed.
 * @module
 */
import type { LazadaSandbox } from '../../connectors/lazada/sandbox/index.ts';
import type { PandaponSandbox } from '../../connectors/pandapon/sandbox/index.ts';
import type { ShopeeSandbox } from '../../connectors/shopee/sandbox/index.ts';
import { type FaultPlan, type MessageFault, messageFaultOf, type System } from './faults.ts';

const CHANGE_EVERY_MS = 1_000;
/** "Hours late" at this run's pace: long after the order's next steps. */
const LATE_MS = 20_000;

interface Behaviour {
  readonly copies: number;
  readonly delayMs: number;
  readonly shuffle: boolean;
  readonly drop: boolean;
}

const WELL: Behaviour = { copies: 1, delayMs: 0, shuffle: false, drop: false };
const BEHAVIOURS: Readonly<Record<MessageFault, Behaviour>> = {
  'messages-twice': { copies: 3, delayMs: 0, shuffle: false, drop: false },
  'messages-shuffled': { copies: 2, delayMs: 600, shuffle: true, drop: false },
  'messages-late': { copies: 1, delayMs: LATE_MS, shuffle: false, drop: false },
  'messages-lost': { copies: 1, delayMs: 0, shuffle: false, drop: true },
};

export interface Messengers {
  readonly lazada: LazadaSandbox;
  readonly shopee: ShopeeSandbox;
  readonly pandapon: PandaponSandbox;
}

/** @param count told of every second in which messages of one system go wrong in one way */
export function disturbMessages(
  plan: FaultPlan,
  { lazada, shopee, pandapon }: Messengers,
  count: (kind: string) => void,
): { stop(): void } {
  let turns = 0;
  const timer = setInterval(() => {
    turns += 1;
    const way = (system: System): Behaviour => {
      const fault = messageFaultOf(plan, system, turns);
      if (fault === undefined) return WELL;
      count(`${fault} (seconds)`);
      return BEHAVIOURS[fault];
    };
    const ofLazada = way('lazada');
    lazada.setPushBehaviour({ ...ofLazada, drop: ofLazada.drop ? 1 : 0 });
    shopee.setPushBehaviour(way('shopee'));
    const { delayMs, ...ofPandapon } = way('pandapon');
    pandapon.setCallbackBehaviour({ ...ofPandapon, delayMs: ofPandapon.shuffle ? 0 : delayMs });
  }, CHANGE_EVERY_MS);
  return { stop: () => clearInterval(timer) };
}
