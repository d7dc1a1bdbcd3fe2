/** What a written snapshot says was registered: on one node, or on the cluster as its nodes agreed. */

import type { ClusterDocument, NodeDocument, SnapshotDocument } from '../../snapshot/document.ts';
import { agreedRegistry, registryOf, type Registry } from './registry-diff.ts';

/** Keys that tell one life of an instance from the next. */
const tags = ['app_registry_tag'];

/** Thrown with one line for people: the snapshot does not hold what is asked for. */
export class SnapshotLacks extends Error {}

const isWhole = (node: NodeDocument): boolean => node.up && node.namespaces.every(({ outcome }) => outcome.status === 'ok');

export function clusterIn({ clusters }: SnapshotDocument, name: string): ClusterDocument {
  const found = clusters.find((one) => one.name === name);
  if (found === undefined) throw new SnapshotLacks(`no cluster ${name}; it has ${clusters.map((one) => one.name).join(', ')}`);
  return found;
}

/** What the nodes that were read agree on. */
export function registryOfCluster({ name, nodes }: ClusterDocument): Registry {
  const whole = nodes.filter(isWhole);
  if (whole.length === 0) throw new SnapshotLacks(`no node of cluster ${name} was read completely`);
  return agreedRegistry(whole.map(registryOfNode));
}

/** A node that was not read holds nobody knows what. */
export function registryOfNode(node: NodeDocument): Registry {
  const unread = node.namespaces.find(({ outcome }) => outcome.status !== 'ok');
  if (!isWhole(node)) throw new SnapshotLacks(`${node.node} was not read completely${unread === undefined ? '' : `: namespace ${unread.id}`}`);
  return registryOf(node.namespaces.map(({ id, services }) => ({ id, services: services ?? [] })), tags);
}
