import fc from 'fast-check';
import { expect, test } from 'vitest';
import { guardFormula, guardText, unguarded } from '../../mappings/spreadsheet-text.ts';

/** Texts that a spreadsheet or the guard itself could mistake are frequent here. */
const oddText = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }),
  fc.string({
    unit: fc.constantFrom('=', '"', '+', '-', '0', '1', 'A', ',', '\n', '\r'),
    maxLength: 8,
  }),
);

test('every text comes back as it was, whether it was guarded or not', () => {
  fc.assert(
    fc.property(oddText, (text) => {
      expect(unguarded(guardText(text))).toBe(text);
      expect(unguarded(guardFormula(text))).toBe(text);
    }),
    { numRuns: 2_000 },
  );
});

test.each(['=SUM(1)', '+1', '-1', '@x', '="x"', '\tA', '\r=1'])('%j is never computed', (text) => {
  expect(guardFormula(text)).toBe(`="${text.replaceAll('"', '""')}"`);
});

test.each(['600126245031041190', '00123', '1E5', '3-4', '2026/1/2', 'MAR-1', '1-mar', 'true'])(
  '%s is kept from being read as a number or a date, in a file for a spreadsheet only',
  (text) => {
    expect(guardText(text)).toBe(`="${text}"`);
    expect(guardFormula(text)).toBe(text);
  },
);

test.each(['MUG-RED', 'TB-1-2-1250', '5016', '0', '马克杯', 'MARBLE-1'])(
  '%s needs no guard',
  (text) => {
    expect(guardText(text)).toBe(text);
  },
);
