/**
 * What Prometheus would have made of the rules while it scraped: the recorded series, and ALERTS. Blocks that are written
 * ahead are seen by no rule, so each expression is asked over the run, and `for` is counted here.
 */

import { parse } from 'yaml';
import { secondsOf } from '../alerts/world.ts';
import { series, type Asking } from './asking.ts';

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly Rule[] }[];
}

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels?: Readonly<Record<string, string>>;
}

/** As OpenMetrics with timestamps, without the end of it. */
export async function playRules(prometheus: Asking, text: string): Promise<readonly string[]> {
  const { groups } = parse(text) as RuleFile;
  const lines: string[] = [];
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    for (const one of await prometheus.range(rule.expr)) {
      if (rule.record !== undefined) for (const [at, value] of one.values) lines.push(`${series(rule.record, { ...one.labels, ...rule.labels })} ${value} ${at}`);
      if (rule.alert !== undefined) lines.push(...alertLines(rule, one, prometheus.stepSeconds));
    }
  }
  return lines;
}

function alertLines(rule: Rule, { labels, values }: { readonly labels: Readonly<Record<string, string>>; readonly values: readonly (readonly [number, string])[] }, stepSeconds: number): readonly string[] {
  const forSeconds = secondsOf(rule.for ?? '0s');
  let since = -Infinity;
  let last = -Infinity;
  return values.map(([at]) => {
    // An evaluation without a sample ends it.
    if (at - last > stepSeconds) since = at;
    last = at;
    const alertstate = at - since >= forSeconds ? 'firing' : 'pending';
    return `${series('ALERTS', { ...labels, ...rule.labels, alertname: rule.alert!, alertstate })} 1 ${at}`;
  });
}
