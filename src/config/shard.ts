/**
 * Which shard a cluster and its namespaces belong to: the one with the highest hash, so that of n + 1 shards the new one
 * takes a share of what the others had, and nothing else moves.
 */

import { createHash } from 'node:crypto';

export interface Shard {
  /** From 0. */
  readonly ordinal: number;
  readonly total: number;
}

/** What of one cluster an exporter reads and serves. */
export interface Share {
  /** All that belongs to the cluster or a node of it, and to no namespace. */
  readonly cluster: boolean;
  /** By canonical id. */
  namespace(id: string): boolean;
}

export const wholeCluster: Share = { cluster: true, namespace: () => true };

export function shareOf(shard: Shard, cluster: string): Share {
  if (shard.total === 1) return wholeCluster;
  const home = shardOf(shard.total, cluster);
  const known = new Map<string, boolean>();
  return {
    cluster: home === shard.ordinal,
    namespace(id) {
      let mine = known.get(id);
      if (mine === undefined) {
        // Where it is the only namespace, one shard reads the cluster and the others leave it alone.
        mine = (id === 'public' ? home : shardOf(shard.total, `${cluster}\0${id}`)) === shard.ordinal;
        known.set(id, mine);
      }
      return mine;
    },
  };
}

/** Number of the shard that a key belongs to. */
export function shardOf(total: number, key: string): number {
  let highest = -1;
  let place = 0;
  for (let shard = 0; shard < total; shard++) {
    const weight = createHash('sha256').update(`${shard}\0${key}`).digest().readUIntBE(0, 6);
    if (weight <= highest) continue;
    highest = weight;
    place = shard;
  }
  return place;
}
