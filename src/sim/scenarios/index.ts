/** All scenarios, the default first. */

import { frozenNode } from './frozen-node.ts';
import { laggingNode } from './lagging-node.ts';
import { massDeregistration } from './mass-deregistration.ts';
import { nodeDown } from './node-down.ts';
import { ownershipRemap } from './ownership-remap.ts';
import { rollingUpgrade } from './rolling-upgrade.ts';
import type { Scenario } from './scenario.ts';
import { steady } from './steady.ts';

export const scenarios: readonly Scenario[] = [steady, laggingNode, frozenNode, nodeDown, massDeregistration, rollingUpgrade, ownershipRemap];

export function scenarioNamed(name: string): Scenario | undefined {
  return scenarios.find((scenario) => scenario.name === name);
}
