/** Places panels on the grid of 24 columns, in reading order: the SDK's own placing overflows it. */

import type { Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Piece } from './panels.ts';

export interface Section {
  readonly title: string;
  readonly pieces: readonly Piece[];
}

export const columns = 24;

/** Panels side by side as long as they fit, then below the tallest of them; ids from 1 in that order. */
export function placed(sections: readonly Section[]): readonly (Panel | RowPanel)[] {
  const out: (Panel | RowPanel)[] = [];
  let y = 0;
  for (const { title, pieces } of sections) {
    out.push({ type: 'row', id: out.length + 1, title, collapsed: false, gridPos: { x: 0, y, w: columns, h: 1 }, panels: [] });
    y += 1;
    let x = 0;
    let tallest = 0;
    for (const { panel, width, height } of pieces) {
      if (x + width > columns) {
        y += tallest;
        x = 0;
        tallest = 0;
      }
      out.push({ id: out.length + 1, ...panel, gridPos: { x, y, w: width, h: height } });
      x += width;
      tallest = Math.max(tallest, height);
    }
    y += tallest;
  }
  return out;
}
