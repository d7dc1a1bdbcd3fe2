import { describe, expect, it } from 'vitest';
import type { AgreedState, ClusterState } from '../../src/server/pages/state.ts';
import { judge } from '../../src/server/pages/verdict.ts';
import { clusterState, namespaceState, nodeState, now, unpolled } from './states.ts';

const agreed = (changes: Partial<AgreedState>): Partial<ClusterState> => ({ namespaces: [namespaceState('public', 100, { agreed: { services: 10, instances: 100, healthy: 100, tied: false, protected: 0, ...changes } })] });
const nodes = (...changes: readonly Parameters<typeof nodeState>[1][]): Partial<ClusterState> => ({ nodes: changes.map((change, i) => nodeState(i + 1, change)) });
const down = { condition: 'down', vote: 'down' } as const;
const group = 'naming_persistent_service';

const cases: readonly (readonly [what: string, changes: Partial<ClusterState>, level: string, reasons: readonly string[]])[] = [
  ['nothing', {}, 'ok', []],
  ['one node of three is down', nodes({}, {}, down), 'care', ['care down']],
  ['two nodes of three are down', nodes({}, down, down), 'bad', ['bad quorum', 'care down', 'care down']],
  ['no node answers', nodes(down, down, down), 'bad', ['bad nobody_up']],
  ['an expected node is not listed', { expected: 4 }, 'care', ['care absent']],
  ['nobody votes', nodes({ vote: 'unread' }, { vote: 'unread' }, { vote: 'unread' }), 'bad', ['bad nobody_votes', 'care unread', 'care unread', 'care unread']],
  ['nobody tells of any namespace, as 3.x does without a user', { ...nodes({ vote: 'unread' }), expected: 1, namespaces: [] }, 'unknown', ['unknown nobody_votes', 'care unread']],
  ['a node fills', nodes({}, {}, { vote: 'joining', lacks: 5 }), 'care', ['care joining']],
  ['a node stands still', nodes({}, { vote: 'frozen' }, {}), 'care', ['care frozen']],
  ['a node is not ready', nodes({}, { ready: false }, {}), 'care', ['care not_ready']],
  ['services differ', { confirmed: 2, differsOn: ['10.0.0.1:8848', '10.0.0.2:8848'] }, 'bad', ['bad differs']],
  ['services seem to differ', { suspected: 2 }, 'ok', ['note suspected']],
  ['voters are split', agreed({ tied: true }), 'ok', ['note tied']],
  ['a tenth is gone', agreed({ instances: 90, healthy: 90, baseline: 100 }), 'care', ['care loss']],
  ['less than a tenth is gone', agreed({ instances: 91, healthy: 91, baseline: 100 }), 'ok', []],
  ['a third is gone', agreed({ instances: 70, healthy: 70, baseline: 100 }), 'bad', ['bad loss']],
  ['half of very few is gone', agreed({ instances: 9, healthy: 9, baseline: 18 }), 'ok', []],
  ['a fifth is unhealthy', agreed({ healthy: 80 }), 'care', ['care unhealthy']],
  ['nothing is agreed on a namespace', { namespaces: [{ id: 'x', cells: [] }] }, 'ok', []],
  ['protection is reached', agreed({ protected: 3 }), 'care', ['care protected']],
  ['a raft group has no leader', { raft: [{ group, leaders: [], complete: true }] }, 'bad', ['bad no_leader']],
  ['no leader is seen by those who tell', { raft: [{ group, leaders: [], complete: false }] }, 'ok', []],
  ['two lead a raft group', { raft: [{ group, leaders: ['a', 'b'], complete: true }] }, 'care', ['care leaders']],
  ['versions differ', nodes({ version: '1.4.1' }, { version: '2.0.4' }, {}), 'ok', ['note versions']],
  ['a reading fails', { failing: [{ node: '10.0.0.1:8848', stage: 'raft', reason: 'forbidden', detail: '', at: now }] }, 'ok', ['note failing']],
  ['contents were never compared', { compared: false }, 'ok', ['note not_compared']],
  ['it was looked at too long ago', { stale: true }, 'unknown', ['unknown stale']],
];

describe('a verdict', () => {
  it.each(cases)('when %s', (_what, changes, level, reasons) => {
    const verdict = judge(clusterState(changes));
    expect([verdict.level, ...verdict.reasons.map(({ weight, reason }) => `${weight} ${reason.code}`)]).toEqual([level, ...reasons]);
  });

  it('is unknown before the first poll', () => {
    expect(judge(unpolled())).toEqual({ level: 'unknown', reasons: [{ reason: { code: 'not_polled' }, weight: 'unknown' }] });
  });

  it.each([
    ['one of three', { confirmed: 1, differsOn: ['a'] }, ['a']],
    ['two of three', { confirmed: 1, differsOn: ['a', 'b'] }, undefined],
    ['one of three, and instances are gone', { ...agreed({ instances: 50, healthy: 50, baseline: 100 }), confirmed: 1, differsOn: ['a'] }, undefined],
    ['one of three, and another is down', { ...nodes({}, {}, down), confirmed: 1, differsOn: ['a'] }, ['a']],
  ] as const)('names the nodes that cannot be trusted where they are fewer than half: %s', (_what, changes, only) => {
    expect(judge(clusterState(changes)).only).toEqual(only);
  });
});
