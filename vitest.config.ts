import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // One PostgreSQL for all tests: about half a second, also where a run needs none.
    globalSetup: ['test/database-server.ts'],
    // Two cores: more workers than cores only make every test slower.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
