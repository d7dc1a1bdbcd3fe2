/** Reads PromQL with the grammar of Prometheus's own editor, for the static checks: it shares nothing with the builder. */

import { createRequire } from 'node:module';
import type { SyntaxNode } from '@lezer/common';
import type * as types from '@prometheus-io/codemirror-promql/dist/cjs/parser/parser.js';
import type * as grammar from '@prometheus-io/lezer-promql';

// The check of types exists for CommonJS alone, and knows the nodes only of a grammar that was loaded the same way.
const require = createRequire(import.meta.url);
const { parser } = require('@prometheus-io/lezer-promql') as typeof grammar;
const { Parser } = require('@prometheus-io/codemirror-promql/dist/cjs/parser/parser.js') as typeof types;
type EditorState = ConstructorParameters<typeof types.Parser>[0];
const { EditorState } = require('@codemirror/state') as { readonly EditorState: { create(of: { readonly doc: string }): EditorState } };

export interface SelectorRead {
  readonly metric: string;
  readonly labels: readonly string[];
}

export interface ExpressionRead {
  readonly selectors: readonly SelectorRead[];
  /** Labels of `by`, `on` and `group_left`. */
  readonly grouping: readonly string[];
  /** Labels that label_replace, label_join or count_values makes. */
  readonly made: readonly string[];
  readonly comparisons: readonly string[];
  /** Windows in square brackets, with the function around each. */
  readonly windows: readonly { readonly of: string; readonly window: string }[];
}

const comparing = new Set(['Eqlc', 'Eql', 'Neq', 'Gtr', 'Gte', 'Lss', 'Lte']);

export function readExpression(text: string): ExpressionRead {
  const selectors: SelectorRead[] = [];
  const grouping: string[] = [];
  const made: string[] = [];
  const comparisons: string[] = [];
  const windows: { of: string; window: string }[] = [];
  const of = ({ from, to }: SyntaxNode): string => text.slice(from, to);
  const under = (node: SyntaxNode, name: string): readonly SyntaxNode[] => {
    const found: SyntaxNode[] = [];
    node.cursor().iterate((inner) => { if (inner.name === name) found.push(inner.node); });
    return found;
  };
  parser.parse(text).iterate({
    enter({ name, node }) {
      if (name === 'VectorSelector') selectors.push({ metric: under(node, 'Identifier').map(of)[0]!, labels: under(node, 'UnquotedLabelMatcher').map((matcher) => of(matcher.getChild('LabelName')!)) });
      else if (name === 'GroupingLabels') grouping.push(...node.getChildren('LabelName').map(of));
      else if (name === 'FunctionCall' && ['label_replace', 'label_join'].includes(of(node.firstChild!))) made.push(quoted(node.lastChild!, of));
      else if (name === 'AggregateExpr' && of(node).startsWith('count_values')) made.push(quoted(node.lastChild!, of));
      else if (name === 'BinaryExpr') comparisons.push(...children(node).filter((child) => comparing.has(child.name)).map(of));
      else if (name === 'MatrixSelector' || name === 'SubqueryExpr') windows.push({ of: functionAround(node, of), window: of(node.getChildren('DurationExpr')[0]!) });
    },
  });
  return { selectors, grouping, made, comparisons, windows };
}

/** What is wrong with the text: as syntax, then as types, such as a rate of what is no range. */
export function faultsOf(text: string): readonly string[] {
  const faults: string[] = [];
  parser.parse(text).iterate({ enter: ({ type, from }) => { if (type.isError) faults.push(`syntax error at ${from}`); } });
  // An editor parses for 20 ms at a time: a long expression would be checked up to there.
  const typed = new Parser(EditorState.create({ doc: text }));
  Object.assign(typed, { tree: parser.parse(text) });
  typed.analyze();
  return [...faults, ...typed.getDiagnostics().map(({ message }) => message)];
}

/** How each selector's series are first folded: by which aggregation, and what they keep; undefined where they are not. */
export function foldedBy(text: string): readonly { readonly metric: string; readonly how: string | undefined; readonly labels: readonly string[] }[] {
  const found: { metric: string; how: string | undefined; labels: readonly string[] }[] = [];
  parser.parse(text).iterate({
    enter({ name, node }) {
      if (name !== 'VectorSelector') return;
      let up: SyntaxNode | null = node;
      while (up !== null && up.name !== 'AggregateExpr') up = up.parent;
      const labels = up?.getChild('AggregateModifier')?.getChild('GroupingLabels')?.getChildren('LabelName') ?? [];
      const operator = up?.getChild('AggregateOp');
      found.push({
        metric: text.slice(node.from, node.to).split('{')[0]!, how: operator ? text.slice(operator.from, operator.to) : undefined,
        labels: labels.map((label) => text.slice(label.from, label.to)),
      });
    },
  });
  return found;
}

/** The first text among the arguments. */
function quoted(call: SyntaxNode, of: (node: SyntaxNode) => string): string {
  return JSON.parse(of(children(call).find(({ name }) => name === 'StringLiteral')!)) as string;
}

function functionAround(node: SyntaxNode, of: (node: SyntaxNode) => string): string {
  for (let up = node.parent; up !== null; up = up.parent) if (up.name === 'FunctionCall') return of(up.firstChild!);
  return '';
}

function children(node: SyntaxNode): readonly SyntaxNode[] {
  const all: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) all.push(child);
  return all;
}
