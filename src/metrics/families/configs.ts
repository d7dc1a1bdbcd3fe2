/** The configuration center. */

import { configsOf } from '../../analysis/configs.ts';
import { family, upNodes } from '../view.ts';

export const configFamilies = [
  family({
    name: 'nacos_configs', type: 'gauge', labels: ['nacos_cluster', 'namespace_id'],
    help: 'Configurations stored in the namespace. The nodes count them in the same database, so this is what the node says that was read last; r-nacos does not count.',
    rows(view, emit) {
      const configs = configsOf(upNodes(view).map(({ node }) => node));
      for (const namespace of view.namespaces) {
        const stored = configs.get(namespace);
        if (stored !== undefined) emit(stored, view.cluster, namespace);
      }
    },
  }),
] as const;
