/** Raft groups: each node's own view, and whether the views fit together. */

import { groupViews } from '../../analysis/raft.ts';
import { family, stageValue } from '../view.ts';

export const raftFamilies = [
  family({
    name: 'nacos_raft_term', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'raft_group'],
    help: "Raft term in the node's own view.",
    rows(view, emit) {
      for (const node of view.nodes) for (const group of stageValue(node, 'raft')?.raft ?? []) emit(group.term, view.cluster, node.name, group.group);
    },
  }),
  family({
    name: 'nacos_raft_is_leader', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'raft_group'],
    help: "1 if the node's own view names itself as leader.",
    rows(view, emit) {
      for (const node of view.nodes) {
        const own = stageValue(node, 'raft');
        for (const group of own?.raft ?? []) emit(group.leader !== undefined && group.leader === own?.raftAddress ? 1 : 0, view.cluster, node.name, group.group);
      }
    },
  }),
  family({
    name: 'nacos_raft_leaders', type: 'gauge', labels: ['nacos_cluster', 'raft_group'],
    help: 'Nodes whose own fresh view names themselves as leader, whatever their term.',
    rows(view, emit) {
      for (const group of groupViews(view.snapshot, view.ledger.life)) emit(group.leaders.length, view.cluster, group.group);
    },
  }),
  family({
    name: 'nacos_raft_claimed_leaders', type: 'gauge', labels: ['nacos_cluster', 'raft_group'],
    help: 'Distinct leaders that any node names; a lost leader stays displayed for a while.',
    rows(view, emit) {
      for (const group of groupViews(view.snapshot, view.ledger.life)) emit(group.claimed.length, view.cluster, group.group);
    },
  }),
  family({
    name: 'nacos_raft_leader_changes_total', type: 'counter', labels: ['nacos_cluster', 'raft_group'],
    help: 'Times that another node was seen to lead the group.',
    rows(view, emit) {
      for (const [group, changes] of [...view.ledger.raft.changes].toSorted(([a], [b]) => (a < b ? -1 : 1))) emit(changes, view.cluster, group);
    },
  }),
] as const;
