/**
 * `listed`: every existing node has the new one in its list, before it is started. Double write has to be off by then: on 2.0
 * and 2.1 a listed node that has not started can make the others fall back to 1.x.
 */

import { fail, of, pass, unknown, type Gate } from './gate.ts';
import { latest } from './history.ts';
import { others } from './terms/life.ts';
import { listsOf } from './terms/members.ts';
import { switchOff } from './terms/stores.ts';

export const listed: Gate = {
  name: 'listed',
  doc: 'Double write is off everywhere, and the list of every existing node has NODE, in any state.',
  takesNode: true,
  reads: { only: ['switches'] },
  judge(history, request) {
    const node = request.node!;
    const existing = others(latest(history), node);
    if (existing.length === 0) return { terms: [unknown('listed', 'no other node was read', 'reading')] };
    const { unread, lists } = listsOf('listed', existing);
    const rows = lists.map(([observer, members]) => {
      const row = members.find(({ address }) => address === node);
      return row === undefined ? fail(of('listed', observer.node), `does not list ${node}`) : pass(of('listed', observer.node), `lists ${node} as ${row.state.toUpperCase()}`);
    });
    return { terms: [...existing.map(switchOff), ...rows, ...unread] };
  },
};
