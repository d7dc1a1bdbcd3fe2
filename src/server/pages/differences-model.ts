/** Which of the services that differ are shown: filtered, sorted, a page of them, and how many there are. */

import { paged, type Paged } from './paging.ts';
import type { PageQuery } from './query.ts';
import type { Differing, DifferingDetails, DivergenceDifference, PageSource } from './state.ts';

/** Services of a page. */
export const servicesOnPage = 50;
/** Services of one cluster that sorting and filter cover; of several clusters together, each has its part of it. */
export const mostListed = 10_000;
const leastOfEach = 200;

export interface Listing {
  readonly rows: Paged<Differing>;
  /** Services that are listed before the filter, and that differ in all. */
  readonly listed: number;
  readonly total: number;
  readonly sampled: boolean;
  /** Some cluster's contents were never compared. */
  readonly incomplete: boolean;
  /** To choose from. */
  readonly namespaces: readonly string[];
}

/** Services of each of so many clusters. */
export const mostOf = ({ length }: readonly string[]): number => (length <= 1 ? mostListed : Math.max(leastOfEach, Math.floor(mostListed / length)));

export function listDiffering(source: PageSource, clusters: readonly string[], query: PageQuery): Listing {
  const states = clusters.flatMap((name) => source.cluster(name) ?? []);
  const all = clusters.flatMap((name) => source.differing(name, mostOf(clusters)));
  return {
    rows: paged(sorted(filtered(all, query), query, clusters.length > 1), query.page, servicesOnPage),
    listed: all.length, total: Math.max(all.length, states.reduce((sum, { confirmed, suspected }) => sum + confirmed + suspected, 0)),
    sampled: states.some(({ sampled }) => sampled), incomplete: states.some(({ compared }) => !compared),
    namespaces: [...new Set(states.flatMap(({ namespaces }) => namespaces.map(({ id }) => id)))].toSorted(),
  };
}

export function filtered(all: readonly Differing[], { namespace, kind, q }: Pick<PageQuery, 'namespace' | 'kind' | 'q'>): readonly Differing[] {
  const text = q?.toLowerCase();
  return all.filter((one) => (namespace === undefined || one.namespace === namespace) && (kind === undefined || one.kind === kind) && (text === undefined || contains(one, text)));
}

const contains = (one: Differing, text: string): boolean => `${one.group}@@${one.service}`.toLowerCase().includes(text) || one.words().toLowerCase().includes(text);

/** By `since` unless told: the oldest first, as each cluster's come. Of equals the order that they came in stands. */
function sorted(all: readonly Differing[], { sort = 'since', down }: PageQuery, mixed: boolean): readonly Differing[] {
  const keyOf = sortKeys[sort] ?? sortKeys['since']!;
  if (keyOf === sortKeys['since'] && !down && !mixed) return all;
  const sign = down ? -1 : 1;
  return all.toSorted((a, b) => {
    const left = keyOf(a);
    const right = keyOf(b);
    return left === right ? 0 : left < right ? -sign : sign;
  });
}

const sortKeys: Readonly<Record<string, (one: Differing) => string | number>> = {
  service: ({ service }) => service, namespace: ({ namespace }) => namespace, kind: ({ kind }) => kind, since: ({ since }) => since,
};

/** One thing that differs about one instance, and what each node shows of it. */
export interface DifferingField {
  readonly cluster: string;
  readonly address: string;
  readonly persistent: boolean;
  /** Absent where the instance as a whole is missing or surplus. */
  readonly field?: string;
  /** Empty where it is not known; `present` or empty of a whole instance. */
  readonly agreed: string;
  readonly nodes: readonly { readonly node: string; readonly what: DivergenceDifference['what']; readonly shown: string }[];
}

/** Differences by instance and field, in the order in which they come. */
export function fieldsOf({ differences }: DifferingDetails): readonly DifferingField[] {
  const fields = new Map<string, { field: DifferingField; nodes: DifferingField['nodes'][number][] }>();
  for (const { node, what, cluster, address, ephemeral, field, agreed, shown } of differences) {
    const key = JSON.stringify([cluster, address, ephemeral, field ?? what, agreed]);
    const known = fields.get(key);
    if (known !== undefined) {
      known.nodes.push({ node, what, shown });
      continue;
    }
    const nodes = [{ node, what, shown }];
    fields.set(key, { nodes, field: { cluster, address, persistent: ephemeral === false, agreed, nodes, ...(field === undefined ? {} : { field }) } });
  }
  return [...fields.values()].map(({ field }) => field);
}
