/** Puts values into a query in the place of variables, as Grafana's Prometheus data source does. */

/** Several values where a variable may have several. */
export type Values = Readonly<Record<string, string | readonly string[]>>;

/** `$name`, `${name}`, `${name:format}` and `[[name]]`; what has no value stays. */
const reference = /\$\{(\w+)(?::\w+)?\}|\$(\w+)|\[\[(\w+)(?::\w+)?\]\]/g;

export function substitute(text: string, values: Values): string {
  return text.replaceAll(reference, (found, braced?: string, plain?: string, old?: string) => {
    const value = values[braced ?? plain ?? old ?? ''];
    if (value === undefined) return found;
    if (typeof value === 'string') return value;
    return value.length === 1 ? escaped(value[0]!) : `(${value.map(escaped).join('|')})`;
  });
}

/** References that are left. */
export function unresolved(text: string): readonly string[] {
  return [...text.matchAll(reference)].map(([found]) => found);
}

/** For a regular expression inside of a string: `10.0.0.1` becomes `10\\.0\\.0\\.1`. */
function escaped(value: string): string {
  return value.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\\$&`);
}
