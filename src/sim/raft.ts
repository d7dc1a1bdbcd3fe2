/**
 * JRaft as the members list shows it. A leader that dies stays displayed until another is elected (servers up to 3.1
 * publish no loss), and without a quorum it stays for good.
 */

import { pick } from './random.ts';
import type { NodeState, RaftBelief, World } from './world.ts';
import { isStandalone } from './world.ts';
import { raftGroupsOf } from './versions.ts';

/** Time from a leader's death to the next election, milliseconds. */
export const electionMs = 5000;

export function groupsOf(world: World, node: NodeState): readonly string[] {
  return raftGroupsOf(node.traits, { standalone: isStandalone(world), embeddedStorage: world.embeddedStorage });
}

const takesPart = (world: World, node: NodeState, group: string): boolean => node.running && !world.outsideRaft.has(node.index) && groupsOf(world, node).includes(group);

function electorate(world: World, group: string): readonly NodeState[] {
  return world.nodes.filter((node) => takesPart(world, node, group) && !isCutOff(world, node));
}

function isCutOff(world: World, node: NodeState): boolean {
  const cut = [...world.cuts].filter((pair) => pair.split('-').includes(String(node.index))).length;
  return cut > 0 && cut >= world.nodes.length / 2;
}

function leaderOf(world: World, group: string): RaftBelief | undefined {
  let newest: RaftBelief | undefined;
  for (const node of world.nodes) {
    const belief = node.raft.get(group);
    if (belief !== undefined && !belief.stuck && belief.term > (newest?.term ?? 0)) newest = belief;
  }
  return newest;
}

/** Elects where a group has a quorum and no living leader, and tells everybody who can hear it. */
export function settleRaft(world: World): void {
  const groups = new Set(world.nodes.flatMap((node) => (node.running ? groupsOf(world, node) : [])));
  for (const group of groups) {
    const voters = electorate(world, group);
    if (voters.length <= (world.nodes.length - world.outsideRaft.size) / 2) continue;
    const belief = leaderOf(world, group);
    if (belief === undefined || !voters.some((node) => node.index === belief.leader)) elect(world, group, pick(world.random, voters).index);
    else spread(world, group, belief.leader, belief.term);
  }
}

export function elect(world: World, group: string, leader: number): void {
  const term = (world.terms.get(group) ?? 0) + 1;
  world.terms.set(group, term);
  spread(world, group, leader, term);
}

function spread(world: World, group: string, leader: number, term: number): void {
  for (const node of electorate(world, group)) {
    const belief = node.raft.get(group);
    if (belief?.stuck !== true) node.raft.set(group, { leader, term, stuck: false });
  }
}

/** What the node's own `metaDataMap` says. */
export function beliefsOf(world: World, node: NodeState): readonly (readonly [string, RaftBelief])[] {
  return groupsOf(world, node).flatMap((group) => {
    const belief = node.raft.get(group);
    return belief === undefined ? [] : [[group, belief] as const];
  });
}
