/**
 * Reads single services again, on all nodes together: those whose verdict is due, those whose counts moved, those that
 * differ and may have healed. A sick cluster gets no storm of such reads: a few hundred a round, a few a second of each
 * node; beyond that a sample is read, and counts must do for the rest.
 */

import { dueBy, nextLook } from '../analysis/contents/account.ts';
import { inOrder } from '../analysis/contents/calendar.ts';
import { entriesOf } from '../analysis/contents/canonical.ts';
import { foremost } from '../analysis/contents/foremost.ts';
import { kindsOf } from '../analysis/contents/kinds.ts';
import { put, type Shelf } from '../analysis/contents/shelf.ts';
import { noteValues } from '../analysis/contents/values.ts';
import type { Failure } from '../model.ts';
import { toFailure } from '../nacos/errors.ts';
import type { Lanes } from './budget.ts';
import type { ContentsDesk } from './contents-desk.ts';
import type { ContentsReading, DeskNode, OneService } from './contents-reading.ts';
import { Stopped, type Patient } from './patient.ts';

export interface Target {
  readonly namespace: string;
  readonly service: number;
}

export interface TargetsDeps {
  readonly now: () => number;
  readonly desk: ContentsDesk;
  readonly reading: ContentsReading;
  /** Whether lists of all services tell ephemeral from persistent. */
  readonly tells: (nodes: readonly DeskNode[]) => boolean;
  readonly lanes: Lanes;
  readonly patient: Patient;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
  readonly nodes: () => readonly DeskNode[];
  /** Nodes of which nothing is confirmed yet. */
  readonly spared: () => ReadonlySet<string>;
  /** Whether what is agreed at such a read counts as an event: where no poll reads it soon. */
  readonly counts: () => boolean;
}

export interface Targets {
  /** To be read next: the first ones first, then those asked for before, then the others. */
  want(first: readonly Target[], others: readonly Target[]): void;
  /** One round; true where anything was read. A node that fails once is not asked again in it. */
  round(recheck: boolean): Promise<boolean>;
  /** Where what was read whole does not tell: asks one node of each service about the kind of what was suspected twice. */
  askForKinds(): Promise<void>;
  /** When the next suspicion is to be looked at again, milliseconds since the epoch. */
  nextLook(): number | undefined;
  /** How many are to be looked at by now. */
  waiting(): number;
  /** More was due than one round reads: what is confirmed is a sample. */
  sampled(): boolean;
}

/** Services read again in one round, and the sample where more are due. */
const servicesPerRound = 200;
const sampleSize = 50;
/** Services that wait for a read at most. */
const mostWanted = 2_000;
/** A confirmed difference is looked at again this often, so many a round. */
const recheckMs = 15_000;
const rechecksPerRound = 50;
/** Confirmed ones walked to find these without letting others run. */
const servicesPerTurn = 5_000;

export function createTargets(deps: TargetsDeps): Targets {
  const { now, desk } = deps;
  let wanted = new Map<string, Target>();
  let sampled = false;

  /** Services with a suspicion that is to be looked at by now. */
  function due(): readonly (Target & { readonly lookAt: number })[] {
    const spared = deps.spared();
    const found: (Target & { readonly lookAt: number })[] = [];
    for (const [namespace, { account }] of desk.shelves) {
      for (const [service, lookAt] of dueBy(account, now(), spared)) found.push({ namespace, service, lookAt });
    }
    return found;
  }

  /** Services with something confirmed that some node was not read of for long, the longest first. */
  async function stale(at: number): Promise<readonly Target[]> {
    const found: (Target & { readonly readAt: number })[] = [];
    let seen = 0;
    for (const [namespace, shelf] of desk.shelves) {
      const columns = [...shelf.columns.values()];
      for (const [service] of inOrder(shelf.account.confirmedSince)) {
        if (++seen % servicesPerTurn === 0) await deps.pause();
        let readAt = Infinity;
        for (const column of columns) readAt = Math.min(readAt, column.readAt[service] ?? 0);
        if (at - readAt >= recheckMs) found.push({ namespace, service, readAt });
      }
    }
    return foremost(found, rechecksPerRound, ({ readAt }) => readAt);
  }

  async function read(nodes: readonly DeskNode[], { namespace, service }: Target, failures: Map<string, Failure>): Promise<void> {
    const shelf = desk.shelves.get(namespace);
    if (shelf === undefined || shelf.names.names[service] === undefined) return;
    const tells = deps.tells(nodes);
    const asked = nodes.filter(({ node }) => !failures.has(node));
    const lists = new Map<string, OneService & { readonly at: number }>();
    await Promise.all(asked.map(async (peer) => {
      const found = await list(peer, shelf, { namespace, service }, tells, failures);
      if (found !== undefined) lists.set(peer.node, { ...found, at: now() });
    }));
    for (const [node, { text, instances, at }] of lists) {
      put(shelf, node, service, text, at);
      noteValues(shelf, service, instances);
    }
    if (!tells && lists.size > 0) shelf.kinds.set(service, kindsOf([...lists.values()].map(({ instances }) => instances)));
    await desk.settle(namespace, [service], [...lists.keys()], deps.counts());
  }

  async function verify(peer: DeskNode, failures: Map<string, Failure>): Promise<void> {
    try {
      await peer.verify?.();
    } catch (error) {
      failures.set(peer.node, toFailure(error));
    }
  }

  async function mayAsk(node: string): Promise<void> {
    for (let ms = Infinity; ms > 0;) {
      ms = deps.lanes.turn(node);
      await deps.patient.sleep(ms);
    }
  }

  async function list(peer: DeskNode, shelf: Shelf, { namespace, service }: Target, tells: boolean, failures: Map<string, Failure>): Promise<OneService | undefined> {
    try {
      return await deps.reading.service(peer, namespace, shelf, service, tells, () => mayAsk(peer.node));
    } catch (error) {
      if (error instanceof Stopped) throw error;
      failures.set(peer.node, toFailure(error));
      return undefined;
    }
  }

  /** Services with something suspected twice of which no list has told the kind, and a node that holds it. */
  function unknownKinds(nodes: readonly DeskNode[]): readonly (Target & { readonly peer: DeskNode })[] {
    const spared = deps.spared();
    const found: (Target & { readonly peer: DeskNode })[] = [];
    for (const [namespace, shelf] of desk.shelves) {
      for (const [service, { cases }] of shelf.open) {
        const unknown = [...cases.values()].find(({ difference, kind, confirmedAt, looks }) =>
          confirmedAt === undefined && looks > 1 && kind !== 'attributes' && !spared.has(difference.node) && shelf.kinds.get(service)?.has(difference.instance) !== true);
        if (unknown === undefined) continue;
        const holders = nodes.filter(({ node }) => entriesOf(shelf.columns.get(node)?.texts[service] ?? '').some(({ key }) => key === unknown.difference.instance));
        if (holders.length > 0) found.push({ namespace, service, peer: holders[found.length % holders.length]! });
        if (found.length >= servicesPerRound) return found;
      }
    }
    return found;
  }

  return {
    sampled: () => sampled,
    waiting: () => due().length,
    nextLook() {
      const spared = deps.spared();
      const times = [...desk.shelves.values()].flatMap(({ account }) => nextLook(account, spared) ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    want(first, others) {
      const next = new Map<string, Target>();
      for (const target of [...first, ...wanted.values(), ...others]) {
        if (next.size >= mostWanted) break;
        next.set(`${target.namespace}/${target.service}`, target);
      }
      wanted = next;
    },
    async askForKinds() {
      const nodes = deps.nodes();
      if (deps.tells(nodes)) return;
      const failures = new Map<string, Failure>();
      const unknown = unknownKinds(nodes);
      await Promise.all(nodes.map(async (peer) => {
        for (const target of unknown) {
          const shelf = desk.shelves.get(target.namespace);
          if (target.peer !== peer || shelf === undefined || failures.has(peer.node)) continue;
          const found = await list(peer, shelf, target, false, failures);
          if (found !== undefined) shelf.kinds.set(target.service, kindsOf([found.instances]));
        }
      }));
      for (const { namespace, service } of unknown) await desk.settle(namespace, [service], nodes.map(({ node }) => node), false);
    },
    async round(recheck) {
      const nodes = deps.nodes();
      const failures = new Map<string, Failure>();
      const verdicts = due();
      sampled = verdicts.length > servicesPerRound;
      const chosen = new Map<string, Target>();
      const choose = (targets: Iterable<Target>): void => {
        for (const target of targets) if (chosen.size < servicesPerRound) chosen.set(`${target.namespace}/${target.service}`, target);
      };
      // The longest due first.
      choose(sampled ? spread(verdicts, sampleSize) : verdicts.toSorted((a, b) => a.lookAt - b.lookAt));
      if (recheck && !sampled) choose(await stale(now()));
      const before = chosen.size;
      if (!sampled) choose(wanted.values());
      if (chosen.size > before) for (const key of chosen.keys()) wanted.delete(key);
      if (chosen.size > 0) await Promise.all(nodes.map((peer) => verify(peer, failures)));
      if (nodes.length > 0) for (const target of chosen.values()) await read(nodes, target, failures);
      return nodes.length > 0 && chosen.size > 0;
    },
  };
}

/** So many of them, from the whole length of the list. */
function spread<T>(list: readonly T[], size: number): readonly T[] {
  return Array.from({ length: Math.min(size, list.length) }, (_, i) => list[Math.floor((i * list.length) / size)]!);
}
