import { describe, expect, it } from 'vitest';
import { channelNames, channels } from '../../src/relay/channels.ts';
import { createPace } from '../../src/relay/pace.ts';

describe('createPace', () => {
  it('books within every window, in the order of asking', () => {
    const pace = createPace([{ count: 2, perMs: 100 }, { count: 3, perMs: 1000 }]);
    expect(Array.from({ length: 7 }, () => pace.book(0, Infinity))).toEqual([0, 0, 100, 1000, 1000, 1100, 2000]);
  });

  it('books nothing that would come too late', () => {
    const pace = createPace([{ count: 1, perMs: 100 }]);
    expect([pace.book(0, 0), pace.book(0, 99), pace.book(0, 100), pace.book(150, 150), pace.book(150, 200)]).toEqual([0, undefined, 100, undefined, 200]);
  });

  it('rests when it is told to', () => {
    const pace = createPace([{ count: 1, perMs: 10 }]);
    pace.holdUntil(500);
    pace.holdUntil(300);
    expect([pace.book(0, 400), pace.book(0, 500), pace.book(600, 600)]).toEqual([undefined, 500, 600]);
  });

  it.each([['feishu', 1000, 5], ['feishu', 60_000, 100], ['dingtalk', 60_000, 20], ['wecom', 60_000, 20]] as const)('keeps the limits of %s: in any %i ms at most %i', (name, perMs, most) => {
    const pace = createPace(channels[name].windows);
    const times = Array.from({ length: 500 }, () => pace.book(0, Infinity)!);
    const busiest = Math.max(...times.map((start) => times.filter((at) => at >= start && at <= start + perMs).length));
    expect(busiest).toBe(most);
  });

  it('has limits for every channel', () => {
    expect(channelNames.map((name) => channels[name].windows.length > 0)).toEqual([true, true, true]);
  });
});
