/** What a rule is, and how an alert's texts get at the labels that its expression leaves. */

import type { Expr, Queries } from './promql.ts';
import type { AlertName, Limits } from './thresholds.ts';

export const severities = ['critical', 'warning', 'info'] as const;
export type Severity = (typeof severities)[number];

export interface RecordingRule {
  readonly record: string;
  readonly expr: Expr;
}

export interface AlertRule {
  readonly alert: AlertName;
  /** Two alerts of one name differ by it; the second carries the severity in its key of a user's values. */
  readonly severity: Severity;
  readonly expr: Expr<string, string>;
  readonly for?: string;
  /** One line for the reference. */
  readonly meaning: string;
  readonly summary: string;
  readonly description: string;
  /** The exporter's page of differences helps. */
  readonly divergence: boolean;
  /** The alert whose runbook serves; its own unless told. */
  readonly runbook?: AlertName;
}

export interface RuleGroup {
  readonly name: string;
  readonly title: string;
  readonly records: readonly RecordingRule[];
  readonly alerts: readonly AlertRule[];
}

/** What a group is made of. */
export interface Kit {
  readonly q: Queries;
  readonly limits: Limits;
}

/** How `$value` may stand in a text. */
export const value = {
  count: '{{ $value | printf "%.0f" }}',
  percent: '{{ $value | humanizePercentage }}',
  duration: '{{ $value | humanizeDuration }}',
} as const;

/** A share as people write it: 10 %. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`;

interface Texts {
  readonly summary: string;
  readonly description: string;
}

interface Draft<L extends string, O extends string> {
  readonly alert: AlertName;
  readonly severity?: Severity;
  readonly expr: Expr<L, O>;
  readonly for?: string;
  readonly meaning: string;
  readonly divergence?: boolean;
  readonly runbook?: AlertName;
  /** `l` holds the labels that every series carries; `maybe` wraps words around one that only some carry, or says something else. */
  texts(l: { readonly [K in L]: string }, maybe: (label: O, before: string, after?: string, otherwise?: string) => string): Texts;
}

export function alert<L extends string, O extends string>(draft: Draft<L, O>): AlertRule {
  const l = Object.fromEntries(draft.expr.labels.map((label) => [label, `{{ $labels.${label} }}`])) as { readonly [K in L]: string };
  const maybe = (label: O, before: string, after = '', otherwise = ''): string =>
    `{{ with $labels.${label} }}${before}{{ . }}${after}${otherwise === '' ? '' : `{{ else }}${otherwise}`}{{ end }}`;
  return {
    alert: draft.alert, severity: draft.severity ?? 'warning', expr: draft.expr, meaning: draft.meaning,
    ...(draft.for === undefined ? {} : { for: draft.for }),
    divergence: draft.divergence ?? false,
    ...(draft.runbook === undefined ? {} : { runbook: draft.runbook }),
    ...draft.texts(l, maybe),
  };
}

/** Choice of words by a label's value. */
export function wordsBy(label: string, words: Readonly<Record<string, string>>): string {
  const branches = Object.entries(words).map(([text, said], i) => `{{ ${i === 0 ? '' : 'else '}if eq ${label.slice(3, -3)} ${JSON.stringify(text)} }}${said}`);
  return `${branches.join('')}{{ end }}`;
}
