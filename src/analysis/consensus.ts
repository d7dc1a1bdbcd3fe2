/** Who votes, and what they agree on in every namespace. */

import type { Catalog, ClusterSnapshot, NodeSnapshot, ServiceNames } from '../model.ts';
import { agree, type Agreement, type Vote } from './agreement.ts';
import type { Joining, Movement } from './joining.ts';
import type { Life } from './life.ts';
import { standardRules, type Rules } from './contents/rules.ts';
import { ownerByService } from './responsible.ts';
import { freshCatalogs, isPushFrozen, type Timing } from './status.ts';

/** Why a node's word does not count; `votes` where it does. */
export type Standing = 'votes' | 'down' | 'unread' | 'joining' | 'frozen';

interface Known {
  readonly life: ReadonlyMap<string, Life>;
  readonly joining: ReadonlyMap<string, Joining>;
  readonly movement: ReadonlyMap<string, Movement>;
  readonly agreed: ReadonlyMap<string, Agreement>;
}

export function standing(known: Known, node: NodeSnapshot, next: ClusterSnapshot, timing: Timing, rules: Rules = standardRules): Standing {
  if (known.life.get(node.node)?.up !== true) return 'down';
  if (freshCatalogs(node, next.at, next.intervals.counts ?? timing.interval, timing) === undefined && rules.unreadAbstain) return 'unread';
  if (known.joining.has(node.node) && rules.joiningAbstain) return 'joining';
  if (rules.switchedOffAbstain && isPushFrozen(node, rules.switchSpares1x)) return 'frozen';
  if (rules.stillAbstain && known.movement.get(node.node)?.frozen === true) return 'frozen';
  return 'votes';
}

/** The agreement on every namespace that some node's catalogs name; one whose voters showed nothing new is kept as it is. */
export function agreeOnAll(known: Known, next: ClusterSnapshot, timing: Timing, rules: Rules = standardRules): { readonly agreed: ReadonlyMap<string, Agreement> } {
  const voters = next.nodes.filter((node) => standing(known, node, next, timing, rules) === 'votes');
  const filling = voters.length * 2 > next.nodes.length ? [] : next.nodes.filter((node) => standing(known, node, next, timing, rules) === 'joining');
  const agreed = new Map<string, Agreement>();
  for (const namespace of namespacesOf(next)) {
    const votes = votesOf(voters, namespace);
    const witnesses = votesOf(filling, namespace);
    const earlier = known.agreed.get(namespace);
    if (votes.length === 0) {
      const names = earlier?.names ?? namesOf(next, namespace);
      if (names !== undefined) agreed.set(namespace, { ...(earlier ?? agree(names, [], undefined)), votes: [], witnesses: [] });
    } else if (earlier !== undefined && sameVotes(earlier.votes, votes) && sameVotes(earlier.witnesses, witnesses)) {
      agreed.set(namespace, earlier);
    } else {
      const names = newest(votes.map((vote) => vote.catalog));
      const ownerOf = ownerByService(names, votes, voters);
      agreed.set(namespace, agree(names, votes, earlier, { witnesses, ...(ownerOf === undefined ? {} : { ownerOf }) }));
    }
  }
  return { agreed };
}

function votesOf(nodes: readonly NodeSnapshot[], namespace: string): readonly Vote[] {
  return nodes.flatMap((node): Vote[] => {
    const catalog = node.stages.counts?.value?.get(namespace);
    return catalog === undefined ? [] : [{ node: node.node, catalog }];
  });
}

/** Every namespace that any node's catalogs name, sorted. */
export function namespacesOf(snapshot: ClusterSnapshot): readonly string[] {
  const all = new Set<string>();
  for (const node of snapshot.nodes) for (const namespace of node.stages.counts?.value?.keys() ?? []) all.add(namespace);
  return [...all].toSorted();
}

function namesOf(snapshot: ClusterSnapshot, namespace: string): ServiceNames | undefined {
  return snapshot.nodes.find((node) => node.stages.counts?.value?.has(namespace))?.stages.counts?.value?.get(namespace)?.names;
}

/** A dictionary is replaced only by one that knows the live services: the one in most catalogs is the one to number by. */
function newest(catalogs: readonly Catalog[]): ServiceNames {
  const uses = new Map<ServiceNames, number>();
  for (const catalog of catalogs) uses.set(catalog.names, (uses.get(catalog.names) ?? 0) + 1);
  return [...uses].toSorted(([, a], [, b]) => b - a)[0]![0];
}

function sameVotes(before: readonly Vote[], now: readonly Vote[]): boolean {
  return before.length === now.length && before.every((vote, i) => vote.node === now[i]!.node && vote.catalog === now[i]!.catalog);
}
