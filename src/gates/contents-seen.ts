/**
 * What the comparison of contents says to a gate: what was compared and when, and what differs, node by node. Health on 1.1.x
 * is left out: its peers keep a wrong one for good, and that is no reason to stop a migration.
 */

import type { Difference } from '../analysis/contents/compare.ts';
import { placeInWords, placeOf } from '../analysis/contents/place.ts';
import type { DivergentService, NamespaceDivergence } from '../analysis/contents/summary.ts';
import type { NodeSeen, Seen } from './observation.ts';
import { keepsWrongHealth } from './versions.ts';

/** What one node differs in. */
export interface NodeDifferences {
  readonly services: number;
  readonly missing: number;
  readonly surplus: number;
  /** Instances that it shows otherwise, counted field by field. */
  readonly conflicting: number;
  /** When the oldest was first seen, and the oldest missing or surplus one. */
  readonly since: number;
  readonly presenceSince: number;
  /** One line each, the oldest first; a few. */
  readonly examples: readonly string[];
}

/** Something that was not compared. */
export interface Gap {
  readonly node?: string;
  readonly why: string;
  /** It is still to be read, or may be read next time. */
  readonly pending: boolean;
}

export interface ContentsSeen {
  /** When the oldest part of the last complete comparison was read; undefined before it. */
  readonly comparedAt?: number;
  /** When all nodes were last looked at: a large cluster's counts are, between two reads of all contents. */
  readonly roundAt?: number;
  readonly gaps: readonly Gap[];
  readonly confirmed: ReadonlyMap<string, NodeDifferences>;
  readonly suspected: ReadonlyMap<string, NodeDifferences>;
  /** Node to what it lacks now, confirmed or not. */
  readonly lacking: ReadonlyMap<string, number>;
  /** Services of which health alone differs, on 1.1.x. */
  readonly excused: number;
}

/** Services that are looked at one by one. */
const mostListed = 5_000;
const mostExamples = 3;

export function contentsSeen({ snapshot, contents }: Seen, nodes: readonly NodeSeen[]): ContentsSeen {
  const read = [...contents?.namespaces ?? []];
  const counted = snapshot.nodes.flatMap((node) => [...node.stages.counts?.value?.keys() ?? []]);
  const gaps = nodes.length === 0 ? [{ why: 'no node was read', pending: true }] : [...nodes.flatMap(gapOf), ...namespaceGaps(counted, new Map(read))];
  if (contents === undefined) return { gaps, confirmed: new Map(), suspected: new Map(), lacking: new Map(), excused: 0 };
  const spares = nodes.some(({ version }) => keepsWrongHealth(version));
  const listed = contents.divergent(mostListed);
  const counting = listed.filter(({ kind }) => !spares || kind !== 'health');
  const lacking = new Map<string, number>();
  for (const [, { nodes: found }] of read) for (const [node, { missingInstances }] of found) lacking.set(node, (lacking.get(node) ?? 0) + missingInstances);
  const comparedAt = read.length === 0 ? undefined : earliest(read.map(([, { lastComplete }]) => lastComplete));
  const countsAt = earliest(nodes.filter(({ answers }) => answers !== false).map(({ counts }) => (counts.state === 'told' ? counts.at : undefined)));
  const sweeps = (snapshot.intervals.contents ?? 0) > 2 * (snapshot.intervals.counts ?? 0);
  const roundAt = comparedAt === undefined ? undefined : sweeps ? Math.max(comparedAt, countsAt ?? 0) : comparedAt;
  return {
    gaps, lacking, excused: listed.length - counting.length,
    ...(comparedAt === undefined ? {} : { comparedAt }),
    ...(roundAt === undefined ? {} : { roundAt }),
    confirmed: byNode(counting.filter(({ confirmed }) => confirmed)),
    suspected: byNode(counting.filter(({ confirmed }) => !confirmed)),
  };
}

/** Undefined where one of them is. */
function earliest(times: readonly (number | undefined)[]): number | undefined {
  let first = Infinity;
  for (const time of times) {
    if (time === undefined) return undefined;
    first = Math.min(first, time);
  }
  return first === Infinity ? undefined : first;
}

function gapOf({ node, answers, problem, api, contents, counts }: NodeSeen): readonly Gap[] {
  if (answers !== true) return [{ node, why: problem ?? 'was not read yet', pending: answers === undefined }];
  if (contents.state === 'unsupported') {
    const closed = api === 'v3-open' ? '3.x shows its contents to a user with read permission only, and none is configured' : 'this server shows no contents';
    return [{ node, why: closed, pending: false }];
  }
  if (contents.state === 'failed') return [{ node, why: `its contents could not be read: ${contents.reason}`, pending: true }];
  if (counts.state === 'failed') return [{ node, why: `its services could not be counted: ${counts.reason}`, pending: true }];
  return contents.state === 'unread' ? [{ node, why: 'its contents were not read yet', pending: true }] : [];
}

function namespaceGaps(counted: readonly string[], read: ReadonlyMap<string, NamespaceDivergence>): readonly Gap[] {
  return [...new Set(counted)].toSorted().filter((id) => read.get(id)?.lastComplete === undefined).map((id) => ({ why: `namespace ${id} was not compared yet`, pending: true }));
}

function byNode(services: readonly DivergentService[]): ReadonlyMap<string, NodeDifferences> {
  const nodes = new Map<string, { -readonly [K in keyof NodeDifferences]: NodeDifferences[K] }>();
  for (const service of services) {
    for (const node of new Set(service.differences.map((difference) => difference.node))) {
      const found = nodes.get(node) ?? { services: 0, missing: 0, surplus: 0, conflicting: 0, since: Infinity, presenceSince: Infinity, examples: [] };
      nodes.set(node, found);
      const own = service.differences.filter((difference) => difference.node === node);
      found.services++;
      found.since = Math.min(found.since, service.since);
      for (const { what } of own) {
        if (what === 'conflict') found.conflicting++;
        else found[what]++;
        if (what !== 'conflict') found.presenceSince = Math.min(found.presenceSince, service.since);
      }
      if (found.examples.length < mostExamples) found.examples = [...found.examples, exampleOf(service, own[0]!)];
    }
  }
  return nodes;
}

function exampleOf({ namespace, group, service, cause }: DivergentService, { what, instance, field, agreed, shown }: Difference): string {
  const state = what === 'conflict' ? (field === 'metadata' ? 'metadata differs' : `${field} is ${shown}, agreed ${agreed}`) : what;
  return `${namespace}/${group}@@${service} ${placeInWords(placeOf(instance))}: ${state}${cause === undefined ? '' : `, ${cause}`}`;
}
