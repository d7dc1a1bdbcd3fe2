/** Ports that a simulated node would have open besides HTTP: gRPC for clients and for members, and raft. */

import type { SimCluster } from './cluster.ts';
import { traitsOf } from './versions.ts';

/** From the HTTP port, by generation: gRPC came with 2.0. */
const raft = -1000;
const grpc = [1000, 1001];

/** Whether a running node listens there. */
export function listensAt(cluster: SimCluster, host: string, port: number): boolean {
  return cluster.nodes.some((node) => {
    if (!node.running) return false;
    const offsets = [0, raft, ...(traitsOf(node.version).number >= 20_000 ? grpc : [])];
    return offsets.some((offset) => node.address === `${host}:${port - offset}`);
  });
}
