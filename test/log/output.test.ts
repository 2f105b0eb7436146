/** A log that cannot be written costs lines, never the work: the output alone, with a file that refuses. */
import { expect, test, vi } from 'vitest';
import { openLog } from '../../src/log.ts';
import { type LogOutputOptions, lostLines, openLogOutput } from '../../src/log-output.ts';

/** A file on a disk that is full, or not, as told. */
function disk() {
  const state = { full: false, room: Number.POSITIVE_INFINITY, text: '', code: 'ENOSPC' };
  const put: LogOutputOptions['put'] = (bytes) => {
    if (state.full || state.room === 0) throw Object.assign(new Error('no'), { code: state.code });
    const taken = Math.min(bytes.length, state.room);
    state.room -= taken;
    state.text += bytes.subarray(0, taken).toString();
    return taken;
  };
  return { state, put };
}

function lines(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\n`);
}

test('what does not fit is lost and counted, what waits is written when there is room again', async () => {
  const { state, put } = disk();
  const broken: string[] = [];
  const lost: [number, string][] = [];
  const before = lostLines();
  const output = openLogOutput({
    put,
    most: 20,
    onBroken: (why) => broken.push(why),
    onLost: (...args) => lost.push(args),
  });
  output.write('line 1\n');
  state.full = true;
  for (const line of lines(2, 9)) output.write(line);
  expect(state.text).toBe('line 1\n');
  expect(broken).toEqual(['ENOSPC']);
  expect(lostLines() - before).toBe(6);
  state.full = false;
  await vi.waitFor(() => expect(state.text).toBe(lines(1, 3).join('')));
  expect(lost).toEqual([[6, 'ENOSPC']]);
  output.write('line 10\n');
  expect(state.text).toBe([...lines(1, 3), 'line 10\n'].join(''));
});

test('a line that was cut is gone on with where it was cut', async () => {
  const { state, put } = disk();
  state.room = 3;
  const output = openLogOutput({ put, onBroken() {} });
  output.write('line 1\n');
  expect(state.text).toBe('lin');
  state.room = 100;
  await vi.waitFor(() => expect(state.text).toBe('line 1\n'));
});

test('a slow reader is nothing to tell about until lines are lost', () => {
  const { state, put } = disk();
  const broken: string[] = [];
  Object.assign(state, { full: true, code: 'EAGAIN' });
  const output = openLogOutput({ put, most: 14, onBroken: (why) => broken.push(why) });
  for (const line of lines(1, 2)) output.write(line);
  expect(broken).toEqual([]);
  for (const line of lines(3, 5)) output.write(line);
  expect(broken).toEqual(['nobody reads it']);
});

test('a last chance at the end takes no longer than it may', () => {
  const { state, put } = disk();
  state.full = true;
  const output = openLogOutput({ put, onBroken() {} });
  output.write('line 1\n');
  const began = performance.now();
  output.flush(60);
  expect(performance.now() - began).toBeLessThan(1_000);
  state.full = false;
  output.flush(60);
  expect(state.text).toBe('line 1\n');
});

test('the log itself says how many lines are missing, where they are missing', async () => {
  const { state, put } = disk();
  const log = openLog({ logLevel: 'info' }, { put, most: 200, onBroken() {} });
  log.info('first');
  state.full = true;
  for (let count = 0; count < 10; count += 1) log.info('during');
  state.full = false;
  await vi.waitFor(() => expect(state.text).toContain('log lines were lost'));
  const told = state.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(told.at(-1)).toMatchObject({ msg: 'log lines were lost', why: 'ENOSPC' });
  expect(told.length - 2 + told.at(-1).lines).toBe(10);
});
