/** What the queries of a dashboard answer over a whole run, with its variables at what there is to choose. */

import type { Asking, Line } from './asking.ts';
import type { Dashboard, Target } from './panels.ts';
import { substitute, unresolved, type Values } from './substitute.ts';

/** Of Grafana's own: a step is a scrape here, and the rate interval four of them. */
export function builtIn({ from, to, stepSeconds }: { readonly from: number; readonly to: number; readonly stepSeconds: number }): Values {
  return {
    __interval: `${stepSeconds}s`, __interval_ms: String(stepSeconds * 1000), __rate_interval: `${4 * stepSeconds}s`, __range: `${to - from}s`, __range_s: String(to - from), __range_ms: String((to - from) * 1000),
    __from: String(from * 1000), __to: String(to * 1000),
  };
}

export interface Choice {
  readonly values: Values;
  /** Query variables that offer nothing, as `name: query`. */
  readonly empty: readonly string[];
}

const allOfThem = '.*';

/**
 * Chooses a value for every variable, each from what those before it leave: all where that may be chosen, else the first.
 * `given` comes before both.
 */
export async function choose(prometheus: Asking, dashboard: Dashboard, given: Values): Promise<Choice> {
  const values: Record<string, string | readonly string[]> = { ...given };
  const empty: string[] = [];
  for (const variable of dashboard.variables) {
    if (variable.type !== 'query') {
      values[variable.name] ??= variable.query;
      continue;
    }
    const query = substitute(variable.query, values);
    const options = (await prometheus.variable(query)).filter((option) => variable.regex === '' || toRegex(variable.regex).test(option));
    if (options.length === 0) empty.push(`${variable.name}: ${query}`);
    values[variable.name] ??= variable.many ? variable.allValue ?? (options.length === 0 ? allOfThem : options) : options[0] ?? '';
  }
  return { values, empty };
}

/** As Grafana takes it: with or without slashes. */
function toRegex(text: string): RegExp {
  const [, inside, flags] = /^\/(.*)\/([a-z]*)$/s.exec(text) ?? [];
  return inside === undefined ? new RegExp(text) : new RegExp(inside, flags);
}

/** Samples that are numbers; a share of nothing is none. */
export async function answer(prometheus: Asking, { expr }: Pick<Target, 'expr'>, values: Values): Promise<readonly Line[]> {
  const query = substitute(expr, values);
  const left = unresolved(query);
  if (left.length > 0) throw new Error(`${left.join(' ')} has no value: ${query}`);
  const lines = await prometheus.range(query);
  return lines.map(({ labels, values: samples }) => ({ labels, values: samples.filter(([, value]) => value !== 'NaN') })).filter(({ values: samples }) => samples.length > 0);
}
