/** What the nodes' own member lists say: each is the opinion of one node. */

import { majority } from '../../analysis/membership.ts';
import type { Member } from '../../model.ts';
import { fail, of, pass, unknown, type Term } from '../gate.ts';
import type { NodeSeen, Observation } from '../observation.ts';
import { count, some } from '../words.ts';

interface Lists {
  /** A row for each that could not be read. */
  readonly unread: readonly Term[];
  readonly lists: readonly (readonly [observer: NodeSeen, members: readonly Member[]])[];
}

export function listsOf(term: string, nodes: readonly NodeSeen[]): Lists {
  const unread = nodes.flatMap((node): readonly Term[] => {
    const { members, answers, problem } = node;
    const about = of(term, node.node);
    if (answers === false) return [unknown(about, problem ?? 'does not answer')];
    if (members.state === 'unread') return [unknown(about, problem ?? 'its member list was not read yet', 'reading')];
    if (members.state === 'failed') return [unknown(about, `its member list could not be read: ${members.reason}`)];
    return members.state === 'unsupported' ? [unknown(about, closed(node))] : [];
  });
  return { unread, lists: nodes.flatMap((node) => (node.answers !== false && node.members.state === 'told' ? [[node, node.members.value] as const] : [])) };
}

function closed({ api }: NodeSeen): string {
  return api === 'v3-open' ? '3.x shows its member list to an administrator only, and no credentials are configured' : 'this server has no member list';
}

export function identicalLists({ nodes }: Observation): readonly Term[] {
  const { unread, lists } = listsOf('member-lists', nodes.filter(({ answers }) => answers !== false));
  const agreed = majority(lists.map(([, members]) => members.map(({ address }) => address)));
  const wrong = lists.flatMap(([{ node }, members]): readonly Term[] => {
    const own = members.map(({ address }) => address);
    const [lacks, more] = [agreed.filter((address) => !own.includes(address)), own.filter((address) => !agreed.includes(address))];
    if (lacks.length === 0 && more.length === 0) return [];
    const words = [...(lacks.length === 0 ? [] : [`lacks ${some(lacks)}`]), ...(more.length === 0 ? [] : [`has ${some(more)}, which most others do not`])];
    return [fail(of('member-lists', node), `its list ${words.join(', ')}`)];
  });
  if (wrong.length > 0 || unread.length > 0) return [...wrong, ...unread];
  return lists.length === 0 ? [unknown('member-lists', 'no node was read yet', 'reading')] : [pass('member-lists', `all ${count(lists.length, 'node')} list the same ${count(agreed.length, 'member')}`)];
}

/** Every member, or the one asked for, is UP in every view. */
export function upInViews({ nodes }: Observation, member?: string): readonly Term[] {
  const { unread, lists } = listsOf('member-state', nodes.filter(({ answers }) => answers !== false));
  const wrong = lists.flatMap(([{ node }, members]): readonly Term[] => {
    const looked = member === undefined ? members : members.filter(({ address }) => address === member);
    if (looked.length === 0) return [fail(of('member-state', node), `does not list ${member ?? 'any member'}`)];
    return looked.filter(({ state }) => state !== 'up').map(({ address, state }) => fail(of('member-state', node), `sees ${address} ${state.toUpperCase()}`));
  });
  if (wrong.length > 0 || unread.length > 0) return [...wrong, ...unread];
  return lists.length === 0 ? [unknown('member-state', 'no node was read yet', 'reading')] : [pass('member-state', `${member ?? 'every member'} is UP in the ${lists.length === 1 ? 'view' : 'views'} of ${count(lists.length, 'node')}`)];
}

/** Members as most lists have them; the nodes themselves where no list can be read. */
export function memberNames({ nodes }: Observation): readonly string[] {
  const lists = nodes.flatMap(({ members }) => (members.state === 'told' ? [members.value.map(({ address }) => address)] : []));
  return lists.length === 0 ? nodes.map(({ node }) => node) : majority(lists);
}
