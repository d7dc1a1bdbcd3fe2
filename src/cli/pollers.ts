/** A poller of one cluster over real sockets: the wiring that every command shares which reads Nacos. */

import type { ClusterConfig } from '../config/config.ts';
import type { Share } from '../config/shard.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import type { RequestObservation } from '../nacos/client.ts';
import { connect } from '../nacos/connect.ts';
import type { Budget } from '../poller/budget.ts';
import type { CanaryHost } from '../poller/canary/canary.ts';
import type { Intervals } from '../poller/schedule.ts';
import { createClusterPoller, type ClusterPoller, type PollerDeps } from '../poller/cluster-poller.ts';
import type { Machine } from './machine.ts';

export interface PollerWiring {
  readonly config: ClusterConfig;
  readonly machine: Machine;
  readonly log: PollerDeps['log'];
  readonly wait: (ms: number) => Promise<void>;
  /** Without it contents are not read and compared. */
  readonly contentsBudget?: Budget;
  /** Without it nothing is written. */
  readonly canaryHost?: CanaryHost;
  /** Of stages that are wanted more often, or less, than configured. */
  readonly intervals?: Intervals;
  /** What of the cluster this process reads and serves; all of it unless told. */
  readonly share?: Share;
  /** 0 to 1: of the requests for beats, the part that each node gets; all unless told. */
  readonly beatShare?: () => number;
  /** Lets others have their turn; the machine's unless told. */
  readonly pause?: () => Promise<void>;
  readonly publish: (text: ClusterText) => void;
  readonly forgetNode: (node: string) => void;
  readonly onRequest: (node: string, observation: RequestObservation) => void;
}

export function openPoller({ config, machine, log, wait, publish, forgetNode, onRequest, contentsBudget, canaryHost, intervals, share, pause, beatShare }: PollerWiring): ClusterPoller {
  return createClusterPoller({
    config, log, wait, publish, forgetNode, now: machine.now, pause: pause ?? machine.pause, openPort: machine.openPort,
    ...(contentsBudget === undefined ? {} : { contentsBudget }),
    ...(canaryHost === undefined ? {} : { canaryHost }),
    ...(intervals === undefined ? {} : { intervals }),
    ...(share === undefined ? {} : { share }),
    ...(beatShare === undefined ? {} : { beatShare }),
    connect: (server, name, loginPaths) => connect({
      config, server, loginPaths, version: machine.build.version, now: machine.now, secrets: machine.secrets,
      onRequest: (observation) => onRequest(name(), observation),
    }),
  });
}
