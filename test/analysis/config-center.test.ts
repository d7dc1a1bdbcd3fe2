/** Counters of the config center that never fall. */

import { describe, expect, it } from 'vitest';
import { trackConfig, type ConfigHistory } from '../../src/analysis/config-center.ts';
import type { Actuator, ClusterSnapshot, ConfigCenter, Outcome, Reading } from '../../src/model.ts';

const node = 'a:8848';

interface Polled {
  readonly config?: Partial<ConfigCenter>;
  readonly startedAt?: number;
  readonly status?: Exclude<Outcome['status'], 'failed'>;
}

function snapshot(at: number, { config, startedAt, status = 'ok' }: Polled): ClusterSnapshot {
  const value: Actuator = {
    ...(startedAt === undefined ? {} : { startedAt }), ...(config === undefined ? {} : { config: { pending: {}, exceptions: {}, ...config } }),
    passed: { families: new Map(), dropped: new Map() },
  };
  const actuator: Reading<Actuator> = { outcome: { status }, at, durationMs: 1, failures: 0, ...(status === 'ok' ? { value, valueAt: at } : {}) };
  return { cluster: 'c', at, nodes: [{ node, configured: true, stages: { actuator } }], thresholds: new Map(), intervals: {} };
}

function after(polls: readonly Polled[]): ConfigHistory | undefined {
  let histories: ReadonlyMap<string, ConfigHistory> = new Map();
  for (const [i, one] of polls.entries()) histories = trackConfig(histories, snapshot(i + 1, one));
  return histories.get(node);
}

const gets = (...values: readonly number[]): readonly Polled[] => values.map((value) => ({ config: { gets: value } }));

describe('gets', () => {
  it.each<[string, readonly Polled[], number]>([
    ['begin at 0', gets(700), 0],
    ['grow with the server\'s own', gets(700, 710, 730), 30],
    ['count on over midnight', gets(700, 710, 4, 9), 19],
    ['stand while the server says -1', [...gets(700, 710), { config: {} }, ...gets(715)], 15],
    ['count on over a restart that the number hides', [{ config: { gets: 5 }, startedAt: 1000 }, { config: { gets: 50 }, startedAt: 60_000 }], 50],
    ['stand while the actuator fails or tells nothing of the config center', [...gets(700, 710), {}, { status: 'skipped' }, ...gets(715)], 15],
  ])('%s', (_, polls, counted) => {
    expect(after(polls)!.gets!.counted).toBe(counted);
  });

  it('are judged by themselves: publishes are set back a moment later', () => {
    const history = after([{ config: { gets: 100, publishes: 40 } }, { config: { gets: 0, publishes: 42 } }, { config: { gets: 3, publishes: 1 } }])!;
    expect([history.gets!.counted, history.publishes!.counted]).toEqual([3, 3]);
  });
});

describe('exceptions', () => {
  it('are 0 where the server has no counter yet, and count from its first one', () => {
    const history = after([{ config: {} }, { config: { exceptions: { db: 2 } } }])!;
    expect(Object.fromEntries(Object.entries(history.exceptions).map(([reason, { counted }]) => [reason, counted]))).toEqual({
      illegalArgument: 0, nacos: 0, db: 2, configNotify: 0, unhealth: 0,
    });
  });

  it('are kept over a restart', () => {
    const history = after([{ config: { exceptions: { nacos: 3 } }, startedAt: 1000 }, { config: { exceptions: { nacos: 4 } }, startedAt: 90_000 }])!;
    expect(history.exceptions.nacos.counted).toBe(4);
  });
});

describe('a history', () => {
  it('is none without an actuator, and goes when it is closed', () => {
    expect(after([{}])).toBeUndefined();
    expect(after([...gets(1, 5), { status: 'unsupported' }])).toBeUndefined();
    expect(trackConfig(trackConfig(new Map(), snapshot(1, gets(1)[0]!)), { ...snapshot(2, {}), nodes: [] }).size).toBe(0);
  });
});
