/** `consistent`: the nodes hold the same. */

import type { Gate } from './gate.ts';
import { consistency } from './terms/consistency.ts';

export const consistent: Gate = {
  name: 'consistent',
  doc: 'No confirmed divergence in any namespace, and no node joining.',
  reads: { polls: true, contents: true },
  judge: (history) => ({ terms: consistency(history) }),
};
