/** `upgraded`: every node runs the new version, and the nodes hold the same. */

import type { Gate } from './gate.ts';
import { latest } from './history.ts';
import { consistency } from './terms/consistency.ts';
import { sameVersion } from './terms/versions.ts';

export const upgraded: Gate = {
  name: 'upgraded',
  doc: 'Every node runs V (all the same version where none is given), and `consistent`.',
  flags: ['to'],
  reads: { polls: true, contents: true },
  judge: (history, { to }) => ({ terms: [...sameVersion(latest(history), to), ...consistency(history)] }),
};
