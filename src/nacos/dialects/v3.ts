/**
 * Nacos 3.x on its server port, by the admin API, which needs credentials even where auth is off. Without them three
 * things are open: state, readiness and v1's operator/metrics. The last is also the only one that still tells cpu,
 * load and memory (v3's own dropped them), so it is preferred where the compatibility filter lets it through. The push
 * counters have no v3 twin, and v1's answer only where an administrator opened v1's API again (410 as shipped).
 */

import { portNames } from '../../model.ts';
import { actuator } from './actuator.ts';
import { clientBeatSource } from './beats.ts';
import { configsOfV3 } from './configs.ts';
import { connections } from './connections.ts';
import { clusterMapCall, contentsItems, instancesCall, instancesOfOneList } from './contents.ts';
import type { Dialect } from './dialect.ts';
import { call, result } from './envelopes.ts';
import { members, selfView } from './members.ts';
import { metrics, operatorMetrics } from './metrics.ts';
import { namespaces } from './namespaces.ts';
import { catalogItems, protectThreshold, query } from './services.ts';
import { livenessCall, resultReadiness, serverState } from './state.ts';
import { switches } from './switches.ts';

const withoutMetrics = {
  liveness: livenessCall('server_state', '/v3/admin/core/state', result, serverState),
  readiness: resultReadiness('readiness', '/v3/admin/core/state/readiness'),
  actuator,
  login: ['/v3/auth/user/login', '/v1/auth/login'],
  slowMetrics: false,
} satisfies Partial<Dialect>;

const openMetrics = operatorMetrics('operator_metrics', '/v1/ns/operator/metrics?onlyStatus=false');

export const v3: Dialect = {
  ...withoutMetrics,
  api: 'v3',
  members: call('cluster_nodes', '/v3/admin/core/cluster/node/list', result, members),
  raft: call('cluster_self', '/v3/admin/core/cluster/node/self', result, selfView),
  switches: call('switches', '/v3/admin/ns/ops/switches', result, switches),
  metrics: openMetrics,
  namespaces: call('namespaces', '/v3/admin/core/namespace/list', result, namespaces),
  beats: clientBeatSource('/v3/admin/ns/client'),
  connections: call('connections', '/v3/admin/core/loader/current', result, connections),
  ports: portNames,
  configs: configsOfV3,
  catalogPage: (namespaceId, pageNo, pageSize) => call(
    'catalog_services',
    query('/v3/admin/ns/service/list', { namespaceId, ignoreEmptyService: false, pageNo, pageSize }),
    result,
    catalogItems,
  ),
  protectThreshold: (namespaceId, groupName, serviceName) => call(
    'service',
    query('/v3/admin/ns/service', { namespaceId, groupName, serviceName }),
    result,
    protectThreshold,
  ),
  contentsPage: (namespaceId, pageNo, pageSize) => call(
    'catalog_contents',
    query('/v3/admin/ns/service/list', { namespaceId, withInstances: true, ignoreEmptyService: false, pageNo, pageSize }),
    result,
    contentsItems,
  ),
  contentsBase: 'one',
  instances: (namespaceId, groupName, serviceName, clusterName) => instancesCall(
    'catalog_instances',
    query('/v3/admin/ns/instance/list', { namespaceId, groupName, serviceName, clusterName }),
    result,
    instancesOfOneList,
  ),
  clusters: (namespaceId, groupName, serviceName) => clusterMapCall(
    'service', query('/v3/admin/ns/service', { namespaceId, groupName, serviceName }), result,
  ),
};

/** Where `nacos.core.api.compatibility.client.enabled=false` closes v1 (410): the admin API's metrics, a status only. */
export const v3AdminOnly: Dialect = {
  ...v3,
  metrics: call('operator_metrics', '/v3/admin/ns/ops/metrics?onlyStatus=false', result, metrics),
};

export const v3Open: Dialect = { ...withoutMetrics, api: 'v3-open', metrics: openMetrics };

export const v3OpenWithoutMetrics: Dialect = { ...withoutMetrics, api: 'v3-open' };
