import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One PostgreSQL for all tests: about half a second, also where a run needs none.
    globalSetup: ['test/database-server.ts'],
    // For two cores: one more worker than cores, because killed processes' leases are waited for.
    maxWorkers: 3,
    // A worker for each of 250 files would load the whole service 250 times.
    isolate: false,
    sequence: { sequencer: LongestFirst },
    // Hundreds of commands and services are started: each finds its code compiled.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/ponbridge') },
    expect: { poll: { timeout: 10_000 } },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
