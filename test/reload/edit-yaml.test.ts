import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editYaml } from '../../src/edit-yaml.ts';

const MODE = { path: ['purchase', 'mode'], value: 'auto' };
const CAP = { path: ['purchase', 'dailyCap'], value: '2000.00' };
const PAY = { path: ['purchase', 'pay', 'auto'], value: true };
const PAUSED = { path: ['paused'], value: true };

const FILE = `# one shop
sellerId: 0712345678901234567 # leading zero
ids: [600126245031041190, 5016e3, 1.50]

purchase: # how it buys
  # ask first
  mode: 'manual'   # since June
  delay:    2h
  pay: { auto: false } # by hand
tracking: { leg: agent }
`;

test('only the values change, every other character stays', () => {
  expect(editYaml(FILE, [MODE, CAP, PAY, PAUSED])).toBe(`# one shop
sellerId: 0712345678901234567 # leading zero
paused: true
ids: [600126245031041190, 5016e3, 1.50]

purchase: # how it buys
  # ask first
  mode: auto   # since June
  dailyCap: "2000.00"
  delay:    2h
  pay: { auto: true } # by hand
tracking: { leg: agent }
`);
});

test('what stands already, or a switch that is off by default, changes nothing', () => {
  const off = { path: ['paused'], value: false };
  const manual = { path: ['purchase', 'mode'], value: 'manual' };
  expect(editYaml(FILE, [off, manual])).toBe(FILE);
});

describe('however the file is built', () => {
  for (const [name, text] of [
    ['without the section', 'a: 1\n'],
    ['without a last line end', 'a: 1'],
    ['with an empty section', 'a: 1\npurchase:\nb: 2\n'],
    ['with an empty flow map', 'purchase: {}\na: 1\n'],
    ['with a flow map', 'purchase: { mode: off, pay: {} } # x\n'],
    ['with a flow map on several lines', 'purchase: {\n  mode: off,\n  delay: 2h\n}\n'],
    ['with a section that begins with a map', 'purchase:\n  pay:\n    auto: false\n  delay: 1h\n'],
    ['with a list first', 'lines:\n  - links: both\npurchase:\n    delay: 1h\n'],
    ['with Windows line ends', 'a: 1\r\npurchase:\r\n  mode: off\r\n'],
    ['with an anchor', 'base: &base { delay: 1h }\npurchase: *base\n'],
    ['with nothing', ''],
  ] as const) {
    test(name, () => {
      const before = parse(text) ?? {};
      const after = parse(editYaml(text, [MODE, CAP, PAY, PAUSED]));
      expect(after).toMatchObject({
        paused: true,
        purchase: { mode: 'auto', dailyCap: '2000.00', pay: { auto: true } },
      });
      const { purchase: _one, ...rest } = before;
      expect(after).toMatchObject(rest);
    });
  }
});

test('a file that has to be written anew keeps its ids and comments', () => {
  const text = '# top\nids: [600126245031041190, 0712]\npurchase: # empty\n';
  const after = editYaml(text, [MODE]);
  expect(after).toContain('# top');
  expect(parse(after).ids.map(String)).toEqual(['600126245031041190', '0712']);
});
