/** `double-write-off`: closed on every node, and still so a minute later. A restart, and every new node, has it on again. */

import { fail, of, pass, unknown, type Gate, type Term } from './gate.ts';
import { heldSince, latest, type History } from './history.ts';
import type { NodeSeen } from './observation.ts';
import { storeless, switchOff, untoldStores } from './terms/stores.ts';
import { is1x } from './versions.ts';
import { seconds } from './words.ts';

const heldMs = 60_000;

export const doubleWriteOff: Gate = {
  name: 'double-write-off',
  doc: 'On every node: the switch is off, isDoubleWriteEnabled=false and upgraded; held for 60 s. Needed again after each restart and on each new node.',
  reads: { polls: true, upgrade: true },
  judge(history) {
    const { nodes } = latest(history);
    if (nodes.length === 0) return { terms: [unknown('double-write', 'no node was read yet', 'reading')] };
    const terms = nodes.flatMap(termsOf);
    return { terms: terms.every(({ state }) => state === 'pass') ? [...terms, held(history)] : terms };
  },
};

function termsOf(node: NodeSeen): readonly Term[] {
  const off = switchOff(node);
  if (is1x(node.version)) return [fail(of('upgraded', node.node), `still runs ${node.version!}`)];
  if (storeless(node.version) !== undefined || (node.answers !== true && off.state !== 'pass')) return [off];
  const untold = untoldStores(node, 'double-write');
  if (untold !== undefined || node.upgrade.state !== 'told') return [off, ...(untold === undefined ? [] : [untold])];
  const { doubleWriteEnabled, upgraded } = node.upgrade.value;
  return [
    off,
    doubleWriteEnabled ? fail(of('double-write', node.node), 'writes to both stores (isDoubleWriteEnabled=true)') : pass(of('double-write', node.node), 'isDoubleWriteEnabled=false'),
    upgraded ? pass(of('upgraded', node.node), 'serves its own store') : fail(of('upgraded', node.node), 'still serves the V1 store (upgraded=false)'),
  ];
}

function held(history: History): Term {
  const { at } = latest(history);
  const lasted = at - heldSince(history, ({ nodes }) => nodes.flatMap(termsOf).every(({ state }) => state === 'pass'))!;
  return lasted >= heldMs ? pass('held', `for ${seconds(lasted)}`) : unknown('held', `for ${seconds(lasted)} of ${seconds(heldMs)}`, 'holding');
}
