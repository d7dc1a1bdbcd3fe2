/** Upgrades from 1.x through 2.0 and 2.1, whose double write goes on until somebody ends it. */

import { cluster, mixedVersions, node } from '../expressions.ts';
import { and, by, calc, max, or, over, range, type Expr } from '../promql.ts';
import { alert, value, type Kit, type RuleGroup } from '../rules.ts';

export function upgradeAlerts({ q, limits }: Kit): RuleGroup {
  const completed = max(node, q.metric('nacos_upgrade_completed'));
  const doubleWrite = calc(max(node, q.metric('nacos_upgrade_double_write_enabled')), '==', 1);
  const { NacosUpgradeReverted: reverted, NacosDoubleWriteLeftOn: leftOn } = limits;
  return {
    name: 'nacos-upgrade', title: 'Upgrade', records: [],
    alerts: [
      alert({
        alert: 'NacosUpgradeInProgress', severity: 'info',
        meaning: 'Context for other alerts: versions are mixed, double write is on and the upgrade not completed, or a node came back with another version.',
        expr: upgradeInProgress({ q, limits }),
        texts: (l) => ({
          summary: `Nacos cluster ${l.nacos_cluster} is being upgraded`,
          description: `The nodes of ${l.nacos_cluster} run different versions, or write to both stores without having completed the upgrade, or a node came back with another version within ${limits.NacosUpgradeInProgress.returned_within}. This silences nothing.`,
        }),
      }),
      alert({
        alert: 'NacosUpgradeStalled', for: limits.NacosUpgradeStalled.for,
        meaning: 'All members are 2.x, and a node does not complete the upgrade.',
        expr: and(calc(max(node, q.metric('nacos_upgrade_all_members_2x')), '==', 1), calc(completed, '==', 0)),
        texts: (l) => ({
          summary: `Upgrade of Nacos node ${l.nacos_node} of ${l.nacos_cluster} does not complete`,
          description: `${l.nacos_node} of ${l.nacos_cluster} has known for ${limits.NacosUpgradeStalled.for} that all members are 2.x and has not completed the upgrade: services or instances of the two stores differ, or its queue does not empty.`,
        }),
      }),
      alert({
        alert: 'NacosUpgradeReverted', for: reverted.for,
        meaning: 'A node that had completed the upgrade fell back.',
        expr: and(calc(completed, '==', 0), calc(max(node, over('max_over_time', range(q.metric('nacos_upgrade_completed'), reverted.window))), '==', 1)),
        texts: (l) => ({
          summary: `Nacos node ${l.nacos_node} of ${l.nacos_cluster} fell back to 1.x behaviour`,
          description: `${l.nacos_node} of ${l.nacos_cluster} had completed the upgrade within ${reverted.window} and no longer says so: a member of 1.x joined, or a listed node has not started. gRPC clients are not served.`,
        }),
      }),
      alert({
        alert: 'NacosDoubleWriteLeftOn',
        meaning: `Double write is still on ${leftOn.window} after the upgrade.`,
        expr: and(onThroughout({ q, limits }), calc(by('min', cluster, max(node, over('min_over_time', range(q.metric('nacos_upgrade_completed'), leftOn.window)))), '==', 1)),
        texts: (l) => ({
          summary: `Double write of Nacos node ${l.nacos_node} of ${l.nacos_cluster} is still on`,
          description: `${l.nacos_node} of ${l.nacos_cluster} has written everything to both stores for more than ${leftOn.window} although the upgrade is complete. It comes back with every restart: switch it off on all nodes, and in their configuration.`,
        }),
      }),
      alert({
        alert: 'NacosDoubleWriteInconsistent', for: limits.NacosDoubleWriteInconsistent.for,
        meaning: 'With double write on, services are in one store only.',
        expr: and(calc(max([...node, 'store'], q.metric('nacos_upgrade_store_only_services')), '>', 0), doubleWrite),
        texts: (l) => ({
          summary: `${value.count} services of Nacos node ${l.nacos_node} of ${l.nacos_cluster} are in store ${l.store} only`,
          description: `${value.count} services of ${l.nacos_node} of ${l.nacos_cluster} have been in store ${l.store} only for ${limits.NacosDoubleWriteInconsistent.for}. Closing double write, or going back, would lose their instances.`,
        }),
      }),
    ],
  };
}

function upgradeInProgress({ q, limits }: Kit): Expr<'nacos_cluster'> {
  const open = and(
    calc(max(cluster, q.metric('nacos_upgrade_double_write_enabled')), '==', 1),
    calc(by('min', cluster, max(node, q.metric('nacos_upgrade_completed'))), '==', 0),
  );
  const seen = over('last_over_time', range(q.metric('nacos_node_info', { version: { not: '' } }), limits.NacosUpgradeInProgress.returned_within));
  const returned = by('count', cluster, calc(by('count', node, by('count', [...node, 'version'], seen)), '>', 1));
  return or(or(mixedVersions(q), open), returned);
}

/** On at the beginning of the window and at every read since; a gap shorter than the tolerance does not begin it anew. */
function onThroughout({ q, limits: { NacosDoubleWriteLeftOn: limit } }: Kit): Expr<'nacos_cluster' | 'nacos_node'> {
  const enabled = q.metric('nacos_upgrade_double_write_enabled');
  return and(and(
    calc(max(node, over('min_over_time', range(enabled, limit.window))), '==', 1),
    calc(max(node, over('max_over_time', range(enabled, limit.tolerance, limit.window))), '==', 1),
  ), calc(max(node, enabled), '==', 1));
}
