/**
 * Whether a cluster's registry can be trusted, and why not, the gravest first. What only may be replication on its way is
 * a note: it never changes the verdict.
 */

import type { ClusterState, NamespaceState, NodeState } from './state.ts';

/** Gravest first. */
export const levels = ['bad', 'unknown', 'care', 'ok'] as const;
export type Level = (typeof levels)[number];

export type Reason =
  | { readonly code: 'not_polled' | 'nobody_up' | 'nobody_votes' | 'not_compared' | 'sampled' }
  | { readonly code: 'stale'; readonly since: number }
  | { readonly code: 'quorum'; readonly up: number; readonly expected: number }
  | { readonly code: 'differs'; readonly services: number; readonly nodes: readonly string[]; readonly since?: number }
  | { readonly code: 'loss'; readonly namespace: string; readonly lost: number; readonly baseline: number }
  | { readonly code: 'unhealthy'; readonly namespace: string; readonly unhealthy: number; readonly instances: number }
  | { readonly code: 'no_leader' | 'leaders'; readonly group: string; readonly leaders: number }
  | { readonly code: 'down' | 'unread' | 'frozen' | 'not_ready'; readonly node: string }
  | { readonly code: 'joining'; readonly node: string; readonly lacks?: number }
  | { readonly code: 'absent' | 'protected' | 'suspected' | 'failing'; readonly count: number }
  | { readonly code: 'tied'; readonly namespaces: readonly string[] }
  | { readonly code: 'versions'; readonly versions: readonly string[] };

/** What it says about the verdict; a note says nothing about it. */
export type Weight = Exclude<Level, 'ok'> | 'note';

export interface Weighed {
  readonly reason: Reason;
  readonly weight: Weight;
}

export interface Verdict {
  readonly level: Level;
  /** Set where all that is bad is that these nodes, fewer than half of all, hold something else. */
  readonly only?: readonly string[];
  readonly reasons: readonly Weighed[];
}

/** A namespace smaller than this is not judged by shares. */
const leastInstances = 20;
/** Of the baseline; from here on a loss is one. */
export const lossShare = 0.1;
const lossBad = 0.3;
const unhealthyShare = 0.2;

export function judge(state: ClusterState): Verdict {
  if (state.lookedAt === undefined) return { level: 'unknown', reasons: [{ reason: { code: 'not_polled' }, weight: 'unknown' }] };
  if (state.stale) return { level: 'unknown', reasons: [{ reason: { code: 'stale', since: state.lookedAt }, weight: 'unknown' }] };
  const found = [...ofNodes(state), ...ofDifferences(state), ...ofRaft(state), ...state.namespaces.flatMap(ofNamespace), ...notes(state)];
  const order: readonly Weight[] = ['bad', 'unknown', 'care', 'note'];
  const reasons = order.flatMap((weight) => found.filter((one) => one.weight === weight));
  const level = levels.find((one) => reasons.some(({ weight }) => weight === one)) ?? 'ok';
  const only = onlyNodes(state, reasons);
  return { level, reasons, ...(only === undefined ? {} : { only }) };
}

function onlyNodes({ nodes }: ClusterState, reasons: readonly Weighed[]): readonly string[] | undefined {
  const bad = reasons.filter(({ weight }) => weight === 'bad').map(({ reason }) => reason);
  const [first] = bad;
  if (bad.length !== 1 || first?.code !== 'differs') return undefined;
  return first.nodes.length > 0 && first.nodes.length * 2 < nodes.length ? first.nodes : undefined;
}

function ofNodes({ nodes, expected, namespaces }: ClusterState): readonly Weighed[] {
  const up = nodes.filter(({ condition }) => condition === 'up').length;
  if (up === 0) return [{ reason: { code: 'nobody_up' }, weight: 'bad' }];
  const found = nodes.flatMap(ofNode);
  if (up * 2 <= expected) found.push({ reason: { code: 'quorum', up, expected }, weight: 'bad' });
  else if (expected > nodes.length) found.push({ reason: { code: 'absent', count: expected - nodes.length }, weight: 'care' });
  if (!nodes.some(({ vote }) => vote === 'votes')) found.push({ reason: { code: 'nobody_votes' }, weight: namespaces.length === 0 ? 'unknown' : 'bad' });
  return found;
}

function ofNode({ node, condition, vote, ready, lacks }: NodeState): Weighed[] {
  if (condition === 'down') return [{ reason: { code: 'down', node }, weight: 'care' }];
  if (condition === 'unknown') return [];
  const found: Weighed[] = ready === false ? [{ reason: { code: 'not_ready', node }, weight: 'care' }] : [];
  if (vote === 'joining') found.push({ reason: { code: 'joining', node, ...(lacks === undefined ? {} : { lacks }) }, weight: 'care' });
  else if (vote === 'frozen' || vote === 'unread') found.push({ reason: { code: vote, node }, weight: 'care' });
  return found;
}

function ofDifferences({ confirmed, suspected, since, differsOn, sampled, compared, nodes }: ClusterState): readonly Weighed[] {
  const found: Weighed[] = [];
  if (confirmed > 0) found.push({ reason: { code: 'differs', services: confirmed, nodes: differsOn, ...(since === undefined ? {} : { since }) }, weight: 'bad' });
  if (suspected > 0) found.push({ reason: { code: 'suspected', count: suspected }, weight: 'note' });
  if (sampled) found.push({ reason: { code: 'sampled' }, weight: 'note' });
  if (!compared && nodes.length > 1) found.push({ reason: { code: 'not_compared' }, weight: 'note' });
  return found;
}

function ofRaft({ raft }: ClusterState): readonly Weighed[] {
  return raft.flatMap(({ group, leaders, complete }): readonly Weighed[] => {
    if (leaders.length > 1) return [{ reason: { code: 'leaders', group, leaders: leaders.length }, weight: 'care' }];
    return leaders.length === 0 && complete ? [{ reason: { code: 'no_leader', group, leaders: 0 }, weight: 'bad' }] : [];
  });
}

function ofNamespace({ id, agreed }: NamespaceState): readonly Weighed[] {
  if (agreed === undefined) return [];
  const { instances, healthy, baseline } = agreed;
  const found: Weighed[] = [];
  const lost = (baseline ?? 0) - instances;
  if (baseline !== undefined && baseline >= leastInstances && lost >= lossShare * baseline) {
    found.push({ reason: { code: 'loss', namespace: id, lost, baseline }, weight: lost >= lossBad * baseline ? 'bad' : 'care' });
  }
  if (instances >= leastInstances && instances - healthy >= unhealthyShare * instances) {
    found.push({ reason: { code: 'unhealthy', namespace: id, unhealthy: instances - healthy, instances }, weight: 'care' });
  }
  return found;
}

function notes({ nodes, namespaces, failing }: ClusterState): readonly Weighed[] {
  const found: Weighed[] = [];
  const triggered = namespaces.reduce((sum, { agreed }) => sum + (agreed?.protected ?? 0), 0);
  if (triggered > 0) found.push({ reason: { code: 'protected', count: triggered }, weight: 'care' });
  // Two voters of which one has heard of a change first: no more than what is suspected.
  const tied = namespaces.flatMap(({ id, agreed }) => (agreed?.tied === true ? [id] : []));
  if (tied.length > 0) found.push({ reason: { code: 'tied', namespaces: tied }, weight: 'note' });
  const versions = [...new Set(nodes.flatMap(({ version, condition }) => (condition === 'up' ? version ?? [] : [])))].toSorted();
  if (versions.length > 1) found.push({ reason: { code: 'versions', versions }, weight: 'note' });
  // What a node that is down does not answer is said already.
  const down = new Set(nodes.flatMap(({ node, condition }) => (condition === 'up' ? [] : [node])));
  const count = failing.filter(({ node }) => !down.has(node)).length;
  if (count > 0) found.push({ reason: { code: 'failing', count }, weight: 'note' });
  return found;
}
