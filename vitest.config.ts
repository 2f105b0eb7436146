import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

/**
 * What starts Ponbridge as real processes, and kills, freezes and restarts them: `npm run test:processes`.
 * It takes longer than all other tests together, and most of that is waiting.
 */
const PROCESSES = [
  'test/cli/**/*.test.ts',
  'test/database/embedded*.test.ts',
  'test/demo/**/*.test.ts',
  'test/fuzz/**/*.test.ts',
  'test/leases/**/*.test.ts',
  'test/log/process.test.ts',
  'test/model/**/*.test.ts',
  'test/restart/**/*.test.ts',
  'test/*/{command,store-commands,going-live,processes,walk}.test.ts',
];

export default defineConfig({
  test: {
    // For two cores: one more worker than cores, because killed processes' leases are waited for.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    // Hundreds of commands and services are started: each finds its code compiled.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/ponbridge') },
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // One PostgreSQL for all tests of a run: about half a second, also where it needs none.
    globalSetup: ['test/database-server.ts'],
    projects: [
      {
        extends: true,
        test: { name: 'inside', include: ['test/**/*.test.ts'], exclude: PROCESSES },
      },
      { extends: true, test: { name: 'processes', include: PROCESSES } },
    ],
  },
});
