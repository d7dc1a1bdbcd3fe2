import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { createLanes } from '../../src/poller/budget.ts';
import { createTurns } from '../../src/poller/turns.ts';

describe('turns', () => {
  it('come one by one, however many are asked for at once', async () => {
    const turn = createTurns(() => nextTurn());
    const log: string[] = [];
    const loop = (async () => {
      for (let i = 0; i < 4; i++) {
        await nextTurn();
        log.push('loop');
      }
    })();
    await Promise.all(['a', 'b', 'c'].map((name) => turn().then(() => log.push(name))));
    await loop;
    expect(log.filter((_, i) => log[i] !== 'loop' && log[i + 1] !== undefined && log[i + 1] !== 'loop')).toEqual([]);
    expect(log.filter((name) => name !== 'loop')).toEqual(['a', 'b', 'c']);
  });
});

describe('lanes', () => {
  it('keep a gap from one request to the next, counted from when it was made', () => {
    let now = 1_000;
    const lanes = createLanes(20, () => now);
    expect([lanes.turn('a'), lanes.turn('b'), lanes.turn('a')]).toEqual([0, 0, 50]);
    now += 80;
    expect([lanes.turn('a'), lanes.turn('a')]).toEqual([0, 50]);
  });

  it('keep it whatever the clock says', () => {
    for (const rate of [3, 7, 19]) {
      const lanes = createLanes(rate, () => 1_795_274_244_375);
      expect(lanes.turn('a')).toBe(0);
      expect(lanes.turn('a')).toBeGreaterThan(0);
    }
  });

  it('outlive a clock that is set back', () => {
    let now = 100_000;
    const lanes = createLanes(20, () => now);
    lanes.turn('a');
    now = 1_000;
    expect(lanes.turn('a')).toBe(0);
  });
});
