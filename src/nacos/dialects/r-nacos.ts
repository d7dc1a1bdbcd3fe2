/**
 * r-nacos 0.8: v1 naming on one fixed prefix. No member list, raft of another kind, and no endpoint that tells a
 * version. Its switches are a constant, so they identify it and are not offered as switches; its operator/metrics
 * is the constant `{"status":"UP"}`. The namespace goes into every query: absent means all of them.
 */

import { beforeV3, wholeList } from './before-v3.ts';
import { instanceList, instancesCall } from './contents.ts';
import type { Dialect } from './dialect.ts';
import { bare, call, restResult } from './envelopes.ts';
import { operatorMetrics } from './metrics.ts';
import { namespacesWithoutConfigs } from './namespaces.ts';
import { protectThreshold, query } from './services.ts';
import { livenessCall } from './state.ts';

export const rNacosName = 'R-NACOS';

export const rNacos: Dialect = {
  api: 'r-nacos',
  liveness: livenessCall('switches', '/v1/ns/operator/switches', bare, (body) => (
    body['name'] === rNacosName ? { version: '', mode: 'unknown' } : undefined
  )),
  readiness: beforeV3.readiness,
  metrics: operatorMetrics('operator_metrics', '/v1/ns/operator/metrics'),
  namespaces: call('namespaces', '/v1/console/namespaces', restResult, namespacesWithoutConfigs),
  ports: ['http', 'grpc_sdk'],
  catalogPage: beforeV3.catalogPage,
  protectThreshold: (namespaceId, groupName, serviceName) => call(
    'service',
    query('/v1/ns/service', { namespaceId, groupName, serviceName }),
    bare,
    protectThreshold,
  ),
  // Without a cluster's name: those of all clusters. Disabled instances are counted but not listed (recorded: 0.8.8).
  allInstances: (namespaceId, groupName, serviceName) => instancesCall(
    'catalog_instances',
    query('/v1/ns/catalog/instances', { namespaceId, groupName, serviceName, pageNo: 1, pageSize: wholeList }),
    bare,
    instanceList,
  ),
  instances: (namespaceId, groupName, serviceName, clusterName) => instancesCall(
    'catalog_instances',
    query('/v1/ns/catalog/instances', { namespaceId, groupName, serviceName, clusterName, pageNo: 1, pageSize: wholeList }),
    bare,
    instanceList,
  ),
  login: ['/v1/auth/login', '/v1/auth/users/login', '/v3/auth/user/login'],
  slowMetrics: false,
};
