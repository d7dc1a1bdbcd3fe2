/**
 * The truth of divergence: in what each node's view differs from the others', second by second, from the simulator's own
 * store. What becomes of it is in deadlines.ts.
 */

import type { SimCluster } from '../../src/sim/index.ts';
import type { Facts, Lasting } from './deadlines.ts';
import { placeName, tellsEphemeral, type Held, type List, type Place, type Viewer } from './registrations.ts';
import { hasSettled, type Standings } from './standing.ts';

export type Kind = Facts['kind'];
export const kindOrder: readonly Kind[] = ['service', 'instance', 'health', 'attributes'];

export interface Atom extends Place, Lasting {
  readonly name: string;
  readonly node: string;
  readonly instance: string;
  readonly field: string;
  /** An even split: whoever is named, it is nobody's fault. */
  readonly tied: boolean;
  /** What is registered; registered anew, it is another difference. */
  readonly registration: string;
  readonly filling: { readonly startedAt: number; completeAt: number | undefined } | undefined;
  end: number;
  open: boolean;
}

export interface DivergenceTruth {
  readonly atoms: readonly Atom[];
  /** Those that are there now, by name. */
  readonly open: ReadonlyMap<string, Atom>;
  /** `polled`: a poll reads at this very moment. */
  look(now: number, polled: boolean): void;
}

export interface TruthOptions {
  readonly standings: Standings;
  readonly viewer: Viewer;
  /** Without a vote, by the scenario's word. */
  readonly isMute: (node: number, now: number) => boolean;
  /** What may pass between two looks. */
  readonly everyMs: number;
}

export const atomName = (atom: { readonly node: string; readonly what: string; readonly instance: string; readonly field: string } & Place): string =>
  `${placeName(atom)} ${atom.node} ${atom.what} ${atom.instance} ${atom.field}`;

const fields = ['healthy', 'enabled', 'weight', 'metadata'] as const;

interface Found extends Facts, Pick<Atom, 'namespace' | 'group' | 'service' | 'name' | 'node' | 'instance' | 'field' | 'tied' | 'registration'> {
  readonly index: number;
  /** What the node shows of the service. */
  readonly list: List;
}

export function divergenceTruth(sim: SimCluster, options: TruthOptions): DivergenceTruth {
  const { standings, everyMs } = options;
  const atoms: Atom[] = [];
  const open = new Map<string, Atom>();
  const lists = new Map<Atom, List>();
  const startedAt = sim.clock.now();
  const look = differencesOf(sim, options);

  function born(found: Found, now: number): Atom {
    const { index, list, ...rest } = found;
    const mine = standings.nodes[index]!;
    const atom = {
      ...rest, begin: Math.max(now - everyMs, startedAt), foundAt: now, readableAt: undefined, stirred: false,
      filling: hasSettled(mine) ? undefined : { startedAt: mine.startedAt ?? 0, completeAt: undefined }, end: now, open: true,
    };
    lists.set(atom, list);
    return atom;
  }

  /** It is the same one if nothing else was registered, and it takes as long. */
  const goesOn = (known: Atom, found: Found): boolean => known.kind === found.kind && known.registration === found.registration && known.persistent === found.persistent;

  return {
    atoms, open,
    look(now, polled) {
      const seen = new Set<string>();
      for (const found of look(now)) {
        seen.add(found.name);
        let atom = open.get(found.name);
        if (atom === undefined || !goesOn(atom, found)) {
          if (atom !== undefined) atom.open = false;
          atom = born(found, now);
          atoms.push(atom);
          open.set(found.name, atom);
        }
        atom.end = now;
        if (polled) atom.readableAt ??= now;
        if (atom.filling !== undefined && hasSettled(standings.nodes[found.index]!)) atom.filling.completeAt ??= now;
        if (!atom.stirred && !sameInstances(lists.get(atom)!, found.list)) atom.stirred = true;
      }
      for (const [name, atom] of open) {
        if (seen.has(name)) continue;
        atom.open = false;
        atom.end = now;
        open.delete(name);
      }
    },
  };
}

const sameInstances = (a: List, b: List): boolean => a === b || (a.size === b.size && [...a.keys()].every((key) => b.has(key)));

/** Only services that some node shows otherwise than the store: all others are equal everywhere. Of each, what was found as long as nothing changes. */
function differencesOf(sim: SimCluster, { standings, viewer, isMute }: TruthOptions): (now: number) => Iterable<Found> {
  let known = new Map<string, { readonly basis: readonly unknown[]; readonly found: readonly Found[] }>();
  return function* differencesNow(now) {
    const running = sim.nodes.map((_, i) => i).filter((i) => standings.nodes[i]!.running);
    if (running.length < 2) return;
    const places = new Map<string, Place>();
    for (const i of running) for (const place of sim.node(i).strays()) places.set(placeName(place), place);
    const voters = running.filter((i) => hasSettled(standings.nodes[i]!) && !isMute(i, now));
    const versions = running.map((i) => sim.node(i).version);
    const of1x = versions.every((version) => version.startsWith('1'));
    const withKind = tellsEphemeral(versions);
    const next: typeof known = new Map();
    for (const [name, { namespace, group, service }] of places) {
      const place = { namespace, group, service };
      const lists = running.map((i) => viewer.shownBy(i, place, withKind));
      const owner = of1x ? sim.ownerOf(place, voters[0] ?? running[0]!) : undefined;
      const basis = [...lists, running.join(' '), voters.join(' '), owner, standings.goings.length];
      const before = known.get(name);
      const found = before !== undefined && before.basis.length === basis.length && basis.every((one, i) => one === before.basis[i])
        ? before.found : differencesIn(sim, place, { running, voters, versions, lists, owner, lingers: standings.goings.length > 0 });
      next.set(name, { basis, found });
      yield* found;
    }
    known = next;
  };
}

interface Seen {
  readonly running: readonly number[];
  readonly voters: readonly number[];
  /** By place in `running`, as are the lists. */
  readonly versions: readonly string[];
  readonly lists: readonly List[];
  readonly owner: number | undefined;
  /** A node went: what outlives its clients matters. */
  readonly lingers: boolean;
}

function differencesIn(sim: SimCluster, place: Place, { running, voters, versions, lists, owner, lingers }: Seen): readonly Found[] {
  const shown = new Map(running.map((i, at) => [i, lists[at]!]));
  const all = lists;
  if (all.every((list) => list === all[0])) return [];
  const found: Found[] = [];
  const singly = versions.every((version) => /^3\.[01]\./.test(version));
  const names = [...new Set(all.flatMap((list) => [...list.keys()]))];
  const numbers = names.map((name) => numberOf(voters.map((i) => shown.get(i)!.get(name) ?? []), singly));
  const agreedInstances = numbers.reduce((sum, { count }) => sum + count, 0);
  const stored = lingers ? storedIn(sim, place, tellsEphemeral(versions)) : nothingStored;
  for (const [at, name] of names.entries()) {
    const everywhere = running.map((i) => shown.get(i)!.get(name) ?? []);
    if (areEqual(everywhere)) continue;
    const { count, tied, single } = numbers[at]!;
    const copies = everywhere.flat();
    const registration = registrationOf(copies);
    const most = Math.max(...everywhere.map((list) => list.length));
    const shared = {
      ...place, instance: name, persistent: isPersistent(everywhere), registration, outlived: lingers && (stored.get(name) ?? 0) < most,
      registeredAt: Math.max(...copies.map(({ changedAt }) => changedAt)),
    };
    for (const [nth, i] of running.entries()) {
      const mine = everywhere[nth]!;
      const node = sim.node(i).address;
      const add = (what: Found['what'], field: string, rest: Pick<Found, 'kind' | 'tied' | 'duplicate'>): void => {
        const holders = running.filter((_, other) => (what === 'missing' ? everywhere[other]!.length > mine.length : everywhere[other]!.length >= mine.length));
        found.push({ ...shared, ...rest, name: atomName({ ...place, node, what, instance: name, field }), node, index: i, list: shown.get(i)!, what, field, holders });
      };
      if (mine.length < count) {
        add('missing', '', { tied, kind: shown.get(i)!.size === 0 && !single ? 'service' : 'instance', duplicate: mine.length > 0 });
      } else if (mine.length > count) {
        add('surplus', '', { tied, kind: agreedInstances === 0 ? 'service' : 'instance', duplicate: count > 0 });
      }
      for (let copy = 0; copy < Math.min(count, mine.length); copy++) {
        for (const field of fields) {
          const { value, split } = valueOf(field, name, copy, voters, shown, owner);
          if (value === undefined || mine[copy]![field] === value) continue;
          add('conflict', field, { tied: split, kind: field === 'healthy' ? 'health' : 'attributes', duplicate: false });
        }
      }
    }
  }
  return found;
}

const nothingStored: ReadonlyMap<string, number> = new Map();

/** How often the store has each instance. */
function storedIn(sim: SimCluster, place: Place, withKind: boolean): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const { cluster, ip, port, ephemeral } of sim.truth.instances(place) ?? []) {
    const name = `${cluster}|${ip}|${port}${withKind ? (ephemeral ? '|e' : '|p') : ''}`;
    numbers.set(name, (numbers.get(name) ?? 0) + 1);
  }
  return numbers;
}

/** Of twins, that one differs of which nodes hold other numbers. */
function isPersistent(everywhere: readonly (readonly Held[])[]): boolean {
  const numbers = (persistent: boolean): readonly number[] => everywhere.map((list) => list.filter((held) => held.persistent === persistent).length);
  const uneven = (all: readonly number[]): boolean => all.some((number) => number !== all[0]);
  return numbers(true).some((number) => number > 0) && (uneven(numbers(true)) || !uneven(numbers(false)));
}

function areEqual(lists: readonly (readonly Held[])[]): boolean {
  const [first] = lists;
  return lists.every((list) => list === first || (list.length === first!.length && list.every((held, i) => held === first![i] || fields.every((field) => held[field] === first![i]![field]))));
}

const registrationOf = (all: readonly Held[]): string => [...new Set(all.map(({ enabled, weight, metadata }) => `${enabled} ${weight} ${metadata}`))].toSorted().join('\n');

/** How many there are: what most voters hold; at an even split, against the union. */
function numberOf(lists: readonly (readonly Held[])[], singly: boolean): { readonly count: number; readonly tied: boolean; readonly single: boolean } {
  const held = lists.map((list) => list.length);
  const most = Math.max(0, ...held);
  const alone = held.length > 1 && held.filter((count) => count > 0).length === 1 && lists.flat().every(({ persistent }) => !persistent);
  if (singly && alone) return { count: most, tied: false, single: true };
  for (let count = most; count > 0; count--) {
    const having = held.filter((other) => other >= count).length;
    if (having * 2 > held.length) return { count, tied: false, single: false };
    if (having * 2 === held.length) return { count, tied: true, single: false };
  }
  return { count: 0, tied: false, single: false };
}

function valueOf(
  field: (typeof fields)[number], name: string, at: number, voters: readonly number[], shown: ReadonlyMap<number, List>, owner: number | undefined,
): { readonly value: string | undefined; readonly split: boolean } {
  const owned = field === 'healthy' && owner !== undefined && voters.includes(owner) ? shown.get(owner)?.get(name)?.[at] : undefined;
  if (owned !== undefined) return { value: owned.healthy, split: false };
  const counts = new Map<string, number>();
  for (const i of voters) {
    const value = shown.get(i)?.get(name)?.[at]?.[field];
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  const ranked = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return { value: ranked[0]?.[0], split: ranked.length > 1 && ranked[0]![1] === ranked[1]![1] };
}
