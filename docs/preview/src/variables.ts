/** The dashboard's variables, resolved in order: each may stand in the query of the next. */

import { labelValues } from './prometheus';
import { builtIn, chosen } from './request';

export interface Resolved {
  readonly name: string;
  readonly label: string;
  /** As its box shows it. */
  readonly text: string;
  readonly hidden: boolean;
}

const values: Record<string, string | readonly string[]> = { ...builtIn };

/** `$name`, `${name}` and `${name:format}`; several values become a regular expression. */
export function substitute(text: string): string {
  return text.replace(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (found, braced, plain) => {
    const value = values[braced ?? plain];
    if (value === undefined) return found;
    if (typeof value === 'string') return value;
    const escaped = value.map((one) => one.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\\$&`));
    return escaped.length === 1 ? escaped[0]! : `(${escaped.join('|')})`;
  });
}

export async function resolveVariables(list: readonly any[]): Promise<readonly Resolved[]> {
  const resolved: Resolved[] = [];
  for (const variable of list) {
    const { name } = variable;
    const [text, value] = await choose(variable);
    values[name] = value;
    resolved.push({ name, text, label: variable.label ?? name, hidden: variable.hide === 2 });
  }
  return resolved;
}

async function choose(variable: any): Promise<readonly [text: string, value: string | readonly string[]]> {
  const asked = chosen(variable.name);
  const many = variable.multi === true || variable.includeAll === true;
  if (variable.type === 'datasource') return ['Prometheus', 'prometheus'];
  if (asked.length > 0) return [asked.join(' + '), many ? asked : asked[0]!];
  if (variable.type !== 'query') {
    const value = String(variable.current?.value ?? variable.query ?? '');
    return [value, value];
  }
  const query = typeof variable.query === 'string' ? variable.query : variable.query?.query ?? variable.definition;
  const options = await labelValues(substitute(query));
  if (variable.includeAll === true) return ['All', variable.allValue ?? options];
  return many ? [options.join(' + '), options] : [options[0] ?? '', options[0] ?? ''];
}
