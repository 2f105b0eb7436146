/** Which inputs a block holds: the same seed and block give the same inputs about the same facts. */
import fc from 'fast-check';
import { strayCallbacks, tokenedCallbacks } from './callbacks.ts';
import { strayConsents } from './consents.ts';
import type { Facts } from './facts.ts';
import { type Input, mixed } from './inputs.ts';
import { heavyBodies, otherPaths, pages } from './paths.ts';
import { forgedPushes, signedPushes } from './pushes.ts';
import { reachInputs } from './reach.ts';
import { type Return, ROUND, returnRound } from './return-cases.ts';
import { wireInputs } from './wire.ts';

export type BlockKind = 'unverified' | 'verified';

/** Three of five blocks hold what must change nothing at all. */
export function kindOf(block: number): BlockKind {
  return block % 5 === 1 || block % 5 === 3 ? 'verified' : 'unverified';
}

export function planner(seed: number, facts: Facts) {
  const kinds: Readonly<Record<BlockKind, fc.Arbitrary<Input>>> = {
    unverified: fc.oneof(
      { weight: 50, arbitrary: forgedPushes(facts) },
      { weight: 18, arbitrary: strayCallbacks(facts) },
      { weight: 12, arbitrary: otherPaths() },
      { weight: 6, arbitrary: pages() },
      { weight: 14, arbitrary: strayConsents(facts) },
      { weight: 4, arbitrary: reachInputs(facts) },
      { weight: 12, arbitrary: wireInputs(facts) },
      { weight: 2, arbitrary: heavyBodies(facts) },
    ),
    verified: fc.oneof(
      { weight: 3, arbitrary: signedPushes(facts) },
      { weight: 2, arbitrary: tokenedCallbacks(facts) },
    ),
  };
  const callbacks = tokenedCallbacks(facts);
  const sample = <T>(arbitrary: fc.Arbitrary<T>, size: number, ...parts: (string | number)[]) =>
    fc.sample(arbitrary, { seed: mixed(seed, ...parts), numRuns: size });
  return {
    block: (number: number, size: number): Input[] =>
      sample(kinds[kindOf(number)], size, 'block', number),
    flood: (number: number, size: number): Input[] => sample(callbacks, size, 'flood', number),
    returns: (size: number): Return[] =>
      sample(returnRound(), Math.ceil(size / ROUND), 'returns')
        .flat()
        .slice(0, size),
  };
}
