/** When stages are due, and that a read of counts never weighs on a node. */

import { describe, expect, it } from 'vitest';
import { median } from '../../src/analysis/median.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { PollConfig } from '../../src/config/config.ts';
import { stages, type Stage } from '../../src/model.ts';
import { v1 } from '../../src/nacos/dialects/v1.ts';
import { v20 } from '../../src/nacos/dialects/v2-0.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { v3 } from '../../src/nacos/dialects/v3.ts';
import { countsInterval, dueStages, intervalsOf } from '../../src/poller/schedule.ts';

function defaults(): PollConfig {
  const loaded = loadConfig({ argv: ['--nacos.server=http://h:8848'], env: {}, readFile: () => '' });
  if ('errors' in loaded) throw new Error('the defaults do not load');
  return loaded.config.clusters[0]!.poll;
}
const poll = defaults();

describe('the interval of counts', () => {
  it.each([
    { what: 'a quick server: the poll interval', load: { serverMs: 10 }, ms: 15_000 },
    { what: 'one that took 750 ms: just the poll interval', load: { serverMs: 750 }, ms: 15_000 },
    { what: 'one that took 2 s: twenty times that', load: { serverMs: 2_000 }, ms: 40_000 },
    { what: 'a busy cpu: doubled', load: { serverMs: 10, cpu: 0.81 }, ms: 30_000 },
    { what: 'a cpu just below: not doubled', load: { serverMs: 10, cpu: 0.8 }, ms: 15_000 },
    { what: 'more than three times its usual latency: doubled', load: { serverMs: 10, latencyMs: 200, medianLatencyMs: 60 }, ms: 30_000 },
    { what: 'less than that: not', load: { serverMs: 10, latencyMs: 170, medianLatencyMs: 60 }, ms: 15_000 },
    { what: 'a few milliseconds instead of one are noise', load: { serverMs: 10, latencyMs: 20, medianLatencyMs: 1 }, ms: 15_000 },
    { what: 'slow and busy: doubled once', load: { serverMs: 2_000, cpu: 0.95, latencyMs: 900, medianLatencyMs: 60 }, ms: 80_000 },
  ])('$what', ({ load, ms }) => {
    expect(countsInterval(poll, load)).toBe(ms);
  });
});

describe('intervals by version', () => {
  it('what walks all services is asked for seldom where it does', () => {
    for (const dialect of [v1, v20]) expect(intervalsOf(dialect, poll, { serverMs: 0 })).toMatchObject({ metrics: 60_000, readiness: 60_000, switches: 15_000 });
    for (const dialect of [v22, v3]) expect(intervalsOf(dialect, poll, { serverMs: 0 })).toMatchObject({ metrics: 15_000, readiness: 15_000 });
  });

  it('liveness and members every check, namespaces seldom', () => {
    expect(intervalsOf(v22, poll, { serverMs: 0 })).toMatchObject({ liveness: 5_000, members: 5_000, namespaces: 300_000, counts: 15_000 });
  });
});

describe('due stages', () => {
  const intervals = intervalsOf(v20, poll, { serverMs: 2_000 });
  const at = (last: number): ReadonlyMap<Stage, number> => new Map(stages.map((stage) => [stage, last]));

  it('everything at first', () => {
    expect(dueStages(new Map(), intervals, 0, poll.interval)).toEqual(new Set(stages));
  });

  it('a tick that comes a little early is not missed', () => {
    const due = dueStages(at(0), intervals, 14_990, poll.interval);
    expect(due.has('switches')).toBe(true);
    expect(due.has('metrics')).toBe(false);
    expect(due.has('counts')).toBe(false);
  });

  it('half an interval before its time is too early', () => {
    expect(dueStages(at(0), intervals, 7_400, poll.interval).has('switches')).toBe(false);
    expect(dueStages(at(0), intervals, 32_400, poll.interval).has('counts')).toBe(false);
    expect(dueStages(at(0), intervals, 32_500, poll.interval).has('counts')).toBe(true);
  });
});

it('the median of an even number of values is the upper one; of none there is none', () => {
  expect(median([])).toBeUndefined();
  expect(median([5])).toBe(5);
  expect(median([9, 1, 4])).toBe(4);
  expect(median([4, 1, 3, 2])).toBe(3);
});
