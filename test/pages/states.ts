/** Made-up states: a calm cluster of three nodes, and what a test changes of it. */

import type { ClusterState, Differing, DifferingDetails, EventItem, ExporterState, NamespaceState, NodeState, PageSource } from '../../src/server/pages/state.ts';

/** 2026-11-21, 10:00 UTC. */
export const now = Date.UTC(2026, 10, 21, 10);

export const exporter: ExporterState = { version: '1.2.3', startedAt: now - 7_200_000, configAt: now - 3_600_000, configErrors: [] };

export function nodeState(index: number, changes: Partial<NodeState> = {}): NodeState {
  return {
    node: `10.0.0.${index}:8848`, condition: 'up', vote: 'votes', version: '2.2.4', ready: true, leads: index === 1 ? ['naming_persistent_service'] : [],
    seenUp: { up: 2, of: 2 }, readAt: now - 3_000, responseMs: 4, ...changes,
  };
}

export function namespaceState(id: string, instances: number, changes: Partial<NamespaceState> = {}): NamespaceState {
  return {
    id, agreed: { services: 10, instances, healthy: instances, tied: false, protected: 0, baseline: instances }, differing: { confirmed: 0, suspected: 0 },
    cells: [1, 2, 3].map(() => ({ instances, healthy: instances, found: { missing: 0, surplus: 0, conflicting: 0 } })), ...changes,
  };
}

export function clusterState(changes: Partial<ClusterState> = {}): ClusterState {
  return {
    name: 'prod', now, lookedAt: now - 2_000, stale: false, nodes: [1, 2, 3].map((index) => nodeState(index)), expected: 3,
    raft: [{ group: 'naming_persistent_service', leaders: ['10.0.0.1:8848'], complete: true }], namespaces: [namespaceState('public', 100), namespaceState('orders', 40)],
    compared: true, sampled: false, confirmed: 0, suspected: 0, differsOn: [], failing: [], failures: 0, dropped: 0, ...changes,
  };
}

export interface DifferingChanges extends Partial<Omit<Differing, 'details' | 'words'>>, Partial<DifferingDetails> {}

export function differing(service: string, { healsByItself = true, differences, omitted = 0, ...changes }: DifferingChanges = {}): Differing {
  const listed = differences ?? [{ node: '10.0.0.3:8848', what: 'missing' as const, cluster: 'DEFAULT', address: '10.1.0.1:80', agreed: 'present', shown: '' }];
  return {
    cluster: 'prod', namespace: 'public', group: 'DEFAULT_GROUP', service, kind: 'instance', confirmed: true, since: now - 60_000, ...changes,
    words: () => listed.map(({ node, address }) => `${node} ${address}`).join(' '),
    details: () => ({ healsByItself, differences: listed, omitted }),
  };
}

export function event(cursor: number, changes: Partial<EventItem> = {}): EventItem {
  return {
    cursor, at: new Date(now - 1_000 * cursor).toISOString(), cluster: 'prod', namespace: 'public', group: 'DEFAULT_GROUP', service: 'orders',
    instance: { cluster: 'DEFAULT', address: '10.1.0.1:80' }, cause: 'expired', tagBefore: 'a', tagAfter: '', ...changes,
  };
}

export interface SourceParts {
  readonly states: readonly ClusterState[];
  readonly differing?: readonly Differing[];
  readonly events?: readonly EventItem[];
  readonly exporter?: ExporterState;
  readonly configs?: ReturnType<PageSource['configs']>;
}

/** What is in `parts` is read anew at every call: a test may change it while a page is open. */
export function sourceOf(parts: SourceParts): PageSource {
  return {
    names: () => parts.states.map(({ name }) => name),
    cluster: (name) => parts.states.find((state) => state.name === name),
    differing: (name, most) => (parts.differing ?? []).filter(({ cluster }) => cluster === name).slice(0, most),
    configs: () => parts.configs,
    events: (_name, most) => (parts.events ?? []).slice(0, most),
    exporter: () => parts.exporter ?? exporter,
  };
}

/** Of an exporter without clusters. */
export const noPages: PageSource = sourceOf({ states: [] });

/** Of a cluster that was never polled. */
export function unpolled(name = 'prod'): ClusterState {
  const { lookedAt: _, ...rest } = clusterState({ name, nodes: [], namespaces: [], raft: [], compared: false });
  return rest;
}
