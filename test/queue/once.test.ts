/** Which waiting jobs stand for one another: one too few loses a change, one too many only costs a look. */
import { expect, test } from 'vitest';
import type { Db } from '../../src/database/connect.ts';
import { onceKey } from '../../src/queue.ts';

const outside = { isTransaction: false } as Db;
const inside = { isTransaction: true } as Db;

test('outside a transaction a second job for an order adds nothing', () => {
  const key = () => onceKey('order', { id: '7', by: 'listing' }, undefined, outside);
  expect(key()).toBe(key());
});

test("a job that waits never stands for a transaction's changes, which it may not see", () => {
  const key = () => onceKey('order', { id: '7', by: 'pull' }, undefined, inside);
  expect(key()).not.toBe(key());
});

test('a job for later stands for no other time, and not for one that is due now', () => {
  const now = onceKey('order', { id: '7' }, undefined, outside);
  const at = (ms: number) => onceKey('order', { id: '7' }, new Date(ms), outside);
  expect(new Set([now, at(1_000), at(2_000)]).size).toBe(3);
});

test('a hint to ask the agent is kept beside one that does not ask', () => {
  const plain = onceKey('order', { id: '7' }, undefined, outside);
  expect(onceKey('order', { id: '7', look: 'agent' }, undefined, outside)).not.toBe(plain);
});
