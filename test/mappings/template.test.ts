import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fillTemplate, parseTemplate, templateNames } from '../../mappings/template.ts';

test('names are listed once each, in order of appearance', () => {
  expect(templateNames('{store}-{order}-{store}')).toEqual(['store', 'order']);
  expect(templateNames('no names')).toEqual([]);
});

test('values take the place of names', () => {
  expect(fillTemplate('{store}-{order}!', { store: 'sg1', order: '42' })).toBe('sg1-42!');
});

test('a value is put in as it is, even when it looks like a name', () => {
  expect(fillTemplate('{order}', { order: '{store}$&', store: 'x' })).toBe('{store}$&');
});

test('doubled braces are literal braces', () => {
  expect(fillTemplate('{{{order}}}', { order: '42' })).toBe('{42}');
  expect(templateNames('{{order}}')).toEqual([]);
});

test.each([
  ['{order', '"{" at character 1 has no partner'],
  ['order}', '"}" at character 6 has no partner'],
  ['a{}b', '"{}" holds no name'],
  ['{ order }', '"{ order }" holds no name'],
])('%s is refused', (text, error) => {
  expect(parseTemplate(text)).toMatchObject({ ok: false, error: expect.stringContaining(error) });
  expect(() => templateNames(text)).toThrow(SyntaxError);
});

test('a name without a value is an error, also one that every object has', () => {
  expect(() => fillTemplate('{order}', {})).toThrow('{order} has no value');
  expect(() => fillTemplate('{constructor}', {})).toThrow('{constructor} has no value');
});

test('any text survives when its braces are doubled', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('{', '}', 'a', '商') }), (text) => {
      expect(fillTemplate(text.replaceAll('{', '{{').replaceAll('}', '}}'), {})).toBe(text);
    }),
  );
});
