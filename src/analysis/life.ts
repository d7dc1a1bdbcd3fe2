/** When each node was last seen to come up: a node that just came back is filling and must not vote yet. */

import type { ClusterSnapshot, NodeSnapshot, Reading, Liveness } from '../model.ts';
import { isUp, type Timing } from './status.ts';

export interface Life {
  readonly up: boolean;
  /** When the node was seen to start: it came back after being down or after refusing a connection, or it is new in the cluster. */
  readonly startedAt?: number;
  /** The last failed check was a refused or reset connection: the process was gone, if only for a moment. */
  readonly refused: boolean;
}

/** A node first seen this long after our own start is new in the cluster, milliseconds; before, discovery may just have found it. */
const discoveryWindow = 90_000;

export function trackLife(
  before: ReadonlyMap<string, Life>, next: ClusterSnapshot, startedAt: number, timing: Timing,
): ReadonlyMap<string, Life> {
  const known = next.at - startedAt > discoveryWindow;
  const life = new Map<string, Life>();
  for (const node of next.nodes) {
    const up = isUp(node, next.at, timing);
    if (up === undefined) continue;
    life.set(node.node, step(before.get(node.node), known, up, node, next.at));
  }
  return life;
}

function step(earlier: Life | undefined, known: boolean, up: boolean, node: NodeSnapshot, now: number): Life {
  const liveness = node.stages.liveness;
  const answered = up && liveness?.failures === 0;
  const began = earlier === undefined ? known && answered : answered && (!earlier.up || earlier.refused);
  const startedAt = began ? now : earlier?.startedAt;
  return { up, refused: answered ? false : refusedBy(liveness) || (earlier?.refused ?? false), ...(startedAt === undefined ? {} : { startedAt }) };
}

function refusedBy(liveness: Reading<Liveness> | undefined): boolean {
  return liveness?.outcome.status === 'failed' && liveness.outcome.reason === 'connect';
}
