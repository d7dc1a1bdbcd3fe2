/** Who leads the raft groups. A lost leader stays displayed for long: only a node's word on itself makes it one. */

import { hostPortOf, raftOffset } from '../../analysis/member-address.ts';
import { fail, of, pass, unknown, type Term } from '../gate.ts';
import type { NodeSeen, Observation } from '../observation.ts';
import { hasRaftGroups } from '../versions.ts';
import { memberNames } from './members.ts';
import type { SelfView } from '../../model.ts';
import { some } from '../words.ts';

interface View {
  readonly node: NodeSeen;
  readonly self: SelfView;
}

/** Views of the nodes that answer, and rows for those that could not be read. */
function viewsOf(term: string, nodes: readonly NodeSeen[]): { readonly views: readonly View[]; readonly unread: readonly Term[] } {
  const answering = nodes.filter(({ answers }) => answers !== false);
  return {
    views: answering.flatMap((node) => (node.raft.state === 'told' ? [{ node, self: node.raft.value }] : [])),
    unread: answering.flatMap(({ node, raft, problem, api }): readonly Term[] => {
      if (raft.state === 'told') return [];
      if (raft.state === 'unread') return [unknown(of(term, node), problem ?? 'its raft groups were not read yet', 'reading')];
      if (raft.state === 'failed') return [unknown(of(term, node), `its raft groups could not be read: ${raft.reason}`)];
      return [unknown(of(term, node), api === 'v3-open' ? '3.x shows its raft groups to an administrator only, and no credentials are configured' : 'this server tells nothing of raft')];
    }),
  };
}

const groupsIn = (views: readonly View[]): readonly string[] => [...new Set(views.flatMap(({ self }) => self.raft.map(({ group }) => group)))].toSorted();

/** One leader in every group, in the same term, by all views. */
export function oneLeaderEach(observation: Observation): readonly Term[] {
  const { views, unread } = viewsOf('raft-leader', observation.nodes);
  const groups = groupsIn(views);
  const rows = groups.map((group) => leaderOf(group, views));
  if (unread.length > 0) return [...rows.filter(({ state }) => state === 'fail'), ...unread];
  if (rows.length > 0) return rows;
  if (memberNames(observation).length === 1) return [pass('raft-leader', 'one node alone needs no leader')];
  return [unknown('raft-leader', 'no node names a raft group')];
}

function leaderOf(group: string, views: readonly View[]): Term {
  const named = views.flatMap(({ node, self }) => {
    const own = self.raft.find((one) => one.group === group);
    return own === undefined ? [] : [{ node: node.node, leads: own.leader !== undefined && own.leader === self.raftAddress, ...own }];
  });
  const leaders = named.filter(({ leads }) => leads).map(({ node }) => node);
  const absent = views.filter(({ node }) => named.every((one) => one.node !== node.node)).map(({ node }) => node.node);
  const claimed = [...new Set(named.flatMap(({ leader }) => leader ?? []))];
  const terms = [...new Set(named.map(({ term }) => term))];
  const here = `raft group ${group}`;
  if (leaders.length === 0) return fail('raft-leader', `${here}: no node says that it leads${claimed.length === 0 ? '' : `, ${some(claimed)} is named`}`);
  if (leaders.length > 1) return fail('raft-leader', `${here}: ${leaders.length} leaders, ${leaders.join(' and ')}`);
  if (claimed.length > 1) return fail('raft-leader', `${here}: ${leaders[0]!} leads, and some node still names ${claimed.filter((one) => one !== named.find(({ leads }) => leads)!.leader).join(', ')}`);
  if (terms.length > 1) return fail('raft-leader', `${here}: terms differ: ${named.map(({ node, term }) => `${node} is in ${term}`).join(', ')}`);
  if (absent.length > 0) return fail('raft-leader', `${here}: ${some(absent)} takes no part`);
  return pass('raft-leader', `${here}: ${leaders[0]!} leads in term ${terms[0]!}`);
}

/** Groups that the node says it leads; undefined where it does not tell. */
export function ledBy(node: NodeSeen | undefined): readonly string[] | undefined {
  if (node?.raft.state !== 'told') return undefined;
  const { raftAddress, raft } = node.raft.value;
  return raft.filter(({ leader }) => leader !== undefined && leader === raftAddress).map(({ group }) => group);
}

/** Address by which groups know a node: its own word, or what is usual. */
function raftAddressOf(observation: Observation, node: string): string {
  const own = observation.nodes.find((other) => other.node === node)?.raft;
  if (own?.state === 'told' && own.value.raftAddress !== undefined) return own.value.raftAddress;
  const at = hostPortOf(node, raftOffset);
  return at === undefined ? node : `${at.host}:${at.port}`;
}

/** Whether the groups of these nodes have the node: in all of them, or in none. */
export function inGroups(observation: Observation, nodes: readonly NodeSeen[], node: string, wanted: 'all' | 'none'): readonly Term[] {
  const { views, unread } = viewsOf('raft-groups', nodes);
  const address = raftAddressOf(observation, node);
  const wrong: Term[] = [];
  let told = 0;
  for (const { node: observer, self } of views) {
    for (const { group, members } of self.raft) {
      if (members === undefined) continue;
      told++;
      if (members.includes(address) === (wanted === 'all')) continue;
      wrong.push(fail(of('raft-groups', observer.node), `raft group ${group} ${wanted === 'all' ? `lacks ${address}` : `still has ${address}`}`));
    }
  }
  if (wrong.length > 0 || unread.length > 0) return [...wrong, ...unread];
  if (told > 0) return [pass('raft-groups', `${address} is in ${wanted === 'all' ? 'every' : 'no'} raft group`)];
  if (views.length > 0 && views.every(({ node: { version } }) => version !== undefined && !hasRaftGroups(version))) return [pass('raft-groups', 'before 1.4 raft takes its members from the member list')];
  return [unknown('raft-groups', 'no node names the members of a raft group')];
}
