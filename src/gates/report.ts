/** The answer of a gate: a table for people, an object for scripts. */

import { exitCodes, type Term } from './gate.ts';
import type { Run } from './runner.ts';
import { seconds } from './words.ts';

const verdictWords = { pass: 'pass', fail: 'fail', unknown: 'could not tell' } as const;

/** Lines, without line breaks. */
export function tableOf(run: Run, snapshot?: string): readonly string[] {
  const { terms, warnings = [], notes = [], stopOrder, missing = [] } = run.judgement;
  const head: readonly string[] = ['TERM', 'NODE', 'STATE', 'DETAIL'];
  const rows = [head, ...worstFirst(terms).map(({ term, node = '-', state, detail }) => [term, node, state, detail])];
  const widths = head.slice(0, 3).map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return [
    `${run.gate}${run.node === undefined ? '' : ` ${run.node}`}: ${verdictWords[run.verdict]} (cluster ${run.cluster}, ${seconds(run.endedAt - run.startedAt)})`,
    '',
    ...rows.map((row) => row.map((cell, column) => (column < widths.length ? cell.padEnd(widths[column]!) : cell)).join('  ')),
    ...(warnings.length + notes.length === 0 && stopOrder === undefined && missing.length === 0 && snapshot === undefined ? [] : ['']),
    ...warnings.map((warning) => `warning: ${warning}`),
    ...notes,
    ...missing.map((instance) => `missing: ${instance}`),
    ...(run.verdict === 'pass' && stopOrder !== undefined ? [`stop in this order: ${stopOrder.join(', ')}`] : []),
    ...(snapshot === undefined ? [] : [`snapshot: ${snapshot}`]),
  ];
}

export function jsonOf(run: Run, snapshot?: string): string {
  const { terms, warnings = [], notes = [], stopOrder, missing } = run.judgement;
  return JSON.stringify({
    gate: run.gate, cluster: run.cluster, ...(run.node === undefined ? {} : { node: run.node }), verdict: run.verdict, exitCode: exitCodes[run.verdict],
    startedAt: new Date(run.startedAt).toISOString(), seconds: Math.round((run.endedAt - run.startedAt) / 100) / 10,
    terms: worstFirst(terms).map(({ term, node, state, detail }) => ({ term, ...(node === undefined ? {} : { node }), state, detail })),
    warnings, notes,
    ...(run.verdict === 'pass' && stopOrder !== undefined ? { stopOrder } : {}),
    ...(missing === undefined ? {} : { missing }),
    ...(snapshot === undefined ? {} : { snapshot }),
  });
}

const order = { fail: 0, unknown: 1, pass: 2 } as const;

/** What decides comes first; otherwise as the gate says it. */
const worstFirst = (terms: readonly Term[]): readonly Term[] => terms.toSorted((a, b) => order[a.state] - order[b.state]);
