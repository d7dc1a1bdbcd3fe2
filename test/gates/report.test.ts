import { describe, expect, it } from 'vitest';
import { fail, isSettled, of, pass, unknown, verdictOf, type Term } from '../../src/gates/gate.ts';
import { jsonOf, tableOf } from '../../src/gates/report.ts';
import type { Run } from '../../src/gates/runner.ts';

const waits = unknown('ownership', 'no change in 5 s', 'holding');
const reads = unknown('compared', 'not yet', 'reading');
const closed = unknown('compared', 'closed');

describe('a verdict', () => {
  it.each<readonly [string, readonly Term[], string, boolean]>([
    ['all pass', [pass('a', ''), pass('b', '')], 'pass', true],
    ['what is wrong decides', [pass('a', ''), fail('b', ''), closed], 'fail', true],
    ['what is unknown does not pass', [pass('a', ''), closed], 'unknown', true],
    ['waits for what has to last', [pass('a', ''), waits], 'unknown', false],
    ['waits for what is to be read', [reads, closed], 'unknown', false],
    ['needs not last where something is wrong', [waits, fail('b', '')], 'fail', true],
    ['reads on where something is wrong, to tell all of it', [reads, fail('b', '')], 'fail', false],
  ])('%s', (_, terms, verdict, settled) => {
    expect([verdictOf({ terms }), isSettled({ terms })]).toEqual([verdict, settled]);
  });
});

const run = (verdict: Run['verdict']): Run => ({
  gate: 'restored', cluster: 'c', verdict, startedAt: 0, endedAt: 1_500,
  judgement: {
    terms: [pass('read', 'all'), unknown(of('x', 'n1'), 'why'), fail(of('instances', 'n10'), '1 missing')], warnings: ['w'], notes: ['n'], stopOrder: ['n2', 'n1'], missing: ['s 10.0.0.1:80'],
  },
});

describe('a report', () => {
  it('as a table names what decides first, and what is missing', () => {
    expect(tableOf(run('fail'))).toEqual([
      'restored: fail (cluster c, 1 s)', '',
      'TERM       NODE  STATE    DETAIL',
      'instances  n10   fail     1 missing',
      'x          n1    unknown  why',
      'read       -     pass     all',
      '', 'warning: w', 'n', 'missing: s 10.0.0.1:80',
    ]);
  });

  it('names an order only where the gate passes', () => {
    expect(tableOf(run('pass'), 'f.json').slice(-2)).toEqual(['stop in this order: n2, n1', 'snapshot: f.json']);
    expect([JSON.parse(jsonOf(run('pass'), 'f.json')), JSON.parse(jsonOf(run('fail')))]).toMatchObject([{ stopOrder: ['n2', 'n1'], snapshot: 'f.json' }, { missing: ['s 10.0.0.1:80'] }]);
    expect(JSON.parse(jsonOf(run('fail')))).not.toHaveProperty('stopOrder');
  });
});
