/**
 * PromQL in typed pieces. A metric or label that no family declares does not compile, nor does a label that an
 * aggregation has dropped. An expression knows its text, how tightly it binds, and the labels its series carry.
 */

import type { ownFamilies } from '../metrics/catalogue.ts';
import type { selfFamilies } from '../metrics/self/families.ts';

type AnyFamily = (typeof ownFamilies)[number] | (typeof selfFamilies)[number];
export type MetricName = AnyFamily['name'];
export type HistogramName = Extract<AnyFamily, { type: 'histogram' }>['name'];
/** What Prometheus itself adds to every series of a target. */
type TargetLabel = 'job' | 'instance';
export type LabelsOf<N extends MetricName> = Extract<AnyFamily, { name: N }>['labels'][number] | TargetLabel;

/** L: labels that every series of the result may carry; O: labels that only some branches of an `or` carry. */
export interface Expr<L extends string = string, O extends string = never> {
  readonly text: string;
  /** Binding strength: 1 `or`, 2 `and` and `unless`, 3 comparison, 4 sum, 5 product, 9 anything closed. */
  readonly rank: number;
  readonly labels: readonly L[];
  readonly optional: readonly O[];
}

export interface Selector<L extends string> extends Expr<L> {
  readonly selector: true;
}

export interface Range<L extends string> {
  readonly range: string;
  readonly labels: readonly L[];
}

/** How a label is matched: a text is equality, a list is any of them. */
export type Match = string | readonly string[] | { readonly not: string } | { readonly like: string };
export type Where<L extends string> = { readonly [K in L]?: Match };

/** Where series are taken from: matchers put on every metric, and the exporter's job. */
export interface Source {
  /** Ready matchers such as `env="prod"`. */
  readonly matchers: readonly string[];
  readonly job: string;
  /** How a label is matched wherever a metric has it and nothing else is said: a dashboard's variables. */
  readonly scope?: Scope;
}

export type Scope = Readonly<Record<string, Match>>;

export interface Queries {
  metric<N extends MetricName>(name: N, where?: Where<LabelsOf<N>>): Selector<LabelsOf<N>>;
  /** The buckets of a histogram. */
  buckets<N extends HistogramName>(name: N): Selector<LabelsOf<N> | 'le'>;
  /** Whether the exporter could be scraped. */
  up(): Selector<TargetLabel>;
}

export function queriesOf({ matchers, job, scope = {} }: Source, labelsOf: (name: MetricName) => readonly string[]): Queries {
  const select = <L extends string>(name: string, labels: readonly string[], where: Where<string>): Selector<L> =>
    foreign(name, labels as readonly L[], { ...within(scope, labels), ...where } as Where<L>, matchers);
  const target = ['job', 'instance'];
  return {
    metric: (name, where = {}) => select(name, [...labelsOf(name), ...target], where as Where<string>),
    buckets: (name) => select(`${name}_bucket`, [...labelsOf(name), 'le', ...target], {}),
    up: () => select('up', target, { job }),
  };
}

/** Of a scope, what a metric with these labels can be matched by. */
export function within(scope: Scope, labels: readonly string[]): Scope {
  return Object.fromEntries(Object.entries(scope).filter(([label]) => labels.includes(label)));
}

/** A metric of another program, whose names and labels no catalogue of ours declares. */
export function foreign<const L extends string>(name: string, labels: readonly L[], where: Where<NoInfer<L>>, matchers: readonly string[]): Selector<L> {
  const all = [...matchersOf(where as Where<string>), ...matchers];
  return { selector: true, rank: 9, labels, optional: [], text: all.length === 0 ? name : `${name}{${all.join(',')}}` };
}

function matchersOf(where: Where<string>): readonly string[] {
  return Object.entries(where).flatMap(([label, match]) => {
    if (match === undefined) return [];
    if (typeof match === 'string') return [`${label}=${quote(match)}`];
    if ('not' in match) return [`${label}!=${quote(match.not)}`];
    return [`${label}=~${quote('like' in match ? match.like : match.join('|'))}`];
  });
}

export function quote(text: string): string {
  return JSON.stringify(text);
}

const closed = <L extends string>(text: string, labels: readonly L[]): Expr<L> => ({ text, rank: 9, labels, optional: [] });

/** A window of a selector, `[5m]`, or `[5m] offset 1h`. */
export function range<L extends string>(of: Selector<L>, window: string, before?: string): Range<L> {
  return { range: `${of.text}[${window}]${before === undefined ? '' : ` offset ${before}`}`, labels: of.labels };
}

/** A window of any expression, evaluated at every step of it. */
export function subquery<L extends string>(of: Expr<L>, window: string, step: string): Range<L> {
  return { range: `${inParentheses(of, 9)}[${window}:${step}]`, labels: of.labels };
}

export function ago<L extends string>(of: Selector<L>, before: string): Expr<L> {
  return closed(`${of.text} offset ${before}`, of.labels);
}

type RangeFunction = 'increase' | 'rate' | 'changes' | 'max_over_time' | 'min_over_time' | 'last_over_time';

export function over<L extends string>(name: RangeFunction, of: Range<L>): Expr<L> {
  return closed(`${name}(${of.range})`, of.labels);
}

export function quantileOverTime<L extends string>(quantile: number, of: Range<L>): Expr<L> {
  return closed(`quantile_over_time(${quantile}, ${of.range})`, of.labels);
}

type Aggregation = 'max' | 'min' | 'sum' | 'count' | 'avg';

export function by<L extends string, O extends string, B extends NoInfer<L>>(how: Aggregation, labels: readonly B[], of: Expr<L, O>): Expr<B> {
  return closed(`${how} by (${labels.join(', ')}) (${indentLines(of.text)})`, labels);
}

/** One of several exporters of a cluster is as good as the other: their series differ by target alone. */
export function max<L extends string, B extends NoInfer<L>>(labels: readonly B[], of: Expr<L>): Expr<B> {
  return by('max', labels, of);
}

/** The series with the highest values, at every step anew. */
export function topk<L extends string, O extends string>(count: number, of: Expr<L, O>): Expr<L, O> {
  return { ...of, text: `topk(${count}, ${indentLines(of.text)})`, rank: 9 };
}

export function countValues<L extends string, B extends NoInfer<L>, V extends string>(label: V, labels: readonly B[], of: Expr<L>): Expr<B | V> {
  return closed(`count_values by (${labels.join(', ')}) (${quote(label)}, ${of.text})`, [...labels, label]);
}

export function call<L extends string>(name: 'abs' | 'floor', of: Expr<L>): Expr<L> {
  return closed(`${name}(${of.text})`, of.labels);
}

export function clampMin<L extends string>(of: Expr<L>, least: number): Expr<L> {
  return closed(`clamp_min(${of.text}, ${least})`, of.labels);
}

/** 1 where the selector has no series at all; carries no label that could be relied on. */
export function absent(of: Selector<string>): Expr<never> {
  return closed(`absent(${of.text})`, []);
}

export function histogramQuantile<L extends string>(quantile: number, of: Expr<L | 'le'>): Expr<Exclude<L, 'le'>> {
  return closed(`histogram_quantile(${quantile}, ${of.text})`, of.labels.filter((label): label is Exclude<L, 'le'> => label !== 'le'));
}

/** Gives every series a label of its own: which of several signals it is. */
export function marked<L extends string, K extends string>(of: Expr<L>, label: K, text: string): Expr<L | K> {
  return closed(`label_replace(${indentLines(of.text)}, ${quote(label)}, ${quote(text)}, "", "")`, [...of.labels, label]);
}

/** Copies a label under another name. */
export function copied<L extends string, K extends string>(of: Expr<L>, from: NoInfer<L>, to: K): Expr<L | K> {
  return closed(`label_replace(${of.text}, ${quote(to)}, "$1", ${quote(from)}, "(.*)")`, [...of.labels, to]);
}

/** Puts two labels together under another name, with a space between. */
export function joined<L extends string, K extends string>(of: Expr<L>, labels: readonly [NoInfer<L>, NoInfer<L>], to: K): Expr<L | K> {
  return closed(`label_join(${indentLines(of.text)}, ${[to, ' ', ...labels].map(quote).join(', ')})`, [...of.labels, to]);
}

export function constant(value: number): Expr<never> {
  return closed(`vector(${value})`, []);
}

export const now: Expr<never> = { text: 'time()', rank: 9, labels: [], optional: [] };

type Arithmetic = '+' | '-' | '*' | '/';
type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=';
const ranks: Readonly<Record<Arithmetic | Comparison, number>> = { '+': 4, '-': 4, '*': 5, '/': 5, '==': 3, '!=': 3, '<': 3, '<=': 3, '>': 3, '>=': 3 };

/** Both sides carry the same labels, or the right one is a number. */
export function calc<L extends string>(left: Expr<L>, operator: Arithmetic | Comparison, right: Expr<NoInfer<L>> | number): Expr<L> {
  const rank = ranks[operator];
  const side = typeof right === 'number' ? String(right) : inParentheses(right, rank + 1);
  return { text: `${inParentheses(left, rank)} ${operator} ${side}`, rank, labels: left.labels, optional: [] };
}

/** `number operator vector`, such as `time() - x`: the labels are the vector's. */
export function scalarLeft<L extends string>(left: Expr<never> | number, operator: Arithmetic, right: Expr<L>): Expr<L> {
  const rank = ranks[operator];
  const side = typeof left === 'number' ? String(left) : left.text;
  return { text: `${side} ${operator} ${inParentheses(right, rank + 1)}`, rank, labels: right.labels, optional: [] };
}

/** Many on the left, one on the right, matched on the labels of the right. */
export function calcPer<L extends string, R extends NoInfer<L>>(left: Expr<L>, operator: Arithmetic | Comparison, right: Expr<R>): Expr<L> {
  const rank = ranks[operator];
  return {
    text: `${inParentheses(left, rank)} ${operator} on (${right.labels.join(', ')}) group_left () ${inParentheses(right, rank + 1)}`,
    rank, labels: left.labels, optional: [],
  };
}

/** Left series for which a right one exists, matched on the labels of the right. */
export function and<L extends string, O extends string, R extends string>(left: Expr<L, O>, right: Expr<R & NoInfer<L>>): Expr<L, O> {
  return together(left, 'and', right);
}

export function unless<L extends string, O extends string, R extends string>(left: Expr<L, O>, right: Expr<R & NoInfer<L>>): Expr<L, O> {
  return together(left, 'unless', right);
}

function together<L extends string, O extends string>(left: Expr<L, O>, operator: 'and' | 'unless', right: Expr): Expr<L, O> {
  return {
    text: `${inParentheses(left, 2)}\n${operator} on (${right.labels.join(', ')}) ${inParentheses(right, 3)}`,
    rank: 2, labels: left.labels, optional: left.optional,
  };
}

/** Everything of the left, and of the right what has no partner on the left by the labels `on` (all labels where none are given). */
export function or<A extends string, B extends string, OA extends string, OB extends string>(
  left: Expr<A, OA>, right: Expr<B, OB>, on?: readonly (A & B)[],
): Expr<Extract<A, B>, Exclude<A | B | OA | OB, Extract<A, B>>> {
  const both = left.labels.filter((label) => (right.labels as readonly string[]).includes(label)) as unknown as readonly Extract<A, B>[];
  const all = new Set<string>([...left.labels, ...right.labels, ...left.optional, ...right.optional]);
  const rest = [...all].filter((label) => !(both as readonly string[]).includes(label)) as unknown as readonly Exclude<A | B | OA | OB, Extract<A, B>>[];
  const matching = on === undefined ? '' : `on (${on.join(', ')}) `;
  // `and` binds tighter than `or`: written out all the same, for those who read it.
  const side = (of: Expr<string, string>): string => (of.rank === 2 ? inParentheses(of, 3) : inParentheses(of, 1));
  return { text: `${side(left)}\nor ${matching}${right.rank === 1 ? inParentheses(right, 2) : side(right)}`, rank: 1, labels: both, optional: rest };
}

/** Everything of several expressions with the same labels, whose series differ by the value of one of these. */
export function anyOf<L extends string>(first: Expr<L>, ...rest: readonly Expr<NoInfer<L>>[]): Expr<L> {
  return rest.length === 0 ? first : { ...first, text: [first, ...rest].map((of) => inParentheses(of, 3)).join('\nor '), rank: 1 };
}

function inParentheses(of: Expr<string, string>, least: number): string {
  return of.rank >= least ? of.text : `(${indentLines(of.text)})`;
}

/** Text of several lines stands on lines of its own inside parentheses. */
function indentLines(text: string): string {
  return text.includes('\n') ? `\n  ${text.replaceAll('\n', '\n  ')}\n` : text;
}
