/** `removed`: no node knows the one that was taken away, and nothing else is left over before the next one goes. */

import { fail, of, pass, unknown, type Gate, type Term } from './gate.ts';
import { latest } from './history.ts';
import { nodeOf } from './observation.ts';
import { others } from './terms/life.ts';
import { listsOf } from './terms/members.ts';
import { inGroups } from './terms/raft.ts';

export const removed: Gate = {
  name: 'removed',
  aliases: ['drained'],
  doc: 'NODE is in no member list and in no raft group, and no list has a DOWN member.',
  takesNode: true,
  reads: { only: ['raft'] },
  judge(history, request) {
    const now = latest(history);
    const node = request.node!;
    const left = others(now, node);
    if (left.length === 0) return { terms: [unknown('member-lists', 'no other node was read', 'reading')] };
    const { unread, lists } = listsOf('member-lists', left);
    const rows = lists.flatMap(([observer, members]): readonly Term[] => {
      const row = members.find(({ address }) => address === node);
      const down = members.filter(({ address, state }) => address !== node && state === 'down');
      return [
        row === undefined ? pass(of('member-lists', observer.node), `does not list ${node}`) : fail(of('member-lists', observer.node), `still lists ${node}, as ${row.state.toUpperCase()}`),
        ...down.map(({ address }) => fail(of('member-state', observer.node), `sees ${address} DOWN: bring it back or remove it before the next one`)),
      ];
    });
    return {
      terms: [...rows, ...unread, ...inGroups(now, left, node, 'none')],
      ...(nodeOf(now, node)?.answers === true ? { warnings: [`${node} still answers: clients that have its address may go on using it`] } : {}),
    };
  },
};
