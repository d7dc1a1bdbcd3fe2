/** What a labelled scenario is. Its script moves the simulated cluster; what is right to say of it, the truth computes. */

import type { ClusterOptions, SimCluster } from '../../src/sim/index.ts';
import type { ConfigChanges } from '../poller/harness.ts';

export interface Scenario {
  readonly name: string;
  /** What happens, one line. */
  readonly what: string;
  /** One version a node. */
  readonly versions: readonly string[];
  /** Of the simulator's random numbers. */
  readonly seed: number;
  readonly seconds: number;
  /** Plants the script: called once, before time runs. */
  readonly script: (sim: SimCluster) => void;
  /** Whether anything here has to be confirmed: guards against a script that does nothing. */
  readonly labels: 'some' | 'none';
  readonly fill?: (sim: SimCluster) => void;
  readonly cluster?: Omit<ClusterOptions, 'versions' | 'clock' | 'seed'>;
  readonly config?: ConfigChanges;
  /** Seconds at which ownership moves otherwise than by a node's start or end. */
  readonly remaps?: readonly number[];
  /** Nodes that have no vote, from a second on: a switch stops their counts, they stand still, or their counts cannot be read. */
  readonly mute?: readonly (readonly [number, number])[];
  /** Time that a change needs to reach the nodes, milliseconds; 0 unless told. */
  readonly lagMs?: number;
  /** Nodes that do not answer although they run: node, and seconds from and to. */
  readonly hidden?: readonly (readonly [number, number, number])[];
  /** Nothing but polls reads the service while it heals: a verdict ends with exactly two agreeing ones. */
  readonly healsAtPolls?: boolean;
  /** Seconds between looks at truth and detector; 1 unless told, more where the cluster is large. */
  readonly everySeconds?: number;
  /** Not even suspected at any poll. */
  readonly neverSuspected?: boolean;
  /** What comes back keeps its beginning: since then it is listed, from and to, seconds. */
  readonly since?: readonly [number, number];
  /** Baseline and vanished services are compared too. */
  readonly losses?: boolean;
  /** Why poll instants do not tell how many events there were: then only the balance of registered and deregistered is compared. */
  readonly balanceOnly?: string;
}

export const three = (version: string): readonly string[] => [version, version, version];
export const second = 1000;
export const minute = 60_000;
