/** What the landing page says of the clusters. */

import { isReady } from '../analysis/status.ts';
import type { ClusterPoller } from '../poller/cluster-poller.ts';
import type { NodeSummary, Summary } from '../server/landing-page.ts';

export function summarize(version: string, pollers: readonly ClusterPoller[]): Summary {
  return {
    version,
    clusters: pollers.map((poller) => {
      const view = poller.view();
      return {
        name: poller.cluster,
        ...(poller.polled() ? { polledAt: view.snapshot.at } : {}),
        nodes: view.nodes.map(({ name, node, up, standing }): NodeSummary => {
          const liveness = node.stages.liveness?.outcome;
          const detail = liveness?.status === 'failed' ? liveness.detail
            : up === true && isReady(node) === false ? node.stages.readiness?.value?.detail ?? 'not ready'
              : up === true && standing !== 'votes' ? standing : undefined;
          const versionText = node.state?.version;
          return {
            node: name, state: up === undefined ? 'unknown' : up ? 'up' : 'down',
            ...(versionText === undefined || versionText === '' ? {} : { version: versionText }),
            ...(detail === undefined ? {} : { detail }),
          };
        }),
      };
    }),
  };
}
