/** Chance that repeats: what is drawn depends on the seed and on what it is drawn for, never on the time. */
import { createHash } from 'node:crypto';

/** A number from 0 to below 1. */
export function draw(seed: string, ...of: readonly (string | number)[]): number {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...of]))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

/** A number from `least` to below `most`. */
export function drawBetween(
  least: number,
  most: number,
  seed: string,
  ...of: readonly (string | number)[]
): number {
  return least + draw(seed, ...of) * (most - least);
}

/** One of `choices` by their weights, which need not add up to 1. */
export function drawOne<T extends string>(
  choices: Readonly<Partial<Record<T, number>>>,
  seed: string,
  ...of: readonly (string | number)[]
): T {
  const entries = Object.entries(choices) as [T, number][];
  const sum = entries.reduce((total, [, weight]) => total + weight, 0);
  let left = draw(seed, ...of) * sum;
  for (const [name, weight] of entries) {
    left -= weight;
    if (left < 0) return name;
  }
  throw new Error('nothing to draw from');
}
