/** One cluster of a snapshot: polls it once, reads what is registered, and tells what should have been read and was not. */

import type { ClusterConfig } from '../config/config.ts';
import { allows } from '../analysis/names.ts';
import { stages, type NodeSnapshot, type Outcome } from '../model.ts';
import type { ClusterPoller } from '../poller/cluster-poller.ts';
import { compareText, type WrittenCluster, type WrittenNode } from '../snapshot/write.ts';
import { readContentsOfNodes, type NodeContents } from './snapshot-contents.ts';
import { answered, toldByNode } from './told-by-node.ts';

export interface TakenCluster {
  readonly cluster: WrittenCluster;
  /** One sentence each. */
  readonly missing: readonly string[];
}

/** Nodes that a check finds are checked in the next one; a third finds no more. */
const checksAtMost = 3;

export async function takeCluster(config: ClusterConfig, poller: ClusterPoller, now: () => number): Promise<TakenCluster> {
  await pollOnce(poller);
  const { nodes, thresholds } = poller.snapshot();
  const peers = new Map(poller.peers().map((peer) => [peer.node, peer]));
  const ups = nodes.filter(answered).flatMap((node) => {
    const peer = peers.get(node.node);
    return peer === undefined ? [] : [{ node, peer }];
  });
  const namespaces = [...namespacesOf(nodes)].filter((namespace) => allows(config.namespaces, namespace)).toSorted(compareText);
  const contents = await readContentsOfNodes(ups, { namespaces, thresholds, now });

  const inOrder = nodes.toSorted((a, b) => compareText(a.node, b.node));
  const written = inOrder.map((node) => writtenNode(node, contents.get(node.node)));
  const known = new Set(nodes.map(({ node }) => node));
  const unread = poller.ledger().membership.listed.filter((address) => !known.has(address));
  return {
    cluster: { name: config.name, nodes: written },
    missing: [
      ...(nodes.length === 0 ? ['no node was read'] : []),
      ...inOrder.flatMap((node) => missingOf(node, contents.get(node.node)).map((what) => `${node.node}: ${what}`)),
      ...unread.map((address) => `${address}: a member that is not configured, and discovery is off`),
    ].map((what) => `${config.name}: ${what}`),
  };
}

/** Until no more nodes are found; what a second poll finds due is only what the first did not read. */
async function pollOnce(poller: ClusterPoller): Promise<void> {
  const found = (): string => poller.peers().map(({ node }) => node).toSorted().join(' ');
  async function check(): Promise<void> {
    for (let i = 0; i < checksAtMost; i++) {
      const before = found();
      await poller.check();
      if (found() === before) return;
    }
  }
  await check();
  const before = found();
  await poller.poll();
  if (found() === before) return;
  await check();
  await poller.poll();
}

function namespacesOf(nodes: readonly NodeSnapshot[]): ReadonlySet<string> {
  return new Set(['public', ...nodes.flatMap((node) => node.stages.namespaces?.value ?? []).map(({ id }) => id)]);
}

function writtenNode(node: NodeSnapshot, contents: NodeContents | undefined): WrittenNode {
  const outcomes: Record<string, Outcome> = {};
  for (const stage of stages) {
    const outcome = node.stages[stage]?.outcome;
    if (outcome !== undefined) outcomes[stage] = outcome;
  }
  outcomes['contents'] = contents?.outcome ?? { status: 'skipped' };
  return { ...toldByNode(node), stages: outcomes, namespaces: contents?.namespaces ?? [] };
}

function missingOf(node: NodeSnapshot, contents: NodeContents | undefined): readonly string[] {
  const liveness = node.stages.liveness?.outcome;
  if (liveness?.status !== 'ok') return [`not read: ${liveness?.status === 'failed' ? reasonOf(liveness) : 'no answer'}`];
  const failed = stages.flatMap((stage) => {
    const outcome = node.stages[stage]?.outcome;
    return outcome?.status === 'failed' ? [`${stage}: ${reasonOf(outcome)}`] : [];
  });
  return [...failed, ...missingContents(node, contents)];
}

function missingContents(node: NodeSnapshot, contents: NodeContents | undefined): readonly string[] {
  if (contents === undefined || node.api === undefined) return ['contents: not known how to ask this server'];
  const { outcome, namespaces } = contents;
  if (outcome.status === 'unsupported') {
    return [`contents: closed${node.api === 'v3-open' ? '; Nacos 3 shows them to a user with read permission only, and none is configured' : ''}`];
  }
  if (namespaces.length === 0 && outcome.status === 'failed') return [`contents: ${reasonOf(outcome)}`];
  return namespaces.flatMap((namespace) => {
    const { id, short } = namespace;
    if (namespace.outcome.status === 'failed') return [`contents of ${id}: ${reasonOf(namespace.outcome)}`];
    if (namespace.outcome.status === 'skipped') return [`contents of ${id}: not asked for, the node had stopped answering`];
    return short === 0 ? [] : [`contents of ${id}: ${short} services count more instances than this server lists (r-nacos hides disabled ones)`];
  });
}

function reasonOf({ reason, detail }: Extract<Outcome, { readonly status: 'failed' }>): string {
  return `${reason}: ${detail}`;
}
