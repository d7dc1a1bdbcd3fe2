/** Nacos 1.x. `operator/metrics` and readiness walk every service here, the former with every field it has. */

import { instanceBeatSource } from './beats.ts';
import { beforeV3 } from './before-v3.ts';
import type { Dialect } from './dialect.ts';
import { bare, call } from './envelopes.ts';
import { operatorMetrics } from './metrics.ts';
import { oldPeer, oldServers } from './old-members.ts';

/** 1.4: members in core, raft by JRaft. */
export const v1: Dialect = {
  ...beforeV3,
  api: 'v1',
  metrics: operatorMetrics('operator_metrics', '/v1/ns/operator/metrics'),
  ports: ['http', 'raft'],
  beats: instanceBeatSource,
  contentsBase: 'zero',
  slowMetrics: true,
};

/** 1.0-1.3: naming's own raft, and up to 1.2 no core API. */
export const v1Old: Dialect = {
  ...v1,
  members: call('operator_servers', '/v1/ns/operator/servers', bare, oldServers),
  raft: call('operator_cluster_state', '/v1/ns/operator/cluster/state', bare, oldPeer),
  ports: ['http'],
};
