/** What nodes serve to clients of the config center, against what is stored. Absent while that is not compared. */

import { divergentItems } from '../../analysis/config-check.ts';
import { family, upNodes } from '../view.ts';

export const configCheckFamilies = [
  family({
    name: 'nacos_config_divergent_items', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'namespace_id'],
    help: 'Configurations that the node serves to clients with other content than is stored, or not at all, seen twice at least 30 s apart.',
    rows(view, emit) {
      if (view.configCheck === undefined) return;
      const up = new Set(upNodes(view).map((node) => node.name));
      for (const [namespace, nodes] of divergentItems(view.configCheck.ledger)) {
        for (const [node, items] of nodes) if (up.has(node)) emit(items, view.cluster, node, namespace);
      }
    },
  }),
] as const;
