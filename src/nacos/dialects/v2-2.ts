/** Nacos 2.2-2.5: 1.x's store is gone, so operator/metrics is cheap (O(clients)). All v1 paths still answer. */

import { clientBeatSource } from './beats.ts';
import type { Dialect } from './dialect.ts';
import { v20 } from './v2-0.ts';

/** The old store is gone, and with it the endpoint that compared the two. */
const { upgrade: _, ...withoutOldStore } = v20;

export const v22: Dialect = { ...withoutOldStore, api: 'v2.2', beats: clientBeatSource('/v2/ns/client'), contentsBase: 'one', slowMetrics: false };
