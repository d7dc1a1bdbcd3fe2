/** Nacos 2.2-2.5: 1.x's store is gone, so operator/metrics is cheap (O(clients)). All v1 paths still answer. */

import type { Dialect } from './dialect.ts';
import { v20 } from './v2-0.ts';

export const v22: Dialect = { ...v20, api: 'v2.2', contentsBase: 'one', slowMetrics: false };
