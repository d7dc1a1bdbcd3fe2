import { defineConfig } from 'vitest/config';

/** Two at a time, also on two cores, where vitest would take one: many files wait for timers and servers. */
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], exclude: ['test/real/**', 'test/long/**', 'node_modules/**'], testTimeout: 20_000, maxWorkers: 2 },
});
