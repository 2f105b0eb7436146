/**
 * The order of the test files. The longest wait for leases and restarts more than they compute: begun
 * first, they do so beside the others, instead of alone at the end.
 * @module
 */
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Seconds on two cores, where a file or folder takes more than ten; measured, and only the order matters. */
const SECONDS: Readonly<Record<string, number>> = {
  'test/restart/': 60,
  'test/leases/takeover': 49,
  'test/reload/processes': 32,
  'test/cli/': 27,
  'test/database/embedded': 25,
  'test/stages/': 24,
  'test/fuzz/': 19,
  'test/log/': 18,
  'test/demo/': 17,
  'test/leases/': 14,
  'test/guarantees/': 13,
  'test/init/': 11,
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((a, b) => secondsOf(b) - secondsOf(a));
  }
}

function secondsOf({ moduleId }: TestSpecification): number {
  const place = Object.keys(SECONDS).find((each) => moduleId.includes(`/${each}`));
  return place === undefined ? 0 : (SECONDS[place] ?? 0);
}
