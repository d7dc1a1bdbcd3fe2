/**
 * What a shard leaves to others. Whoever has a namespace of a cluster reads all that decides who votes there: life, members,
 * raft, readiness, switches, metrics, pushes, and the counts of every namespace, since a node that fills or stands still is
 * known by all of them. Whoever has none only looks whether it gets one.
 */

import type { Share } from '../config/shard.ts';
import type { Stage } from '../model.ts';
import type { Intervals } from './schedule.ts';

/** Told of the cluster and its nodes alone, and no verdict rests on them. */
const ofTheCluster: readonly Stage[] = ['connections', 'upgrade', 'database', 'ports'];
const ofNamespaces: readonly Stage[] = [...ofTheCluster, 'readiness', 'switches', 'metrics', 'push', 'counts', 'beats', 'actuator'];

/** `namespaces`: those of the cluster that are watched; asked for only where the share is a part. */
export function sharedIntervals(share: Share, namespaces: () => readonly string[]): Intervals {
  if (share.cluster) return {};
  const left = namespaces().some(share.namespace) ? ofTheCluster : ofNamespaces;
  return Object.fromEntries(left.map((stage) => [stage, Infinity]));
}
