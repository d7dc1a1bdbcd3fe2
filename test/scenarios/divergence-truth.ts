/**
 * The truth of divergence: in what each node's view differs from the others', second by second, from the simulator's own
 * store. A difference becomes a label if it outlives what replication may take and the time to confirm it.
 */

import type { SimCluster } from '../../src/sim/index.ts';
import { placeName, shownBy, tellsEphemeral, type Held, type Place } from './registrations.ts';
import { hasSettled, type Standings } from './standing.ts';

export type Kind = 'service' | 'instance' | 'health' | 'attributes';
export const kindOrder: readonly Kind[] = ['service', 'instance', 'health', 'attributes'];

export interface Atom extends Place {
  readonly node: string;
  readonly what: 'missing' | 'surplus' | 'conflict';
  readonly instance: string;
  readonly field: string;
  readonly kind: Kind;
  /** An even split: whoever is named, it is nobody's fault. */
  readonly tied: boolean;
  /** What is registered; registered anew, it is another difference. */
  readonly registration: string;
  readonly begin: number;
  /** The node had not received everything yet. */
  filling: boolean;
  /** Before this time it may still be replication. */
  allowedFrom: number;
  /** By this time it has to be confirmed, if it still stands. */
  deadline: number;
  /** The node's list of the service has changed meanwhile: the clock may have restarted. */
  stirred: boolean;
  end: number;
  open: boolean;
}

export interface DivergenceTruth {
  readonly atoms: readonly Atom[];
  look(now: number): void;
}

export interface TruthOptions {
  readonly standings: Standings;
  readonly frozen: readonly number[];
  readonly pollMs: number;
  /** What may pass between two looks. */
  readonly everyMs: number;
}

export const atomName = (atom: Pick<Atom, 'node' | 'what' | 'instance' | 'field'> & Place): string =>
  [placeName(atom), atom.node, atom.what, atom.instance, atom.field].join(' ');

/** How much longer a verdict may take in a service that keeps changing. */
const stirredMs = 30_000;

const fields = ['healthy', 'enabled', 'weight', 'metadata'] as const;

interface Found extends Omit<Atom, 'begin' | 'filling' | 'allowedFrom' | 'deadline' | 'stirred' | 'end' | 'open'> {
  readonly index: number;
  readonly persistent: boolean;
  readonly duplicate: boolean;
  /** All that the node shows of the service. */
  readonly list: string;
}

export function divergenceTruth(sim: SimCluster, options: TruthOptions): DivergenceTruth {
  const { standings, pollMs, everyMs } = options;
  const atoms: Atom[] = [];
  const open = new Map<string, Atom>();
  const lists = new Map<Atom, string>();
  const startedAt = sim.clock.now();

  /** Semantics, section 3. */
  function delayOf(found: Found): number {
    const running = sim.nodes.filter((node) => node.running).map((node) => node.version);
    if (found.kind === 'attributes' || found.persistent) return 30_000;
    if (found.duplicate && running.some((version) => !version.startsWith('1'))) return 190_000;
    if (found.kind === 'health') return running.some((version) => version.startsWith('1')) ? 30_000 : 15_000;
    return running.every((version) => /^2\.(0\.|1\.[01]$)/.test(version)) ? 10_000 : 15_000;
  }

  /** Where the delay is longer than a poll the clock starts with the first read that can show the difference. */
  const usualOf = (delay: number): number => Math.max(2 * pollMs, delay > pollMs ? pollMs + delay + 5000 : delay + 5000);

  function born(found: Found, now: number): Atom {
    const { index, persistent: _, duplicate: __, list: ___, ...rest } = found;
    const delay = delayOf(found);
    const healthOf1x = found.kind === 'health' && sim.nodes.some((node) => node.version.startsWith('1'));
    const calmAt = (standings.unsettledAt ?? -Infinity) + (healthOf1x ? 90_000 : 30_000);
    const begin = Math.max(now - everyMs, startedAt);
    const allowedFrom = Math.max(begin, calmAt) + delay;
    const usual = usualOf(delay);
    const seenCalm = now < calmAt + 10_000 ? calmAt + 10_000 : now;
    const mine = standings.nodes[index]!;
    const filling = !hasSettled(mine);
    const tenMinutes = (mine.startedAt ?? 0) + 600_000;
    return {
      ...rest, begin, end: now, open: true, filling, allowedFrom: filling ? Math.max(allowedFrom, tenMinutes) : allowedFrom, stirred: false,
      deadline: (filling ? Math.max(seenCalm, tenMinutes + pollMs) : seenCalm) + usual + everyMs,
    };
  }

  return {
    atoms,
    look(now) {
      const seen = new Set<string>();
      for (const found of differencesNow(sim, standings, options.frozen)) {
        const name = atomName(found);
        seen.add(name);
        const known = open.get(name);
        if (known !== undefined && known.kind === found.kind && known.registration === found.registration) {
          known.end = now;
          if (known.filling && hasSettled(standings.nodes[found.index]!)) {
            known.filling = false;
            known.allowedFrom = Math.min(known.allowedFrom, now);
            known.deadline = Math.min(known.deadline, now + 20_000 + usualOf(delayOf(found)));
          }
          const moved = standings.unsettledAt ?? 0;
          if (moved > known.begin && moved <= known.begin + 45_000) known.deadline = Math.max(known.deadline, moved + (known.kind === 'health' ? 100_000 : 40_000) + usualOf(delayOf(found)) + everyMs);
          if (lists.get(known) !== found.list && !known.stirred) {
            known.stirred = true;
            known.deadline += stirredMs;
          }
        }
        else {
          if (known !== undefined) known.open = false;
          const atom = born(found, now);
          atoms.push(atom);
          lists.set(atom, found.list);
          open.set(name, atom);
        }
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

/** Only services that some node shows otherwise than the store: all others are equal everywhere. */
function differencesNow(sim: SimCluster, standings: Standings, frozen: readonly number[]): readonly Found[] {
  const running = sim.nodes.map((_, i) => i).filter((i) => standings.nodes[i]!.running);
  if (running.length < 2) return [];
  const withKind = tellsEphemeral(running.map((i) => sim.node(i).version));
  const places = new Map<string, Place>();
  for (const i of running) for (const { namespace, group, service } of sim.node(i).differences()) places.set(`${namespace}/${group}@@${service}`, { namespace, group, service });
  const voters = running.filter((i) => hasSettled(standings.nodes[i]!) && !frozen.includes(i));
  const found: Found[] = [];
  for (const place of places.values()) found.push(...differencesIn(sim, place, running, voters, withKind));
  return found;
}

function differencesIn(sim: SimCluster, place: Place, running: readonly number[], voters: readonly number[], withKind: boolean): readonly Found[] {
  const shown = new Map(running.map((i) => [i, shownBy(sim, i, place, withKind)]));
  const found: Found[] = [];
  const singly = running.every((i) => /^3\.[01]\./.test(sim.node(i).version));
  const owner = running.every((i) => sim.node(i).version.startsWith('1')) ? sim.ownerOf(place, voters[0] ?? running[0]!) : undefined;
  const names = [...new Set([...shown.values()].flatMap((list) => [...list.keys()]))];
  const numbers = names.map((name) => numberOf(voters.map((i) => shown.get(i)!.get(name)?.length ?? 0), singly));
  const agreedInstances = numbers.reduce((sum, { count }) => sum + count, 0);
  const lists = new Map(running.map((i) => [i, [...shown.get(i)!.keys()].toSorted().join(' ')]));
  for (const [at, name] of names.entries()) {
    const everywhere = running.map((i) => shown.get(i)!.get(name) ?? []);
    if (areEqual(everywhere)) continue;
    const { count, tied, single } = numbers[at]!;
    const all = everywhere.flat();
    const registration = registrationOf(all);
    for (const [nth, i] of running.entries()) {
      const mine = everywhere[nth]!;
      const base = { ...place, node: sim.node(i).address, index: i, instance: name, persistent: all[0]!.persistent, registration, list: lists.get(i)! };
      if (mine.length < count) {
        found.push({ ...base, what: 'missing', field: '', tied, kind: shown.get(i)!.size === 0 && !single ? 'service' : 'instance', duplicate: mine.length > 0 });
      } else if (mine.length > count) {
        found.push({ ...base, what: 'surplus', field: '', tied, kind: agreedInstances === 0 ? 'service' : 'instance', duplicate: count > 0 });
      }
      for (let copy = 0; copy < Math.min(count, mine.length); copy++) {
        for (const field of fields) {
          const { value, split } = valueOf(field, name, copy, voters, shown, owner);
          if (value === undefined || mine[copy]![field] === value) continue;
          found.push({ ...base, what: 'conflict', field, tied: split, kind: field === 'healthy' ? 'health' : 'attributes', duplicate: false });
        }
      }
    }
  }
  return found;
}

function areEqual(lists: readonly (readonly Held[])[]): boolean {
  const [first] = lists;
  return lists.every((list) => list.length === first!.length && list.every((held, i) => fields.every((field) => held[field] === first![i]![field])));
}

const registrationOf = (all: readonly Held[]): string => [...new Set(all.map(({ enabled, weight, metadata }) => `${enabled} ${weight} ${metadata}`))].toSorted().join('\n');

/** How many there are: what most voters hold; at an even split, against the union. */
function numberOf(held: readonly number[], singly: boolean): { readonly count: number; readonly tied: boolean; readonly single: boolean } {
  const most = Math.max(0, ...held);
  if (singly && most > 0 && held.length > 1 && held.filter((count) => count > 0).length === 1) return { count: most, tied: false, single: true };
  for (let count = most; count > 0; count--) {
    const having = held.filter((other) => other >= count).length;
    if (having * 2 > held.length) return { count, tied: false, single: false };
    if (having * 2 === held.length) return { count, tied: true, single: false };
  }
  return { count: 0, tied: false, single: false };
}

function valueOf(
  field: (typeof fields)[number], name: string, at: number, voters: readonly number[], shown: ReadonlyMap<number, ReadonlyMap<string, readonly Held[]>>, owner: number | undefined,
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
