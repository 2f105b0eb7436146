import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readTime, writeTime } from '../../connectors/lazada/times.ts';
import { COUNTRIES } from '../../connectors/lazada/ventures.ts';

test.each([
  ['2021-05-25 14:02:38 +0700', '2021-05-25T07:02:38.000Z'],
  ['2018-02-09T22:44:30+08:00', '2018-02-09T14:44:30.000Z'],
  ['2018-02-09T22:44:30Z', '2018-02-09T22:44:30.000Z'],
  ['1413786247000', '2014-10-20T06:24:07.000Z'],
  [1697193374592, '2023-10-13T10:36:14.592Z'],
])('%s is %s', (wire, iso) => {
  expect(readTime(wire, 'vn')?.toISOString()).toBe(iso);
});

test('a moment without an offset is local to the venture', () => {
  expect(readTime('2017-03-24 16:09:22', 'sg')?.toISOString()).toBe('2017-03-24T08:09:22.000Z');
  expect(readTime('2017-03-24 16:09:22', 'th')?.toISOString()).toBe('2017-03-24T09:09:22.000Z');
});

test.each([[''], ['null'], [null], [undefined]])('%s is absent', (wire) => {
  expect(readTime(wire, 'sg')).toBeUndefined();
});

test.each([['s'], ['2018-02-09'], ['20180209'], ['1603698638'], ['2018-13-09T00:00:00Z'], [{}]])(
  '%s is refused',
  (wire) => {
    expect(() => readTime(wire, 'sg')).toThrow(RangeError);
  },
);

test('what is written in a venture is read back to the second', () => {
  const moments = fc.date({
    min: new Date('2012-01-01'),
    max: new Date('2100-01-01'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(moments, fc.constantFrom(...COUNTRIES), (moment, country) => {
      const text = writeTime(moment, country);
      expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[78]:00$/);
      expect(readTime(text, country)?.getTime()).toBe(Math.floor(moment.getTime() / 1000) * 1000);
    }),
  );
});
