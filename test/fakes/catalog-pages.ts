/** Catalog pages of v1's shape over a fixed set of rows, and the ways in which paging goes wrong under change. */

import { json } from './acts.ts';
import type { FakeHandler } from './fake-server.ts';

export type Paging =
  | 'faithful'
  /** Another order at every request: rows are seen twice and others never. */
  | 'reordered'
  /** Page 1 whatever is asked. */
  | 'repeating'
  /** One row fewer at every request. */
  | 'shrinking'
  /** 1.x: past the end the total is 0. */
  | 'zero_past_end';

export function catalogPages(rows: readonly unknown[], paging: Paging = 'faithful'): FakeHandler {
  let asked = 0;
  return ({ query }) => {
    const size = Math.max(1, Number(query.get('pageSize')));
    const page = Math.max(1, Number(query.get('pageNo')));
    const all = paging === 'reordered' ? rotate(rows, asked * Math.ceil(size / 2)) : paging === 'shrinking' ? rows.slice(asked) : rows;
    asked += 1;
    const from = paging === 'repeating' ? 0 : (page - 1) * size;
    const serviceList = all.slice(from, from + size);
    return json({ serviceList, count: paging === 'zero_past_end' && serviceList.length === 0 ? 0 : all.length });
  };
}

function rotate<T>(rows: readonly T[], by: number): readonly T[] {
  const at = rows.length === 0 ? 0 : by % rows.length;
  return [...rows.slice(at), ...rows.slice(0, at)];
}
