/** The cluster as a whole. */

import { expectedNodes } from '../../analysis/membership.ts';
import { family, stageValue } from '../view.ts';

export const clusterFamilies = [
  family({
    name: 'nacos_up', type: 'gauge', labels: ['nacos_cluster'],
    help: '1 if any node of the cluster answered the last poll.',
    rows(view, emit) {
      if (view.nodes.some((node) => node.up !== undefined)) emit(view.nodes.some((node) => node.up === true) ? 1 : 0, view.cluster);
    },
  }),
  family({
    name: 'nacos_cluster_nodes', type: 'gauge', labels: ['nacos_cluster', 'source'],
    help: 'Nodes of the cluster: as the configuration names them, and as a majority of the members lists does.',
    rows(view, emit) {
      emit(view.configuredNodes, view.cluster, 'configured');
      if (view.ledger.membership.listed.length > 0) emit(view.ledger.membership.listed.length, view.cluster, 'discovered');
    },
  }),
  family({
    name: 'nacos_cluster_nodes_expected', type: 'gauge', labels: ['nacos_cluster'],
    help: 'Nodes that ought to be there: the larger of the configured list and the members list of the majority, remembered for 10 minutes.',
    rows(view, emit) {
      emit(expectedNodes(view.configuredNodes, view.ledger.membership), view.cluster);
    },
  }),
  family({
    name: 'nacos_client_counts_consistent', type: 'gauge', labels: ['nacos_cluster'],
    help: '1 if all nodes know the same number of clients; 0 if one node knows more than another at two readings in a row, beyond what came and went in between. Nodes that are joining are left out; absent while fewer than two nodes tell, which they do from 2.0.4 on.',
    rows(view, emit) {
      const { consistent } = view.ledger.clients;
      const telling = view.nodes.filter((node) => stageValue(node, 'metrics')?.clients !== undefined);
      if (consistent !== undefined && telling.length >= 2) emit(consistent ? 1 : 0, view.cluster);
    },
  }),
] as const;
