/** Nodes and the cluster they form: who answers, who is ready, who leads, and whether they agree on that. */

import { cluster, expectedNodes, mixedVersions, node, nodesUp, nodeUp, quorum } from '../expressions.ts';
import { ago, and, by, calc, calcPer, call, max, or, over, range, scalarLeft, unless, type Expr, type Queries } from '../promql.ts';
import { alert, percent, value, type Kit, type RuleGroup } from '../rules.ts';

export function nodeAlerts({ q, limits }: Kit): RuleGroup {
  const raftGroup = ['nacos_cluster', 'raft_group'] as const;
  return {
    name: 'nacos-nodes', title: 'Nodes', records: [],
    alerts: [
      alert({
        alert: 'NacosClusterDown', severity: 'critical', for: limits.NacosClusterDown.for,
        meaning: 'No node of the cluster answers.',
        expr: calc(max(cluster, q.metric('nacos_up')), '==', 0),
        texts: (l) => ({
          summary: `No node of Nacos cluster ${l.nacos_cluster} answers`,
          description: `None of the nodes of ${l.nacos_cluster} has answered the exporter for ${limits.NacosClusterDown.for}. Registrations, look-ups and pushes fail, or the network to the exporter does.`,
        }),
      }),
      alert({
        alert: 'NacosQuorumLost', severity: 'critical', for: limits.NacosQuorumLost.for,
        meaning: 'Fewer nodes answer than a majority of the expected ones.',
        expr: and(calc(nodesUp(q), '<', quorum(q)), calc(expectedNodes(q), '>', 1)),
        texts: (l) => ({
          summary: `Nacos cluster ${l.nacos_cluster} has lost its majority`,
          description: `Only ${value.count} nodes of ${l.nacos_cluster} answer, fewer than a majority of the expected ones. Raft cannot elect a leader: persistent services, switches and metadata cannot be written.`,
        }),
      }),
      alert({
        alert: 'NacosQuorumAtRisk', for: limits.NacosQuorumAtRisk.for,
        meaning: 'Just a majority of the expected nodes answers: the next failure stops Raft.',
        expr: and(calc(nodesUp(q), '==', quorum(q)), calc(nodesUp(q), '<', expectedNodes(q))),
        texts: (l) => ({
          summary: `Nacos cluster ${l.nacos_cluster} is one node away from losing its majority`,
          description: `${value.count} nodes of ${l.nacos_cluster} answer: just a majority of the expected ones. When one more fails, Raft stops. Do not restart another node now.`,
        }),
      }),
      alert({
        alert: 'NacosNodeDown', for: limits.NacosNodeDown.for,
        meaning: 'A node does not answer HTTP.',
        expr: calc(nodeUp(q), '==', 0),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} does not answer`,
          description: `${l.nacos_node} of ${l.nacos_cluster} has not answered any HTTP request of the exporter for ${limits.NacosNodeDown.for}. Its clients reconnect to the others.`,
        }),
      }),
      alert({
        alert: 'NacosNodeNotReady', for: limits.NacosNodeNotReady.for,
        meaning: 'A node answers, and says that it is not ready or DOWN.',
        expr: and(calc(max(node, q.metric('nacos_node_ready')), '==', 0), calc(nodeUp(q), '==', 1)),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} is not ready`,
          description: `${l.nacos_node} of ${l.nacos_cluster} answers, but has said for ${limits.NacosNodeNotReady.for} that it is not ready (503 or DOWN): no Raft leader, data not loaded yet, or its database is gone.`,
        }),
      }),
      alert({
        alert: 'NacosNodeJoinStuck', for: limits.NacosNodeJoinStuck.for, divergence: true,
        meaning: 'A node that came up is still filling.',
        expr: calc(max(node, q.metric('nacos_node_joining')), '==', 1),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} does not finish joining`,
          description: `${l.nacos_node} of ${l.nacos_cluster} came up and has lacked instances of the others for more than ${limits.NacosNodeJoinStuck.for}. Its clients see only a part of the registry: a snapshot that is too large never arrives.`,
        }),
      }),
      alert({
        alert: 'NacosMembershipDisagreement', for: limits.NacosMembershipDisagreement.for,
        meaning: 'A node does not see members up that answer, or does not list members that others list.',
        expr: membershipDisagreement(q),
        texts: (l) => ({
          summary: `Nacos node ${l.observer} of ${l.nacos_cluster} disagrees on who is a member`,
          description: `In the members list of ${l.observer} of ${l.nacos_cluster}, ${value.count} members are missing or not UP that answer the exporter or are known to other nodes. Data is not replicated to members that are not UP.`,
        }),
      }),
      alert({
        alert: 'NacosMixedVersions', for: limits.NacosMixedVersions.for,
        meaning: 'Nodes of one cluster run different versions for longer than an upgrade takes.',
        expr: mixedVersions(q),
        texts: (l) => ({
          summary: `Nacos cluster ${l.nacos_cluster} runs ${value.count} versions`,
          description: `The nodes of ${l.nacos_cluster} have run ${value.count} different versions for more than ${limits.NacosMixedVersions.for}. Finish the upgrade or go back.`,
        }),
      }),
      alert({
        alert: 'NacosSwitchDrift', for: limits.NacosSwitchDrift.for,
        meaning: 'A switch is not the same on all nodes, or pushEnabled is off on all of them.',
        expr: switchDrift(q),
        texts: (l) => ({
          summary: `Switch ${l.switch} of Nacos cluster ${l.nacos_cluster} {{ if eq $value 0.0 }}is off on all nodes{{ else }}differs between nodes{{ end }}`,
          description: `{{ if eq $value 0.0 }}${l.switch} is off on all nodes of ${l.nacos_cluster}: subscribers are told of no change.{{ else }}${l.switch} is on for some nodes of ${l.nacos_cluster} and off for others: a change with debug=true stays on one node, or Raft does not reach it.{{ end }}`,
        }),
      }),
      alert({
        alert: 'NacosClockSkew', for: limits.NacosClockSkew.for,
        meaning: `A node's clock is off by more than ${limits.NacosClockSkew.offset} s against the exporter's.`,
        expr: calc(max(node, call('abs', q.metric('nacos_node_clock_offset_seconds'))), '>', limits.NacosClockSkew.offset),
        texts: (l) => ({
          summary: `Clock of Nacos node ${l.nacos_node} of ${l.nacos_cluster} is off by ${value.duration}`,
          description: `The clock of ${l.nacos_node} of ${l.nacos_cluster} differs from the exporter's by ${value.duration}. Beats are judged by the wrong time. If all nodes are off alike, look at the exporter's host.`,
        }),
      }),
      ...databaseUnavailable({ q, limits }),
      alert({
        alert: 'NacosRaftNoLeader', severity: 'critical', for: limits.NacosRaftNoLeader.for,
        meaning: 'No node leads a Raft group.',
        expr: calc(max(raftGroup, q.metric('nacos_raft_leaders')), '==', 0),
        texts: (l) => ({
          summary: `Raft group ${l.raft_group} of Nacos cluster ${l.nacos_cluster} has no leader`,
          description: `No node of ${l.nacos_cluster} has called itself leader of ${l.raft_group} for ${limits.NacosRaftNoLeader.for}. Writes that go through Raft fail.`,
        }),
      }),
      alert({
        alert: 'NacosRaftSplitBrain', severity: 'critical', for: limits.NacosRaftSplitBrain.for,
        meaning: 'Two nodes lead one Raft group, or the nodes have named different leaders for longer than a lost one stays displayed.',
        expr: or(
          calc(max(raftGroup, q.metric('nacos_raft_leaders')), '>', 1),
          and(
            calc(max(raftGroup, over('min_over_time', range(q.metric('nacos_raft_claimed_leaders'), limits.NacosRaftSplitBrain.claimed_for))), '>', 1),
            calc(max(raftGroup, ago(q.metric('nacos_raft_claimed_leaders'), limits.NacosRaftSplitBrain.claimed_for)), '>', 1),
          ),
        ),
        texts: (l) => ({
          summary: `Raft group ${l.raft_group} of Nacos cluster ${l.nacos_cluster} has ${value.count} leaders`,
          description: `${value.count} leaders of ${l.raft_group} are named in ${l.nacos_cluster}, by themselves or by others for longer than a lost leader stays displayed. What is written to one side is missing on the other.`,
        }),
      }),
      alert({
        alert: 'NacosRaftLeaderChurn',
        meaning: 'The leader of a Raft group changes again and again.',
        expr: calc(max(raftGroup, over('increase', range(q.metric('nacos_raft_leader_changes_total'), limits.NacosRaftLeaderChurn.window))), '>=', limits.NacosRaftLeaderChurn.changes),
        texts: (l) => ({
          summary: `Raft group ${l.raft_group} of Nacos cluster ${l.nacos_cluster} changes its leader again and again`,
          description: `The leader of ${l.raft_group} of ${l.nacos_cluster} changed ${value.count} times within ${limits.NacosRaftLeaderChurn.window}: long pauses, a slow disk, or a network that loses packets.`,
        }),
      }),
      alert({
        alert: 'NacosConnectionsDropped',
        meaning: `A node that stayed up lost more than ${percent(limits.NacosConnectionsDropped.share)} of its SDK connections.`,
        expr: connectionsDropped({ q, limits }),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} lost ${value.percent} of its connections`,
          description: `${l.nacos_node} of ${l.nacos_cluster} lost ${value.percent} of its SDK connections within ${limits.NacosConnectionsDropped.window} although it stayed up: a proxy or a network was reset, or clients were moved. Each connection that ends takes its instances along until the client registers again.`,
        }),
      }),
    ],
  };
}

/** Value: how many members are missing or not UP in the observer's list. A member that is down for everybody is none. */
function membershipDisagreement(q: Queries): Expr<'nacos_cluster' | 'observer'> {
  const listed = max(['nacos_cluster', 'observer', 'nacos_node'], q.metric('nacos_member_state', { state: 'up' }));
  const known = by('count', cluster, max(node, q.metric('nacos_member_state', { state: 'up' })));
  const observer = ['nacos_cluster', 'observer'] as const;
  const notUp = by('count', observer, and(calc(listed, '==', 0), calc(nodeUp(q), '==', 1)));
  const sizes = by('count', observer, listed);
  const unlisted = calc(scalarLeft(-1, '*', calcPer(sizes, '-', known)), '>', 0);
  return or(notUp, unlisted);
}

/** Value: 0 where pushEnabled is off everywhere, 1 where a switch differs. */
function switchDrift(q: Queries): Expr<'nacos_cluster' | 'switch'> {
  const labels = ['nacos_cluster', 'switch'] as const;
  const enabled = q.metric('nacos_switch_enabled');
  const differs = calc(max(labels, enabled), '!=', by('min', labels, enabled));
  return or(differs, calc(max(labels, q.metric('nacos_switch_enabled', { switch: 'pushEnabled' })), '==', 0));
}

function databaseUnavailable({ q, limits }: Kit) {
  const inState = (state: string) => calc(max(node, q.metric('nacos_node_database_state', { state })), '==', 1);
  const base = { alert: 'NacosDatabaseUnavailable', for: limits.NacosDatabaseUnavailable.for } as const;
  return [
    alert({
      ...base, severity: 'critical', expr: inState('master_down'),
      meaning: 'A node cannot reach its master database.',
      texts: (l) => ({
        summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} cannot reach its master database`,
        description: `${l.nacos_node} of ${l.nacos_cluster} has said for ${limits.NacosDatabaseUnavailable.for} that its master database is down. Configurations cannot be published; after a restart the node would have none.`,
      }),
    }),
    alert({
      ...base, severity: 'warning', expr: inState('slave_down'),
      meaning: 'A node cannot reach a slave database.',
      texts: (l) => ({
        summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} cannot reach a slave database`,
        description: `${l.nacos_node} of ${l.nacos_cluster} has said for ${limits.NacosDatabaseUnavailable.for} that a slave database is down. If the master fails too, configurations cannot be read.`,
      }),
    }),
  ];
}

/** Value: the share that is gone. A node that restarted or fills starts without clients, which do not come back by themselves. */
function connectionsDropped({ q, limits: { NacosConnectionsDropped: limit } }: Kit): Expr<'nacos_cluster' | 'nacos_node'> {
  const connections = q.metric('nacos_connections', { source: 'sdk' });
  const before = max(node, over('max_over_time', range(connections, limit.window)));
  const lost = calc(calc(calc(before, '-', max(node, connections)), '/', before), '>', limit.share);
  const stayedUp = calc(max(node, over('min_over_time', range(q.metric('nacos_node_up'), limit.window))), '==', 1);
  const joined = calc(max(node, over('max_over_time', range(q.metric('nacos_node_joining'), limit.window))), '==', 1);
  return unless(and(and(lost, calc(before, '>=', limit.min_connections)), stayedUp), joined);
}
