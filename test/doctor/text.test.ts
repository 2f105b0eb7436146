/** How findings are shown, of one store and of a thousand. */
import { expect, test } from 'vitest';
import type { Finding } from '../../src/doctor/finding.ts';
import { reportText } from '../../src/doctor/report.ts';
import { findingsText } from '../../src/doctor/text.ts';

const passes = (name: string): Finding => ({
  subject: { kind: 'store', name },
  question: 'store/pull',
  asks: 'Are orders pulled?',
  outcome: 'recent',
  verdict: 'pass',
  found: 'last with success a moment ago',
});

const fails = (name: string, question = 'store/consent'): Finding => ({
  ...passes(name),
  question,
  asks: "Is there a seller's consent?",
  outcome: 'ended',
  verdict: 'fail',
  found: 'ended | yesterday',
  remedy: 'Connect it again.',
});

test('the remedy stands beneath the finding, once for all questions that share it', () => {
  const text = findingsText([passes('tea'), fails('tea'), fails('tea', 'store/renewal')]);
  expect(text).toMatch(/pass +tea +Are orders pulled\? +last with success a moment ago/);
  expect(text.match(/Connect it again/g)).toHaveLength(1);
  expect(text).toContain('FAIL store/consent, store/renewal (tea): Connect it again.');
  expect(text).toMatch(/3 questions: 1 pass, 0 warn, 2 fail, 0 unknown yet\.$/);
});

test('stores that found the same share a row when there are many', () => {
  const stores = Array.from({ length: 1_000 }, (_each, index) => `tea-${index}`);
  const text = findingsText([...stores.map(passes), fails('tea-7')]);
  expect(text.split('\n').length).toBeLessThan(10);
  expect(text).toContain('tea-0, tea-1, tea-2 and 997 more');
  expect(text).toContain('FAIL store/consent (tea-7): Connect it again.');
});

test('where they found it at different times, one stands as an example, and advice names no store', () => {
  const stores = Array.from({ length: 20 }, (_each, index) => `tea-${index}`);
  const each = (name: string): Finding => ({
    ...fails(name),
    found: `ended for ${name}`,
    remedy: `ponbridge connect ${name}`,
  });
  const text = findingsText(stores.map(each));
  expect(text).toContain('such as: ended for <store>');
  expect(text).toContain('ponbridge connect <store>');
});

test('the report is a table that no finding breaks', () => {
  const head = { version: '1.0.0', node: '24', platform: 'linux x64', at: new Date(0) };
  const text = reportText([fails('tea')], head);
  expect(text).toContain('1 questions: 0 pass, 0 warn, 1 fail');
  expect(text).toContain('| ended \\| yesterday | Connect it again. |');
});
