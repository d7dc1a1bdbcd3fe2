/**
 * The truth of churn: what changed between poll instants in the registry that most settled nodes hold, counted from the
 * simulator's store. At an even split what was held before stands as long as one node still shows it. What one node of 3.0
 * or 3.1 alone holds exists from the poll on by which it has stood so for the confirmation delay.
 */

import type { SimCluster } from '../../src/sim/index.ts';
import { allPlaces, nothingHeld, tellsEphemeral, type Held, type List, type Place, type Viewer } from './registrations.ts';
import { hasSettled, type Standings } from './standing.ts';

export interface Churn {
  registered: number;
  deregistered: number;
  becameUnhealthy: number;
  recovered: number;
  restarted: number;
  flapped: number;
  servicesEmptied: number;
}

export interface ChurnTruth {
  /** By namespace. */
  readonly counts: ReadonlyMap<string, Readonly<Churn>>;
  /** `namespace/group@@service` to the number of agreed instances, of the last poll. */
  agreedNumbers(): ReadonlyMap<string, number>;
  /** A poll: `readers` are the nodes that it read. */
  look(now: number, readers: readonly number[]): void;
}

export interface ChurnOptions {
  readonly standings: Standings;
  readonly viewer: Viewer;
  /** Without a vote, by the scenario's word. */
  readonly isMute: (node: number, now: number) => boolean;
}

const windowMs = 120_000;
/** Of an instance on 3.0 and 3.1. */
const singleMs = 15_000;

type Shown = ReadonlyMap<string, readonly List[]>;
type Registrations = Map<string, List>;

export const nothingChurned = (): Churn => ({ registered: 0, deregistered: 0, becameUnhealthy: 0, recovered: 0, restarted: 0, flapped: 0, servicesEmptied: 0 });

export function churnTruth(sim: SimCluster, { standings, viewer, isMute }: ChurnOptions): ChurnTruth {
  const counts = new Map<string, Churn>();
  const departed = new Map<string, { readonly at: number; readonly tag: string }>();
  /** Of what one node alone holds, when it was first read. */
  const single = new Map<string, number>();
  let agreed: Registrations = new Map();
  let before: { readonly voters: readonly number[]; readonly shown: Shown; readonly owners: ReadonlyMap<string, number> } = { voters: [], shown: new Map(), owners: new Map() };

  function shownNow(voters: readonly number[], places: ReadonlyMap<string, Place>): Shown {
    const withKind = tellsEphemeral(sim.nodes.filter((_, i) => standings.nodes[i]!.running).map((node) => node.version));
    return new Map([...places].map(([name, place]) => [name, voters.map((i) => viewer.shownBy(i, place, withKind))]));
  }

  /** What is agreed of one service, of what these nodes showed; `owner` by its place in the list, or -1. */
  function heldOf(name: string, lists: readonly List[], owner: number, now: number, singly: boolean): List {
    const first = lists[0] ?? nothingHeld;
    if (!singly && owner < 0 && lists.every((list) => list === first)) return first;
    const earlier = agreed.get(name);
    const kept = new Map<string, readonly Held[]>();
    for (const instance of new Set(lists.flatMap((list) => [...list.keys()]))) {
      const held = lists.map((list) => list.get(instance) ?? []);
      const numbers = held.map((list) => list.length);
      const known = earlier?.get(instance)?.length ?? 0;
      const alone = singly && isSingle(numbers) && held.flat().every(({ persistent }) => !persistent);
      const number = alone ? (stands(`${name} ${instance}`, now) ? Math.max(...numbers) : 0) : agreedNumber(numbers, known);
      if (!alone) single.delete(`${name} ${instance}`);
      if (number > 0) kept.set(instance, Array.from({ length: number }, (_, at) => (owner >= 0 ? held[owner]![at] : undefined) ?? commonest(held.flatMap((list) => list[at] ?? []))));
    }
    return kept;
  }

  function stands(key: string, now: number): boolean {
    const since = single.get(key) ?? now;
    single.set(key, since);
    return now - since >= singleMs;
  }

  function count(now: number, place: string, old: List, fresh: List): void {
    const namespace = place.slice(0, place.indexOf('/'));
    const tally = counts.get(namespace) ?? nothingChurned();
    counts.set(namespace, tally);
    for (const name of new Set([...old.keys(), ...fresh.keys()])) {
      const [was, is] = [old.get(name) ?? [], fresh.get(name) ?? []];
      const key = `${place}/${name}`;
      for (let at = is.length; at < was.length; at++) {
        tally.deregistered++;
        departed.set(key, { at: now, tag: was[at]!.tag });
      }
      for (let at = was.length; at < is.length; at++) {
        tally.registered++;
        const left = departed.get(key);
        departed.delete(key);
        if (left === undefined || now - left.at > windowMs) continue;
        if (left.tag === is[at]!.tag) tally.flapped++;
        else if (left.tag !== '' && is[at]!.tag !== '') tally.restarted++;
      }
      for (let at = 0; at < Math.min(was.length, is.length); at++) {
        const [a, b] = [was[at]!, is[at]!];
        if (a === b) continue;
        if (a.tag !== b.tag && a.tag !== '' && b.tag !== '') tally.restarted++;
        else if (a.healthy !== b.healthy) tally[b.healthy === 'true' ? 'recovered' : 'becameUnhealthy']++;
      }
    }
    if (old.size > 0 && fresh.size === 0) tally.servicesEmptied++;
  }

  return {
    counts,
    agreedNumbers: () => new Map([...agreed].map(([name, list]) => [name, [...list.values()].reduce((sum, held) => sum + held.length, 0)])),
    look(now, readers) {
      const voters = readers.filter((i) => hasSettled(standings.nodes[i]!) && !isMute(i, now));
      const running = sim.nodes.filter((_, i) => standings.nodes[i]!.running);
      const places = allPlaces(sim, voters);
      const shown = shownNow(voters, places);
      const of1x = voters.length > 0 && sim.nodes.every((node) => node.version.startsWith('1'));
      const singly = voters.length > 1 && running.every(({ version }) => /^3\.[01]\./.test(version));
      const owners = new Map(of1x ? [...places].map(([name, place]) => [name, voters.indexOf(sim.ownerOf(place, voters[0]))]) : []);
      // Only nodes that voted then and now can tell of a change; a changed set of voters is none.
      const common = voters.filter((i) => before.voters.includes(i));
      const same = common.length === voters.length && common.length === before.voters.length;
      const next: Registrations = new Map();
      for (const name of new Set([...before.shown.keys(), ...shown.keys()])) {
        const [was, is] = [before.shown.get(name), shown.get(name)];
        const [ownedBefore, owned] = [before.owners.get(name) ?? -1, owners.get(name) ?? -1];
        const known = agreed.get(name) ?? nothingHeld;
        const stays = same && !singly && ownedBefore === owned && was !== undefined && is !== undefined && is.every((list, i) => list === was[i]);
        const held = stays ? known : heldOf(name, is ?? [], owned, now, singly);
        if (held.size > 0) next.set(name, held);
        if (stays || common.length === 0) continue;
        const pick = (lists: readonly List[] | undefined, of: readonly number[]): readonly List[] => common.map((i) => lists?.[of.indexOf(i)] ?? nothingHeld);
        const old = same ? known : heldOf(name, pick(was, before.voters), common.indexOf(before.voters[ownedBefore] ?? -1), now, singly);
        const fresh = same ? held : heldOf(name, pick(is, voters), common.indexOf(voters[owned] ?? -1), now, singly);
        if (old !== fresh) count(now, name, old, fresh);
      }
      agreed = next;
      before = { voters, shown, owners };
    },
  };
}

const isSingle = (held: readonly number[]): boolean => held.filter((number) => number > 0).length === 1;

function agreedNumber(held: readonly number[], earlier: number): number {
  const sorted = held.toSorted((a, b) => b - a);
  const sure = sorted[Math.floor(held.length / 2)] ?? 0;
  if (held.length % 2 === 1) return sure;
  const shown = sorted[held.length / 2 - 1] ?? 0;
  return Math.min(Math.max(earlier, sure), shown);
}

/** Field by field what most show, as the semantics vote. */
function commonest(all: readonly Held[]): Held {
  if (all.every((one) => one === all[0])) return all[0]!;
  const of = <K extends 'healthy' | 'tag'>(field: K): string => {
    const counts = new Map<string, number>();
    for (const one of all) counts.set(one[field], (counts.get(one[field]) ?? 0) + 1);
    return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]![0];
  };
  return { ...all[0]!, healthy: of('healthy'), tag: of('tag') };
}
