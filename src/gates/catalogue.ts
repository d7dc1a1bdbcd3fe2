/** Every gate, in the order in which a migration meets them. */

import { consistent } from './consistent.ts';
import { doubleWriteOff } from './double-write-off.ts';
import type { Gate } from './gate.ts';
import { gone } from './gone.ts';
import { joined } from './joined.ts';
import { listed } from './listed.ts';
import { nodeBack } from './node-back.ts';
import { readyToCloseDoubleWrite } from './ready-to-close-double-write.ts';
import { readyToRollBack } from './ready-to-roll-back.ts';
import { readyToUpgrade } from './ready-to-upgrade.ts';
import { removable } from './removable.ts';
import { removed } from './removed.ts';
import { restored } from './restored.ts';
import { safeToStop } from './safe-to-stop.ts';
import { upgraded } from './upgraded.ts';

export const gates: readonly Gate[] = [
  consistent, readyToUpgrade, safeToStop, nodeBack, readyToCloseDoubleWrite, doubleWriteOff, upgraded, listed, joined, removable, removed, gone,
  readyToRollBack, restored,
];

export const gateNamed = (name: string): Gate | undefined => gates.find((gate) => gate.name === name || gate.aliases?.includes(name) === true);
