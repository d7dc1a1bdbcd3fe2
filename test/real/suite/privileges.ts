/**
 * What each reading of a node asks of the user who reads, on the versions of the lab: the table of docs/security.md as data.
 * A test on real servers holds it to them, and one of the pages holds these to it.
 */

import type { Stage } from '../../../src/model.ts';
import type { Permission } from '../../lab/users.ts';
import type { LabVersion } from '../../lab/versions.ts';

/**
 * `open`: nothing, although authentication is on. `namespace`: `r` on each namespace that is watched. `none`: the version has
 * no such reading. Otherwise the resource on which the role needs `r`.
 */
export type Need = 'open' | 'namespace' | 'none' | `/${string}`;

type Needs = Readonly<Record<Stage, Need>>;

const openEverywhere = { liveness: 'open', readiness: 'open', metrics: 'open', ports: 'open', actuator: 'open', counts: 'namespace', contents: 'namespace' } as const;
const openBeforeV3 = { ...openEverywhere, members: 'open', raft: 'open', switches: 'open', push: 'open', namespaces: 'open', database: 'open' } as const;

export const needs: Readonly<Record<LabVersion, Needs>> = {
  '1.4.1': { ...openBeforeV3, beats: 'namespace', connections: 'none', upgrade: 'none' },
  '2.0.4': { ...openBeforeV3, beats: 'none', connections: '/v2/core/loader', upgrade: 'open' },
  '3.1.0': {
    ...openEverywhere, members: '/v3/admin/core/cluster', raft: '/v3/admin/core/cluster', switches: '/v3/admin/ns/ops', push: 'none',
    namespaces: '/v3/admin/core/namespace', beats: 'namespace', connections: '/v3/admin/core/loader', upgrade: 'none', database: 'none',
  },
};

/** Of the suite's cluster; each holds one instance. */
export const watchedNamespaces = ['public', 'orders'] as const;

/** The one without an id is without one here too: 1.4.1 and 2.0.4 refuse `public:*:*`, 3.1.0 takes both. */
export const namespacePermission = (namespace: string): Permission => ({ resource: `${namespace === 'public' ? '' : namespace}:*:*`, action: 'r' });

/** Read of the services that counts found: where these may not be read there is nothing to ask for, and so nothing fails. */
export const followers: Readonly<Record<LabVersion, readonly Stage[]>> = { '1.4.1': ['contents', 'beats'], '2.0.4': ['contents'], '3.1.0': ['contents'] };

/** Of the documented role. */
export function permissionsOf(version: LabVersion, namespaces: readonly string[] = watchedNamespaces): readonly Permission[] {
  const resources = [...new Set(Object.values(needs[version]).filter((need) => need.startsWith('/')))];
  return [...namespaces.map(namespacePermission), ...resources.map((resource): Permission => ({ resource, action: 'r' }))];
}
