/** Which paths a release answers, with what, and who may ask. */

import type { Traits } from '../versions.ts';
import { actuator } from './actuator.ts';
import type { Guard } from './auth.ts';
import { login } from './auth.ts';
import { catalogServices, serviceListV3 } from './catalog.ts';
import { configHealth, liveness, livenessV3, namespaces, namespacesResult, readiness, readinessV3, serverState, stateV3 } from './console.ts';
import { clientConfigV3, configListV3, configs } from './configs.ts';
import { clientDetail, clientList, clientServices } from './clients.ts';
import { connections, connectionsResult } from './connections.ts';
import type { Handler } from './exchange.ts';
import { instance, instanceBeat } from './instances.ts';
import { healthV1, nodesV1, nodesV2, selfV1, selfV2, servers } from './members.ts';
import { metricsV1, metricsV2, metricsV3, pushState, switches, switchesResult, upgradeMetrics } from './operator.ts';
import {
  catalogInstances, catalogService, clientInstanceListV3, distroServer, instanceList, instanceListV3, service, serviceList, serviceNames, serviceV3,
} from './services.ts';

export interface Route {
  readonly handler: Handler;
  readonly guard: Guard;
  /** First release with it, and first without: 20200 for 2.2.0. */
  readonly since?: number;
  readonly until?: number;
  /** 3.x: 410 unless the old admin APIs are switched on. */
  readonly closedIn3?: true;
  /** 3.x: on the console's port only; 410, or 404 once the old APIs are on. */
  readonly movedIn3?: true;
  /** 3.x: open unless the API for clients is closed. */
  readonly forClients?: true;
}

const v2 = 20_000;
const v22 = 20_200;
const v3 = 30_000;

const routes: Readonly<Record<string, Route>> = {
  '/v1/console/server/state': { handler: serverState, guard: 'open', movedIn3: true },
  '/v1/console/health/liveness': { handler: liveness, guard: 'open', movedIn3: true },
  '/v1/console/health/readiness': { handler: readiness, guard: 'open', movedIn3: true },
  '/v1/console/namespaces': { handler: namespaces, guard: 'open', movedIn3: true },
  '/v2/console/namespace/list': { handler: namespacesResult, guard: 'open', since: v22, movedIn3: true },
  '/v1/core/cluster/nodes': { handler: nodesV1, guard: 'members', closedIn3: true },
  '/v1/core/cluster/self': { handler: selfV1, guard: 'members', closedIn3: true },
  '/v1/core/cluster/health': { handler: healthV1, guard: 'open', closedIn3: true },
  '/v2/core/cluster/nodes': { handler: nodesV1, guard: 'open', since: 20_004, until: v22 },
  '/v2/core/cluster/nodes/self': { handler: selfV1, guard: 'open', since: 20_004, until: v22 },
  '/v2/core/cluster/node/list': { handler: nodesV2, guard: 'admin', since: v22, closedIn3: true },
  '/v2/core/cluster/node/self': { handler: selfV2, guard: 'admin', since: v22, closedIn3: true },
  '/v2/core/loader/current': { handler: connections, guard: 'read', since: v2, closedIn3: true },
  '/v1/cs/configs': { handler: configs, guard: 'read', forClients: true },
  '/v1/cs/health': { handler: configHealth, guard: 'open', closedIn3: true },

  '/v1/ns/operator/metrics': { handler: metricsV1, guard: 'open' },
  '/v1/ns/operator/switches': { handler: switches, guard: 'open', closedIn3: true },
  '/v1/ns/operator/servers': { handler: servers, guard: 'open', until: v22 },
  '/v1/ns/operator/push/state': { handler: pushState, guard: 'open', closedIn3: true },
  '/v1/ns/operator/distro/server': { handler: distroServer, guard: 'open', until: v22 },
  '/v2/ns/operator/metrics': { handler: metricsV2, guard: 'open', since: v22, closedIn3: true },
  '/v2/ns/operator/switches': { handler: switchesResult, guard: 'open', since: v22, closedIn3: true },
  '/v1/ns/upgrade/ops/metrics': { handler: upgradeMetrics, guard: 'open', since: 20_002, until: v22 },

  '/v2/ns/client': { handler: clientDetail, guard: 'admin', since: v22, closedIn3: true },
  '/v2/ns/client/list': { handler: clientList, guard: 'admin', since: v22, closedIn3: true },
  '/v2/ns/client/publish/list': { handler: clientServices, guard: 'admin', since: v22, closedIn3: true },
  '/v3/admin/ns/client': { handler: clientDetail, guard: 'admin', since: v3 },
  '/v3/admin/ns/client/list': { handler: clientList, guard: 'admin', since: v3 },
  '/v3/admin/ns/client/publish/list': { handler: clientServices, guard: 'admin', since: v3 },

  '/v1/ns/catalog/services': { handler: catalogServices, guard: 'read', closedIn3: true },
  '/v1/ns/catalog/instances': { handler: catalogInstances, guard: 'read', closedIn3: true },
  '/v1/ns/catalog/service': { handler: catalogService, guard: 'read', closedIn3: true },
  '/v1/ns/service': { handler: service, guard: 'read', closedIn3: true },
  '/v1/ns/service/names': { handler: serviceNames, guard: 'read', closedIn3: true },
  '/v1/ns/service/list': { handler: serviceList, guard: 'read' },
  '/v1/ns/instance/list': { handler: instanceList, guard: 'read', forClients: true },
  '/v1/ns/instance': { handler: instance, guard: 'read', forClients: true },
  '/v1/ns/instance/beat': { handler: instanceBeat, guard: 'read', forClients: true },

  '/v3/admin/core/state': { handler: stateV3, guard: 'open', since: v3 },
  '/v3/admin/core/state/liveness': { handler: livenessV3, guard: 'open', since: v3 },
  '/v3/admin/core/state/readiness': { handler: readinessV3, guard: 'open', since: v3 },
  '/v3/admin/core/cluster/node/list': { handler: nodesV2, guard: 'admin', since: v3 },
  '/v3/admin/core/cluster/node/self': { handler: selfV2, guard: 'admin', since: v3 },
  '/v3/admin/core/loader/current': { handler: connectionsResult, guard: 'admin', since: v3 },
  '/v3/admin/core/namespace/list': { handler: namespacesResult, guard: 'admin', since: v3 },
  '/v3/admin/ns/service/list': { handler: serviceListV3, guard: 'admin', since: v3 },
  '/v3/admin/ns/service': { handler: serviceV3, guard: 'admin', since: v3 },
  '/v3/admin/ns/instance/list': { handler: instanceListV3, guard: 'admin', since: v3 },
  '/v3/admin/ns/ops/switches': { handler: switchesResult, guard: 'admin', since: v3 },
  '/v3/admin/ns/ops/metrics': { handler: metricsV3, guard: 'admin', since: v3 },
  '/v3/admin/cs/config/list': { handler: configListV3, guard: 'admin', since: v3 },
  '/v3/client/cs/config': { handler: clientConfigV3, guard: 'read', since: v3 },
  '/v3/client/ns/instance/list': { handler: clientInstanceListV3, guard: 'read', since: v3 },

  '/actuator/prometheus': { handler: actuator, guard: 'open' },

  '/v1/auth/login': { handler: login, guard: 'open' },
  '/v1/auth/users/login': { handler: login, guard: 'open' },
  '/v3/auth/user/login': { handler: login, guard: 'open', since: v3 },
};

/** `/v1/ns/ops/…` is the same as `/v1/ns/operator/…`. */
const canonical = (path: string): string => path.replace(/^\/v1\/ns\/ops\//, '/v1/ns/operator/');

export function routeFor(path: string, traits: Traits): Route | undefined {
  const route = routes[canonical(path)];
  if (route === undefined || traits.number < (route.since ?? 0) || traits.number >= (route.until ?? Infinity)) return undefined;
  return route;
}

/** Paths that answer 410 on a default 3.x. */
export const isClosed = (route: Route, traits: Traits, open: { readonly compatibility: boolean; readonly clientApi: boolean }): boolean =>
  traits.number >= v3 && ((!open.compatibility && (route.closedIn3 === true || route.movedIn3 === true)) || (!open.clientApi && route.forClients === true));

/** Console paths that an opened 3.x does not have on this port. */
export const isMoved = (route: Route, traits: Traits): boolean => traits.number >= v3 && route.movedIn3 === true;

/** Old raft paths of naming: stopped from 1.4 on, gone from 2.2 on. */
export const isOldRaft = (path: string, traits: Traits): boolean => traits.number < v22 && path.startsWith('/v1/ns/raft/');

/** The old raft's own peer, of whom nobody knows any more. */
export const isOldPeer = (path: string, traits: Traits): boolean => traits.number < v22 && canonical(path) === '/v1/ns/operator/cluster/state';

/** 3.x counts its opened old APIs among the admin's. */
export const guardOf = (route: Route, traits: Traits): Guard => (traits.number >= v3 && route.closedIn3 === true ? 'admin' : route.guard);

/** Paths that the naming filter answers with 503 while the node is not UP: v1 only. */
export const isGuardedByStatus = (path: string): boolean => path.startsWith('/v1/ns/');

export const namesDownTwice = (traits: Traits): boolean => traits.number >= v2;
