/** Every family that the program exports per cluster, in the order of the scrape. A name used anywhere else must stand here. */

import { beatFamilies } from './families/beats.ts';
import { canaryFamilies } from './families/canary.ts';
import { churnFamilies } from './families/churn.ts';
import { clientFamilies } from './families/clients.ts';
import { clusterFamilies } from './families/cluster.ts';
import { configCheckFamilies } from './families/config-check.ts';
import { configFamilies } from './families/configs.ts';
import { configCenterFamilies } from './families/config-center.ts';
import { divergenceFamilies } from './families/divergence.ts';
import { metadataFamilies } from './families/metadata.ts';
import { nodeFamilies } from './families/nodes.ts';
import { pollFamilies } from './families/polls.ts';
import { pushFamilies } from './families/push.ts';
import { raftFamilies } from './families/raft.ts';
import { registryFamilies } from './families/registry.ts';
import { upgradeFamilies } from './families/upgrade.ts';
import { passedFamilies } from './passed/families.ts';

/** How the reference groups them. */
export const sections = [
  { title: 'Cluster', families: clusterFamilies },
  { title: 'Nodes', families: [...nodeFamilies, ...raftFamilies] },
  { title: 'Clients', note: 'From 2.0 on, where clients keep gRPC connections; numbers of clients from 2.0.4 on.', families: clientFamilies },
  { title: 'Registry', families: [...registryFamilies, ...metadataFamilies] },
  { title: 'Divergence', note: 'Absent until every node\'s contents were compared once, then 0 for every known namespace. What is suspected, confirmed and healed, and when: [When nodes differ](divergence.md).', families: divergenceFamilies },
  { title: 'Churn', note: 'What the nodes agreed on at one poll and at the next: what comes and goes between two polls is not in these ([detection limit](divergence.md#what-polls-cannot-see)). A failed poll, a changed set of voters or a restart of the exporter is no churn.', families: churnFamilies },
  { title: 'Beats', note: 'Of 1.x, and of 2.2 and later for clients that register over HTTP; a client with a connection does not beat, and 2.0 and 2.1 do not tell. [What is sampled](beats.md), and when.', families: beatFamilies },
  { title: 'Canary', note: 'Opt-in, and absent while it is off: the exporter registers, beats and deregisters an instance of its own at each node in turn. What it writes and where, and what it costs: [The canary](canary.md).', families: canaryFamilies },
  { title: 'Push', note: 'From `push/state` (1.x and 2.x) and from the node\'s actuator endpoint where it is open: the only source on 3.x, of empty pushes and of what is pending.', families: pushFamilies },
  { title: 'Config center', note: 'All but the first and the last come from the node\'s actuator endpoint: absent where it is closed (`nacos_poll_supported{stage="actuator"}` 0). `nacos_config_divergent_items` is opt-in, and absent for a namespace and a node until the first complete rotation: [Configurations that differ](config-check.md).', families: [...configFamilies, ...configCenterFamilies, ...configCheckFamilies] },
  { title: 'Upgrade', note: 'While 2.0 and 2.1 change from the store of 1.x to their own. 1.x has nothing to tell, and from 2.2 on there is nothing left to change: all of these are absent there. Read every `poll.rare_interval`, readiness apart, which the members list tells at every check; 2.0.0 and 2.0.1 have no such endpoint, and tell no more than readiness and the switch.', families: upgradeFamilies },
  { title: 'Polls', families: pollFamilies },
  {
    title: 'Passed through', families: passedFamilies,
    note: 'A node\'s own series, from its actuator endpoint where `management.endpoints.web.exposure.include` opens it: those of this list, under the prefix `nacos_actuator_`, with the server\'s labels after ours (one of the same name is called `exported_…`, `requestClass` is `request_class`). Which of them a node has depends on its version. `metrics.allow` and `metrics.deny` choose among them; `limits.actuator_series` bounds them per node, the list\'s last first, and `nacos_exporter_series_dropped` counts what is left out.',
  },
] as const;

/** Families with a name of ours each: what rules and dashboards may name. */
export const ownFamilies = [
  ...clusterFamilies, ...nodeFamilies, ...raftFamilies, ...clientFamilies, ...registryFamilies, ...metadataFamilies, ...divergenceFamilies, ...churnFamilies,
  ...beatFamilies, ...canaryFamilies, ...pushFamilies, ...configFamilies, ...configCenterFamilies, ...configCheckFamilies, ...upgradeFamilies, ...pollFamilies,
] as const;

export const catalogue = [...ownFamilies, ...passedFamilies] as const;
