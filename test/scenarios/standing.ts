/** Which nodes run, since when, and which of them have received everything: from the simulator, second by second. */

import type { SimCluster } from '../../src/sim/index.ts';

export interface NodeStanding {
  readonly running: boolean;
  /** Last start after the beginning. */
  readonly startedAt: number | undefined;
  /** Complete since that start, and the time for beats to return is over; undefined while it is still filling. */
  readonly joinedAt: number | undefined;
}

export interface Going {
  readonly node: number;
  readonly at: number;
}

export interface Standings {
  readonly nodes: readonly NodeStanding[];
  /** When nodes started, ended or changed hands. */
  readonly moves: readonly number[];
  /** When nodes went. */
  readonly goings: readonly Going[];
  look(now: number): void;
}

/** As semantics have it: beats come back within it. */
const settleMs = (version: string): number => (version.startsWith('1') ? 90_000 : 60_000);

export function standingsOf(sim: SimCluster, remaps: readonly number[], hidden: readonly (readonly [number, number, number])[]): Standings {
  const nodes = sim.nodes.map((node): { running: boolean; startedAt: number | undefined; joinedAt: number | undefined; complete: boolean } => (
    { running: node.running, startedAt: undefined, joinedAt: undefined, complete: true }));
  const planned = [...remaps];
  const moves: number[] = [];
  const goings: Going[] = [];
  return {
    nodes, moves, goings,
    look(now) {
      while (planned[0] !== undefined && planned[0] <= now) moves.push(planned.shift()!);
      sim.nodes.forEach((node, i) => {
        const mine = nodes[i]!;
        const running = node.running && !hidden.some(([index, from, to]) => index === i && now >= from && now <= to);
        if (mine.running !== running) {
          moves.push(now);
          if (!running) goings.push({ node: i, at: now });
          if (running) Object.assign(mine, { startedAt: now, joinedAt: undefined, complete: false });
          mine.running = running;
        }
        if (!mine.running || mine.startedAt === undefined || mine.joinedAt !== undefined) return;
        mine.complete ||= node.filled >= 1;
        if (mine.complete && now - mine.startedAt >= settleMs(node.version)) mine.joinedAt = now;
      });
    },
  };
}

/** Running, and not still filling. */
export const hasSettled = (node: NodeStanding): boolean => node.running && (node.startedAt === undefined || node.joinedAt !== undefined);
