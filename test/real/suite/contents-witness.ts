/** Watches a cluster once a second: every node's own lists over plain HTTP, and at the same time what the exporter says of differences. */

import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { LabNode } from '../../lab/cluster.ts';
import { readContents, type Shown } from '../../lab/contents.ts';
import { type Difference, nameOf, type NodeView } from '../../lab/differences.ts';
import { ownersBy } from '../../lab/readiness.ts';
import { namespaces } from '../../lab/seed.ts';
import { completeViews, type ContentsSight, hasty, overdue, type Patience, truthOf, unfounded } from '../../lab/verdicts.ts';
import { type LabVersion, releaseOf } from '../../lab/versions.ts';
import { until } from '../../lab/wait.ts';
import { confirmedIn, listed } from './divergence.ts';
import { pollMs, type Stage } from './stage.ts';

export interface ContentsWitness {
  readonly patience: Patience;
  /** What was seen so far. */
  readonly sights: readonly ContentsSight[];
  /** How the nodes differed at the last look at which all of them answered, by name. */
  truth(): readonly string[];
  /** Waits until all nodes answer and show the same, in so many looks in a row. */
  untilAlike(looks: number, timeoutMs: number): Promise<void>;
  stop(): Promise<void>;
}

const periodMs = 1_000;

/** What a machine adds on which three servers, the exporter and the witness share two cores. */
const slownessMs = 6_000;

/** Semantics: what replication may take before a difference is more than that. */
const replicationMs: Readonly<Record<LabVersion, Readonly<Record<'presence' | 'health' | 'attributes', number>>>> = {
  '1.4.1': { presence: 15_000, health: 30_000, attributes: 30_000 },
  '2.0.4': { presence: 10_000, health: 15_000, attributes: 30_000 },
  '3.1.0': { presence: 15_000, health: 15_000, attributes: 30_000 },
};

function patienceOf(version: LabVersion, singly = false): Patience {
  const earliest = ({ field }: Difference): number => replicationMs[version][field === '' ? 'presence' : field === 'healthy' ? 'health' : 'attributes'];
  return {
    singly,
    earliest,
    // On 1.x health is the responsible node's word, and withheld for two minutes after a start: no suite changes it there.
    latest: (difference) => version === '1.4.1' && difference.field === 'healthy' ? Infinity : Math.max(2 * pollMs, earliest(difference) + 5_000) + slownessMs,
    settles: 30_000,
    heals: 2 * pollMs + slownessMs,
    margin: 3_000,
  };
}

/** `singly`: all nodes vote, and what one of them alone holds exists. */
export function watchContents(stage: Stage, singly = false): ContentsWitness {
  const stopping = new AbortController();
  const sights: ContentsSight[] = [];
  /** By the nodes, at the last look. */
  let said: readonly (string | undefined)[] | undefined;

  async function look(): Promise<void> {
    const at = Date.now();
    const { nodes } = stage.cluster;
    const [views, owners, services] = await Promise.all([
      Promise.all(nodes.map((node) => viewOf(node))),
      Promise.all(nodes.map((node) => ownersBy(releaseOf(node.version), node).catch(() => undefined))),
      listed(stage.exporter),
    ]);
    const unsettled = said !== undefined && owners.some((now, i) => now !== said?.[i]);
    said = owners;
    sights.push({ at, views: new Map(nodes.map(({ address }, i) => [address, views[i]])), confirmed: confirmedIn(services), unsettled });
    await sleep(Math.max(0, at + periodMs - Date.now()), undefined, { signal: stopping.signal }).catch(() => undefined);
  }

  const loop = (async () => {
    while (!stopping.signal.aborted) await look();
  })();
  return {
    patience: patienceOf(stage.version, singly),
    sights,
    truth: () => {
      const last = sights.findLast((sight) => completeViews(sight) !== undefined);
      return (last === undefined ? undefined : truthOf(last, { singly }))?.map(nameOf).toSorted() ?? [];
    },
    async untilAlike(looks, timeoutMs) {
      const from = sights.length;
      await until('all nodes alike', timeoutMs, () => {
        const last = sights.slice(from).slice(-looks).map((sight) => truthOf(sight, { singly }));
        const differing = last.flatMap((found) => found?.map(nameOf) ?? 'not all nodes answered');
        if (differing.length > 0) throw new Error(differing.join(', '));
        return last.length === looks ? true : undefined;
      });
    },
    async stop() {
      stopping.abort();
      await loop;
    },
  };
}

async function viewOf(node: LabNode): Promise<NodeView | undefined> {
  if (node.pid === undefined) return undefined;
  const read = await Promise.allSettled(namespaces.map((id) => readContents(node, id)));
  const view = new Map<string, ReadonlyMap<string, Shown>>();
  for (const [i, result] of read.entries()) {
    if (result.status === 'rejected') return undefined;
    for (const [service, instances] of result.value) view.set(`${namespaces[i]} ${service}`, instances);
  }
  return view;
}

/** Every verdict has its difference, and every difference that stood for long enough its verdict. */
export function expectWitnessed({ sights, patience }: ContentsWitness): void {
  expect(overdue(sights, patience)).toEqual([]);
  expect(unfounded(sights, patience)).toEqual([]);
  expect(hasty(sights, patience)).toEqual([]);
}

export function expectNothingConfirmed({ sights }: ContentsWitness): void {
  expect(sights.length).toBeGreaterThan(5);
  expect(sights.flatMap(({ confirmed }) => confirmed.map(nameOf))).toEqual([]);
}
