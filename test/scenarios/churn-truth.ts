/**
 * The truth of churn: what changed between poll instants in the registry that most settled nodes hold, counted from the
 * simulator's store. At an even split what was held before stands as long as one node still shows it.
 */

import type { SimCluster } from '../../src/sim/index.ts';
import { allPlaces, placeName, shownBy, tellsEphemeral, type Held, type Place } from './registrations.ts';
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
  look(now: number): void;
}

const windowMs = 120_000;
type List = ReadonlyMap<string, readonly Held[]>;
type Shown = ReadonlyMap<string, { readonly place: Place; readonly list: List }>;
const nothing: List = new Map();
type Registrations = ReadonlyMap<string, ReadonlyMap<string, readonly Held[]>>;

export const nothingChurned = (): Churn => ({ registered: 0, deregistered: 0, becameUnhealthy: 0, recovered: 0, restarted: 0, flapped: 0, servicesEmptied: 0 });

export function churnTruth(sim: SimCluster, standings: Standings, frozen: readonly number[]): ChurnTruth {
  const counts = new Map<string, Churn>();
  const departed = new Map<string, { readonly at: number; readonly tag: string }>();
  let agreed: Registrations | undefined;
  let shownBefore: ReadonlyMap<number, Shown> = new Map();

  function votersNow(): readonly number[] {
    return sim.nodes.map((_, i) => i).filter((i) => hasSettled(standings.nodes[i]!) && !frozen.includes(i));
  }

  function shownNow(voters: readonly number[]): ReadonlyMap<number, Shown> {
    const withKind = tellsEphemeral(sim.nodes.filter((_, i) => standings.nodes[i]!.running).map((node) => node.version));
    const places = allPlaces(sim, voters);
    return new Map(voters.map((i) => [i, new Map(places.map((place) => [placeName(place), { place, list: shownBy(sim, i, place, withKind) }]))]));
  }

  /** What these nodes hold, of what they showed. */
  function heldBy(voters: readonly number[], shown: ReadonlyMap<number, Shown>): Registrations {
    const of1x = sim.nodes.every((node) => node.version.startsWith('1'));
    const registrations = new Map<string, ReadonlyMap<string, readonly Held[]>>();
    const places = new Map(voters.flatMap((i) => [...shown.get(i)!].map(([name, { place }]) => [name, place] as const)));
    for (const [name, place] of places) {
      const lists = voters.map((i) => shown.get(i)!.get(name)?.list ?? nothing);
      const owner = of1x ? voters.indexOf(sim.ownerOf(place, voters[0])) : -1;
      const kept = new Map<string, readonly Held[]>();
      for (const instance of new Set(lists.flatMap((list) => [...list.keys()]))) {
        const held = lists.map((list) => list.get(instance) ?? []);
        const number = agreedNumber(held.map((list) => list.length), agreed?.get(name)?.get(instance)?.length ?? 0);
        if (number > 0) kept.set(instance, Array.from({ length: number }, (_, at) => (owner >= 0 ? held[owner]![at] : undefined) ?? commonest(held.flatMap((list) => list[at] ?? []))));
      }
      if (kept.size > 0) registrations.set(name, kept);
    }
    return registrations;
  }

  function count(now: number, place: string, old: ReadonlyMap<string, readonly Held[]>, fresh: ReadonlyMap<string, readonly Held[]>): void {
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
        if (a.tag !== b.tag && a.tag !== '' && b.tag !== '') tally.restarted++;
        else if (a.healthy !== b.healthy) tally[b.healthy === 'true' ? 'recovered' : 'becameUnhealthy']++;
      }
    }
    if (old.size > 0 && fresh.size === 0) tally.servicesEmptied++;
  }

  return {
    counts,
    look(now) {
      const voters = votersNow();
      const shown = shownNow(voters);
      // Only nodes that voted then and now can tell of a change; a changed set of voters is none.
      const common = voters.filter((i) => shownBefore.has(i));
      if (common.length > 0) {
        const same = agreed !== undefined && common.length === voters.length && common.length === shownBefore.size;
        const was = same ? agreed! : heldBy(common, shownBefore);
        const is = heldBy(common, shown);
        for (const place of new Set([...was.keys(), ...is.keys()])) count(now, place, was.get(place) ?? nothing, is.get(place) ?? nothing);
      }
      agreed = heldBy(voters, shown);
      shownBefore = shown;
    },
  };
}

function agreedNumber(held: readonly number[], earlier: number): number {
  const sorted = held.toSorted((a, b) => b - a);
  const sure = sorted[Math.floor(held.length / 2)] ?? 0;
  if (held.length % 2 === 1) return sure;
  const shown = sorted[held.length / 2 - 1] ?? 0;
  return Math.min(Math.max(earlier, sure), shown);
}

/** Field by field what most show, as the semantics vote. */
function commonest(all: readonly Held[]): Held {
  const of = <K extends 'healthy' | 'tag'>(field: K): string => {
    const counts = new Map<string, number>();
    for (const one of all) counts.set(one[field], (counts.get(one[field]) ?? 0) + 1);
    return [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]![0];
  };
  return { ...all[0]!, healthy: of('healthy'), tag: of('tag') };
}
