import { defineConfig } from 'vitest/config';

/** Whole migrations of real clusters, gate by gate: every step waits until an operator's script would go on. */
export default defineConfig({
  test: { include: ['test/migrations/**/*.test.ts'], fileParallelism: false, testTimeout: 1_500_000, hookTimeout: 300_000 },
});
