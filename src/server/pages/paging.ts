/** A page of a list: bounded on the server, and counted. */

export interface Paged<T> {
  readonly rows: readonly T[];
  /** Of the first row, from 1; 0 where there is none. */
  readonly from: number;
  readonly to: number;
  readonly total: number;
  readonly page: number;
  readonly pages: number;
}

/** A page beyond the last one is the last one: a list may have shrunk since the link was made. */
export function paged<T>(all: readonly T[], page: number, size: number): Paged<T> {
  const pages = Math.max(1, Math.ceil(all.length / size));
  const shown = Math.min(Math.max(1, page), pages);
  const start = (shown - 1) * size;
  const rows = all.slice(start, start + size);
  return { rows, from: rows.length === 0 ? 0 : start + 1, to: start + rows.length, total: all.length, page: shown, pages };
}
