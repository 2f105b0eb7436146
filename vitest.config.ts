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
    sequence: { sequencer: LongestFirst },
    // Hundreds of commands and services are started: each finds its code compiled.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/ponbridge') },
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
