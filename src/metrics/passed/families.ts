/** A server's own series under our prefix: as the server tells them, with its labels after ours. */

import type { PassedRow } from '../../model.ts';
import { stageValue, type ClusterFamily, type ClusterView, type NodeView } from '../view.ts';
import { allowed, passedPrefix, type Passed } from './allowed.ts';

const perNode = ['nacos_cluster', 'nacos_node'] as const;

/** Emit<L> is open at its end for the renderer alone: the labels that are not declared, then a summary's part. */
type EmitPassed = (value: number, cluster: string, node: string, labels: string, part?: string) => void;

export const passedFamilies: readonly ClusterFamily[] = allowed.map(familyOf);

function familyOf({ name, type, help }: Passed): ClusterFamily {
  const full = passedPrefix + name;
  return {
    name: full, type, help, labels: perNode, open: true,
    rows(view, emit) {
      const emitPassed = emit as unknown as EmitPassed;
      for (const node of view.nodes) {
        for (const { value, labels, part } of rowsOf(node, full)) {
          if (part === undefined) emitPassed(value, view.cluster, node.name, labels);
          else emitPassed(value, view.cluster, node.name, labels, part);
        }
      }
    },
    same: (before, now) => before.nodes.length === now.nodes.length
      && now.nodes.every((node, i) => before.nodes[i]!.name === node.name && rowsOf(before.nodes[i]!, full) === rowsOf(node, full)),
  };
}

const none: readonly PassedRow[] = [];

function rowsOf(node: NodeView, family: string): readonly PassedRow[] {
  return stageValue(node, 'actuator')?.passed.families.get(family) ?? none;
}

/** Family to the series that the limit left out of it, all nodes together. */
export function droppedPassed(view: ClusterView): ReadonlyMap<string, number> {
  const dropped = new Map<string, number>();
  for (const node of view.nodes) {
    for (const [family, count] of stageValue(node, 'actuator')?.passed.dropped ?? []) dropped.set(family, (dropped.get(family) ?? 0) + count);
  }
  return dropped;
}
