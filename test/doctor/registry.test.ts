/** Every question is answered both ways, in every way it declares. */
import { expect, test } from 'vitest';
import { fill } from '../../src/doctor/finding.ts';
import { allQuestions } from '../../src/doctor/registry.ts';
import { LAZADA_CASES } from './lazada-cases.ts';
import { MACHINE_CASES } from './machine-cases.ts';
import { PANDAPON_CASES } from './pandapon-cases.ts';
import { SHOPEE_CASES } from './shopee-cases.ts';
import { STORED_CASES } from './stored-cases.ts';

const cases = [
  ...PANDAPON_CASES,
  ...LAZADA_CASES,
  ...SHOPEE_CASES,
  ...MACHINE_CASES,
  ...STORED_CASES,
];

test('each answer of each question has a case that brings it about, and no case is of another', () => {
  const declared = allQuestions().flatMap(({ id, outcomes }) =>
    Object.keys(outcomes).map((outcome) => `${id} ${outcome}`),
  );
  const tried = new Set(cases.map(({ question, outcome }) => `${question} ${outcome}`));
  expect([...tried].sort()).toEqual(declared.sort());
});

test('each question can be answered well, and in another way', () => {
  for (const { id, outcomes } of allQuestions()) {
    const verdicts = Object.values(outcomes).map((outcome) => outcome.verdict);
    expect(verdicts, id).toContain('pass');
    expect(
      verdicts.some((verdict) => verdict !== 'pass'),
      id,
    ).toBe(true);
  }
});

test('what is not well says what to do or what it needs, and nothing else does', () => {
  for (const { id, outcomes } of allQuestions()) {
    for (const [name, { verdict, remedy, needs }] of Object.entries(outcomes)) {
      const place = `${id} ${name}`;
      expect(remedy !== undefined, place).toBe(verdict === 'warn' || verdict === 'fail');
      expect(needs !== undefined, place).toBe(verdict === 'unknown');
    }
  }
});

test('ids are different, and name whom they ask', () => {
  const ids = allQuestions().map((question) => question.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) {
    expect(id).toMatch(/^(machine|host|account|app|store|pandapon|lazada|shopee)\/[a-z-]+$/);
  }
});

test('a text with a hole in it is a defect', () => {
  expect(fill('set it to {value}', { value: 3 })).toBe('set it to 3');
  expect(() => fill('set it to {value}', {})).toThrow('needs the value value');
});
