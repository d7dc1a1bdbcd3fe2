/** What a node told of itself and its peers, as snapshots show it: absent is what it did not tell. */

import type { NodeSnapshot } from '../model.ts';
import type { NodeDocument } from '../snapshot/document.ts';
import { compareText } from '../snapshot/write.ts';

export type ToldByNode = Pick<NodeDocument, 'node' | 'configured' | 'up' | 'version' | 'api' | 'mode' | 'members'>;

export function answered(node: NodeSnapshot): boolean {
  return node.stages.liveness?.outcome.status === 'ok';
}

export function toldByNode(node: NodeSnapshot): ToldByNode {
  const { state, api, configured } = node;
  const members = node.stages.members?.value;
  return {
    node: node.node, configured, up: answered(node),
    ...(state === undefined || state.version === '' ? {} : { version: state.version }),
    ...(api === undefined ? {} : { api }),
    ...(state === undefined ? {} : { mode: state.mode }),
    ...(members === undefined ? {} : { members: members.toSorted((a, b) => compareText(a.address, b.address)) }),
  };
}
