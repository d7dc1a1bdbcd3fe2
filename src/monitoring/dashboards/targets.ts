/**
 * What a panel asks. The legend gets at the labels that the expression leaves: one that an aggregation has dropped does not
 * compile. Where a version has no source for what a panel shows, a second query says so, since "No data" would not.
 */

import type { Stage } from '../../model.ts';
import { calc, max, or, type Expr, type Queries } from '../promql.ts';

export interface Target {
  readonly expr: Expr<string, string>;
  /** As Grafana fills it in: `{{label}}` stands for a label. */
  readonly legend: string;
  /** Tells which nodes cannot answer, instead of answering. */
  readonly companion?: true;
}

export function query<L extends string, O extends string>(expr: Expr<L, O>, legend: string | ((l: { readonly [K in L | O]: string }) => string)): Target {
  if (typeof legend === 'string') return { expr, legend };
  return { expr, legend: legend(Object.fromEntries([...expr.labels, ...expr.optional].map((label) => [label, `{{${label}}}`])) as { readonly [K in L | O]: string }) };
}

const words = 'not supported by this version';

/** How a value says it where it stands among numbers that cannot be negative. */
export const unsupportedValue = -1;
export const unsupportedText = words;

/** Nodes whose version, read as it is, has none of the sources. */
function without(q: Queries, stages: readonly Stage[]): Expr<'nacos_cluster' | 'nacos_node'> {
  return calc(max(['nacos_cluster', 'nacos_node'], q.metric('nacos_poll_supported', { stage: stages })), '==', 0);
}

/** For graphs and timelines, one series a node; its values are drawn nowhere, its name stands in the legend. */
export function unsupported(q: Queries, ...stages: readonly Stage[]): Target {
  const minus = calc(without(q, stages), '-', -unsupportedValue);
  return { ...query(minus, (l) => `${l.nacos_node}: ${words}`), companion: true };
}

/** The same for graphs with one series a cluster: told where none of its nodes has a source. */
export function unsupportedClusters(q: Queries, ...stages: readonly Stage[]): Target {
  const minus = calc(calc(max(['nacos_cluster'], q.metric('nacos_poll_supported', { stage: stages })), '==', 0), '-', -unsupportedValue);
  return { ...query(minus, (l) => `${l.nacos_cluster}: ${words}`), companion: true };
}

/** For a state of a node: `unsupportedValue` while its version has no source, in the same row of a timeline. */
export function stateOrUnsupported(of: Expr<'nacos_cluster' | 'nacos_node'>, q: Queries, ...stages: readonly Stage[]): Expr<'nacos_cluster' | 'nacos_node'> {
  return { ...or(of, calc(without(q, stages), '-', -unsupportedValue)), labels: ['nacos_cluster', 'nacos_node'], optional: [] };
}

/** For a number of a whole cluster: `unsupportedValue` where no node has a source and the number is absent. */
export function orUnsupported(of: Expr<'nacos_cluster'>, q: Queries, ...stages: readonly Stage[]): Expr<'nacos_cluster'> {
  const known = max(['nacos_cluster'], q.metric('nacos_poll_supported', { stage: stages }));
  return { ...or(of, calc(calc(known, '==', 0), '-', -unsupportedValue)), labels: ['nacos_cluster'], optional: [] };
}
