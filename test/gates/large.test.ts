/** A cluster too large to be read at every poll: the gate waits for the sweep, and counts are the second look. */

import { expect, it } from 'vitest';
import type { SimCluster } from '../../src/sim/index.ts';
import { play } from './rig.ts';

/** About 200 s a sweep. */
const large = { fill: (sim: SimCluster) => sim.bulk({ services: 9_000, instances: 10, name: (i) => `svc-${i}` }), contentsRate: 200_000 };

it('cannot tell before every service was compared', async () => {
  const { code, lines, seconds } = await play({ ...large, argv: ['consistent'] });
  expect(code).toBe(2);
  expect(lines).toContainEqual('unknown compared N0 its contents were not read yet');
  expect(lines).toContainEqual('unknown divergence - cannot be told before every service was compared');
  expect(seconds).toBeLessThan(100);
}, 60_000);

it('passes after one sweep and another look at the counts', async () => {
  const { code, lines, seconds } = await play({ ...large, argv: ['consistent', '--wait=15m'] });
  expect({ code, lines }).toEqual({ code: 0, lines });
  expect(seconds).toBeGreaterThan(150);
  expect(seconds).toBeLessThan(290);
}, 120_000);
