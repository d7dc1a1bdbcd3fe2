/**
 * What 1.4-2.5 answer alike, all of it on the server's own port. The members come from `/v1/core/cluster/nodes`, which
 * answers from 1.3 through 2.5: the v2 twin needs an administrator where auth is on, came with 2.0.4 and changed its path
 * in 2.2.0, and says nothing more. Empty services are asked for and left out on our side: `hasIpCount=true` makes
 * the server count every service for every page.
 */

import { actuator } from './actuator.ts';
import { clustersCall, contentsList, instanceList, instancesCall } from './contents.ts';
import { configsBeforeV3 } from './configs.ts';
import { databaseHealth } from './database.ts';
import type { Dialect } from './dialect.ts';
import { bare, call, restResult } from './envelopes.ts';
import { members, selfView } from './members.ts';
import { namespaces, namespacesWithServices } from './namespaces.ts';
import { pushState } from './push.ts';
import { catalogList, protectThreshold, query } from './services.ts';
import { livenessCall, serverState, textReadiness } from './state.ts';
import { switches } from './switches.ts';

/** More instances than a cluster of a service has. */
export const wholeList = 1_000_000;

export const beforeV3 = {
  liveness: livenessCall('server_state', '/v1/console/server/state', bare, serverState),
  readiness: textReadiness('readiness', '/v1/console/health/readiness'),
  members: call('cluster_nodes', '/v1/core/cluster/nodes', restResult, members),
  raft: call('cluster_self', '/v1/core/cluster/self', restResult, selfView),
  switches: call('switches', '/v1/ns/operator/switches', bare, switches),
  push: pushState,
  actuator,
  namespaces: call('namespaces', '/v1/console/namespaces', restResult, namespaces),
  database: databaseHealth,
  configs: configsBeforeV3,
  serviceNamespaces: call('service_names', '/v1/ns/service/names', bare, namespacesWithServices),
  catalogPage: (namespaceId, pageNo, pageSize) => call(
    'catalog_services',
    query('/v1/ns/catalog/services', { hasIpCount: false, withInstances: false, pageNo, pageSize, namespaceId }),
    bare,
    catalogList,
  ),
  protectThreshold: (namespaceId, group, name) => call(
    'service',
    query('/v1/ns/service', { serviceName: `${group}@@${name}`, namespaceId }),
    bare,
    protectThreshold,
  ),
  // A bare array, not hasIpCount: empty services are part of the contents.
  contentsPage: (namespaceId, pageNo, pageSize) => call(
    'catalog_contents',
    query('/v1/ns/catalog/services', { withInstances: true, pageNo, pageSize, namespaceId }),
    bare,
    contentsList,
  ),
  // Pages have no upper limit here, and one page is the only consistent view of a list.
  instances: (namespaceId, group, name, clusterName) => instancesCall(
    'catalog_instances',
    query('/v1/ns/catalog/instances', { serviceName: `${group}@@${name}`, clusterName, pageNo: 1, pageSize: wholeList, namespaceId }),
    bare,
    instanceList,
  ),
  clusters: (namespaceId, group, name) => clustersCall(
    'catalog_service', query('/v1/ns/catalog/service', { serviceName: `${group}@@${name}`, namespaceId }), bare,
  ),
  login: ['/v1/auth/login', '/v1/auth/users/login'],
} satisfies Partial<Dialect>;
