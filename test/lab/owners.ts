/**
 * Which node is responsible for an instance, worked out as the servers do it: by the hash of the grouped service name on
 * 1.x, of `ip:port` since 2.0, over the addresses of all members. It takes every member for up.
 */

import type { LabNode } from './cluster.ts';
import { groupedName, type Instance } from './registry.ts';
import { releaseOf } from './versions.ts';

export function ownerOf(nodes: readonly LabNode[], instance: Instance): LabNode {
  const first = releaseOf(nodes[0]!.version).generation === 1;
  const tag = first ? groupedName(instance) : `${instance.ip}:${instance.port}`;
  const sorted = nodes.toSorted((a, b) => (a.address < b.address ? -1 : 1));
  return sorted[Math.abs(javaHash(tag) % 0x7fffffff) % sorted.length]!;
}

function javaHash(text: string): number {
  let hash = 0;
  for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
  return hash;
}
