/** The HTTP API of Prometheus, as far as a dashboard needs it. */

import { from, step, to } from './request';

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
  readonly values?: readonly (readonly [number, string])[];
}

async function get<T>(path: string, query: Readonly<Record<string, string>>): Promise<T> {
  const answer = await (await fetch(`/api/v1/${path}?${new URLSearchParams(query)}`)).json();
  if (answer.status !== 'success') throw new Error(answer.error);
  return answer.data as T;
}

export async function range(query: string): Promise<readonly Sample[]> {
  return (await get<{ result: Sample[] }>('query_range', { query, start: String(from), end: String(to), step: String(step) })).result;
}

export async function instant(query: string): Promise<readonly Sample[]> {
  return (await get<{ result: Sample[] }>('query', { query, time: String(to) })).result;
}

/** `label_values(series, label)` or `label_values(label)`. */
export async function labelValues(query: string): Promise<readonly string[]> {
  const [, match, label] = /^\s*label_values\((?:(.*),)?\s*(\w+)\s*\)\s*$/s.exec(query) ?? [];
  if (label === undefined) throw new Error(`not a query of a variable: ${query}`);
  return get<string[]>(`label/${label}/values`, { ...(match === undefined ? {} : { 'match[]': match.trim() }), start: String(from), end: String(to) });
}
