import { defineConfig } from 'vitest/config';

/** The longest test restarts two nodes and waits in between until a restarted one has its vote back, 90 s on 1.x. */
const timeouts = { testTimeout: 480_000, hookTimeout: 300_000 };
/** One node each, and most of the time they wait for a timer of the server's. */
const single = 'test/real/least-privilege-*.test.ts';

/** Suites on real servers, never more than three nodes at once: first those with one node, then one cluster after another. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'single nodes', include: [single], maxWorkers: 3, sequence: { groupOrder: 0 }, ...timeouts } },
      { test: { name: 'clusters', include: ['test/real/**/*.test.ts'], exclude: [single], maxWorkers: 1, sequence: { groupOrder: 1 }, ...timeouts } },
    ],
  },
});
