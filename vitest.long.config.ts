import { defineConfig } from 'vitest/config';

/**
 * What takes too long for every change: whole migrations of real clusters, gate by gate, where each step waits until an
 * operator's script would go on; a storm of heartbeats; the canary on another version.
 */
export default defineConfig({
  test: { include: ['test/long/**/*.test.ts'], fileParallelism: false, testTimeout: 1_500_000, hookTimeout: 300_000 },
});
