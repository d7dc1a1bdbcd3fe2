/** Every family that the program exports per cluster, in the order of the scrape. A name used anywhere else must stand here. */

import { churnFamilies } from './families/churn.ts';
import { clusterFamilies } from './families/cluster.ts';
import { divergenceFamilies } from './families/divergence.ts';
import { nodeFamilies } from './families/nodes.ts';
import { pollFamilies } from './families/polls.ts';
import { pushFamilies } from './families/push.ts';
import { raftFamilies } from './families/raft.ts';
import { registryFamilies } from './families/registry.ts';

/** How the reference groups them. */
export const sections = [
  { title: 'Cluster', families: clusterFamilies },
  { title: 'Nodes', families: [...nodeFamilies, ...raftFamilies] },
  { title: 'Registry', families: registryFamilies },
  { title: 'Divergence', families: divergenceFamilies },
  { title: 'Churn', families: churnFamilies },
  { title: 'Push', families: pushFamilies },
  { title: 'Polls', families: pollFamilies },
] as const;

export const catalogue = [...clusterFamilies, ...nodeFamilies, ...raftFamilies, ...registryFamilies, ...divergenceFamilies, ...churnFamilies, ...pushFamilies, ...pollFamilies] as const;

export type ClusterMetricName = (typeof catalogue)[number]['name'];
