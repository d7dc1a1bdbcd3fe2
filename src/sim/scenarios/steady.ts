/** Nothing happens. */

import { scenario } from './scenario.ts';

export const steady = scenario('steady', 'three healthy nodes, now and then an instance that restarts', () => undefined);
