/** `node-back`: a node that was started is a full member again. */

import type { Gate } from './gate.ts';
import { isBack } from './terms/return.ts';

export const nodeBack: Gate = {
  name: 'node-back',
  doc: 'NODE is UP in all views and ready for at least 60 s, its counts and contents equal those of the others (its V1 store while versions are mixed), and the dip is over.',
  takesNode: true,
  flags: ['version', 'before'],
  reads: { polls: true, contents: true, upgrade: true },
  judge: isBack,
};
