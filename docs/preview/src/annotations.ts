/** When something happened: what the dashboard's annotation queries say, as lines across its graphs. */

import { createContext } from 'react';
import { range } from './prometheus';
import { substitute } from './variables';
import { theme } from './theme';

export interface Mark {
  /** Seconds since the epoch. */
  readonly at: number;
  readonly color: string;
}

export const Marks = createContext<readonly Mark[]>([]);

/** Of what is told at several steps on end, the first. */
export async function marksOf(list: readonly any[]): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  for (const { enable, expr, target, iconColor } of list) {
    const query = expr ?? target?.expr;
    if (enable === false || query === undefined) continue;
    for (const { values = [] } of await range(substitute(query))) {
      values.forEach(([at], i) => {
        if (i === 0 || at - values[i - 1]![0] > 60) marks.push({ at, color: theme.visualization.getColorByName(iconColor ?? 'blue') });
      });
    }
  }
  return marks;
}
