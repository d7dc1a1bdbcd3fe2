/** One row of a gate's table: a scripted cluster, the answer, and the words that have to be in it. */

import type { SimCluster } from '../../src/sim/index.ts';
import type { Scene } from './rig.ts';

export interface Case extends Scene {
  readonly name: string;
  readonly code: 0 | 1 | 2;
  /** Each matches one line, `state term node detail` with `N0` for the first node. */
  readonly says: readonly RegExp[];
  /** What `--before` names was taken of the cluster before the script. */
  readonly comparesBefore?: true;
  readonly warns?: RegExp;
  readonly notes?: RegExp;
  /** So many seconds it takes at least, and at most. */
  readonly takes?: readonly [number, number];
}

/** A step of the script while the gate looks on. */
export function later(sim: SimCluster, ms: number, step: () => void): void {
  sim.clock.at(sim.clock.now() + ms, step);
}

export const closed3x = { versions: ['3.1.0', '3.1.0', '3.1.0'], cluster: { auth: { username: 'u', password: 'p', adminOnly: true } } } as const;
export const three = (version: string): readonly string[] => [version, version, version];
/** `upgrade/ops/metrics` of a node says this instead. */
export function saysStores(sim: SimCluster, node: number, numbers: Readonly<Record<string, unknown>>): void {
  const body = {
    upgraded: true, isAll20XVersion: true, isDoubleWriteEnabled: true, doubleWriteDelayTaskCount: 0, serviceCountV1: 50, instanceCountV1: 230, serviceCountV2: 50,
    instanceCountV2: 230, 'service.V1.not.in.V2': '', 'service.V2.not.in.V1': '', ...numbers,
  };
  sim.node(node).fault({ kind: 'body', body: JSON.stringify(body), path: '/v1/ns/upgrade/ops/metrics' });
}
