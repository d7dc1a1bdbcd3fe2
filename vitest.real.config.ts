import { defineConfig } from 'vitest/config';

/**
 * Suites on real servers: one cluster of JVMs at a time, so files run one after another. The longest test restarts two
 * nodes and waits in between until a restarted one has its vote back, 90 s on 1.x.
 */
export default defineConfig({
  test: { include: ['test/real/**/*.test.ts'], fileParallelism: false, testTimeout: 480_000, hookTimeout: 300_000 },
});
