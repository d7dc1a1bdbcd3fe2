/** Asks a Prometheus as Grafana does: a query over the whole run, and the values of a variable. */

import { plainHttp } from '../lab/http.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Line {
  readonly labels: Labels;
  /** Seconds since the epoch, and the sample as Prometheus writes it. */
  readonly values: readonly (readonly [number, string])[];
}

export interface Asking {
  readonly stepSeconds: number;
  /** Every step of the run. */
  range(expression: string): Promise<readonly Line[]>;
  /** Of a query variable: `label_values(series, label)`, `label_values(label)` or `query_result(expression)`. */
  variable(query: string): Promise<readonly string[]>;
}

export interface Span {
  /** Seconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

export function asking(url: string, { from, to, stepSeconds }: Span): Asking {
  async function get<T>(path: string, query: Readonly<Record<string, string>>): Promise<T> {
    const { status, body } = await plainHttp(`${url}/api/v1/${path}`, { query, timeoutMs: 30_000 });
    const answer = JSON.parse(body) as { readonly status: string; readonly error?: string; readonly data: T };
    if (status !== 200 || answer.status !== 'success') throw new Error(`${answer.error ?? status}: ${Object.values(query)[0]}`);
    return answer.data;
  }

  async function range(expression: string): Promise<readonly Line[]> {
    const { result } = await get<{ readonly result: readonly { readonly metric: Labels; readonly values: Line['values'] }[] }>(
      'query_range', { query: expression, start: String(from), end: String(to), step: String(stepSeconds) },
    );
    return result.map(({ metric: { __name__, ...labels }, values }) => ({ labels, values }));
  }

  return {
    stepSeconds, range,
    async variable(query) {
      const [, name, inside = ''] = /^\s*(\w+)\((.*)\)\s*$/s.exec(query) ?? [];
      if (name === 'query_result') return (await range(inside)).map(({ labels }) => series('', labels));
      if (name !== 'label_values') throw new Error(`no query of a variable: ${query}`);
      const [, match, label] = /^(?:(.*),)?\s*(\w+)\s*$/s.exec(inside) ?? [];
      return get<readonly string[]>(`label/${label}/values`, { ...(match === undefined ? {} : { 'match[]': match.trim() }), start: String(from), end: String(to) });
    },
  };
}

/** As an exposition writes it. */
export function series(name: string, labels: Labels): string {
  const text = Object.entries(labels).map(([label, value]) => `${label}="${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`);
  return text.length === 0 ? name : `${name}{${text.join(',')}}`;
}
