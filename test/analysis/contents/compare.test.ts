import { describe, expect, it } from 'vitest';
import { canonicalText, entriesOf, unescaped } from '../../../src/analysis/contents/canonical.ts';
import { compareService, type CompareOptions, type Difference } from '../../../src/analysis/contents/compare.ts';
import type { InstanceRecord } from '../../../src/model.ts';

const tags = ['app_registry_tag'];

function instance(ip: string, changes: Partial<InstanceRecord> = {}): InstanceRecord {
  return { cluster: 'DEFAULT', ip, port: 80, healthy: true, enabled: true, weight: 1, metadata: {}, ...changes };
}

const text = (...instances: readonly InstanceRecord[]): string => canonicalText(instances, tags);
const [a, b, c] = ['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((ip) => instance(ip)) as [InstanceRecord, InstanceRecord, InstanceRecord];

function compare(lists: readonly (readonly InstanceRecord[])[], options: CompareOptions = {}, mute: readonly number[] = []): { agreed: string; tied: boolean; found: readonly string[]; single: number } {
  const views = lists.map((list, i) => ({ node: `n${i + 1}`, text: text(...list), votes: !mute.includes(i) }));
  const { agreed, tied, differences, single } = compareService(views, options);
  return { agreed, tied, found: differences.map(short), single: single.length };
}

function short({ node, what, instance: key, field, agreed, shown }: Difference): string {
  const ip = key.split('|')[1]!;
  return what === 'conflict' ? `${node} ${ip} ${field}: ${shown} for ${agreed}` : `${node} ${what} ${ip}`;
}

describe('canonical text', () => {
  it('does not depend on the order of instances or of metadata keys, nor on the form of a number', () => {
    const one = instance('10.0.0.1', { metadata: { x: '1', y: '2' }, weight: 1 });
    const other = instance('10.0.0.1', { metadata: { y: '2', x: '1' }, weight: JSON.parse('1.0') as number });
    expect(text(one, b)).toBe(text(b, other));
  });

  it.each([
    ['health', { healthy: false }], ['enabled', { enabled: false }], ['weight', { weight: 2 }], ['metadata', { metadata: { x: '1' } }],
    ['a metadata value', { metadata: { app_registry_tag: '2' } }], ['the cluster', { cluster: 'c2' }], ['the port', { port: 81 }], ['ephemeral', { ephemeral: false }],
  ])('tells %s apart', (_what, changes) => {
    expect(text(instance('10.0.0.1', changes))).not.toBe(text(a));
  });

  it('tells swapped metadata values apart', () => {
    expect(text(instance('10.0.0.1', { metadata: { x: '1', y: '2' } }))).not.toBe(text(instance('10.0.0.1', { metadata: { x: '2', y: '1' } })));
    expect(text(instance('10.0.0.1', { metadata: { ab: 'c' } }))).not.toBe(text(instance('10.0.0.1', { metadata: { a: 'bc' } })));
  });

  it('survives names that hold its own marks', () => {
    const odd = instance('10.0.0.1', { cluster: 'a|b\tc\nd%7c', metadata: { app_registry_tag: 'x\ty' } });
    const [entry] = entriesOf(text(odd));
    expect(entriesOf(text(odd))).toHaveLength(1);
    expect(unescaped(entry!.key.split('|')[0]!)).toBe('a|b\tc\nd%7c');
    expect(unescaped(entry!.tag)).toBe('x\ty');
  });
});

describe('comparison of one service', () => {
  it('finds nothing where all show the same', () => {
    expect(compare([[a, b], [b, a], [a, b]]).found).toEqual([]);
  });

  it('names the node that lacks an instance, and the one that has one too many', () => {
    expect(compare([[a, b], [a], [a, b]]).found).toEqual(['n2 missing 10.0.0.2']);
    expect(compare([[a], [a], [a, c]]).found).toEqual(['n3 surplus 10.0.0.3']);
  });

  it('sees swapped contents behind equal counts', () => {
    expect(compare([[a, b], [a, b], [a, c]]).found).toEqual(['n3 missing 10.0.0.2', 'n3 surplus 10.0.0.3']);
  });

  it('compares multisets: the same address twice on one node alone', () => {
    expect(compare([[a], [a], [a, a]]).found).toEqual(['n3 surplus 10.0.0.1']);
    expect(compare([[a, a], [a, a], [a]]).found).toEqual(['n3 missing 10.0.0.1']);
  });

  it('takes the same address in two clusters, and ephemeral and persistent twins, for two instances', () => {
    const twin = [instance('10.0.0.1', { ephemeral: true }), instance('10.0.0.1', { ephemeral: false })];
    expect(compare([twin, twin, [twin[0]!]]).found).toEqual(['n3 missing 10.0.0.1']);
    expect(compare([[a, instance('10.0.0.1', { cluster: 'c2' })], [a], [a]]).found).toEqual(['n1 surplus 10.0.0.1']);
  });

  it.each([
    ['healthy', { healthy: false }, 'n2 10.0.0.1 healthy: false for true'],
    ['enabled', { enabled: false }, 'n2 10.0.0.1 enabled: false for true'],
    ['weight', { weight: 2 }, 'n2 10.0.0.1 weight: 2 for 1'],
  ])('names the field: %s', (_field, changes, expected) => {
    expect(compare([[a], [instance('10.0.0.1', changes)], [a]]).found).toEqual([expected]);
  });

  it('two voters: what is missing is measured against the union, nothing is surplus, nobody is called wrong', () => {
    const { found, tied } = compare([[a, b], [a, c]]);
    expect(found).toEqual(['n2 missing 10.0.0.2', 'n1 missing 10.0.0.3']);
    expect(tied).toBe(true);
  });

  it('two voters: an instance agreed before stands while one still shows it', () => {
    expect(entriesOf(compare([[a, b], [a]], { earlier: text(a, b) }).agreed)).toHaveLength(2);
    expect(entriesOf(compare([[a, b], [a]], { earlier: text(a) }).agreed)).toHaveLength(1);
    expect(entriesOf(compare([[a], [a]], { earlier: text(a, b) }).agreed)).toHaveLength(1);
  });

  it('a node without a vote is compared, and does not count', () => {
    expect(compare([[a], [a], [a, b, c]], {}, [2]).found).toEqual(['n3 surplus 10.0.0.2', 'n3 surplus 10.0.0.3']);
    expect(entriesOf(compare([[a, b], [a, b], [a]], {}, [0, 1]).agreed)).toHaveLength(1);
  });

  it('an instance that one voter alone holds is told apart where the version replicates nothing', () => {
    const single = compare([[a, b], [a], [a]], { singleHolders: true });
    expect(single.found).toEqual(['n2 missing 10.0.0.2', 'n3 missing 10.0.0.2']);
    expect([entriesOf(single.agreed).length, single.single]).toEqual([1, 1]);
  });

  it('on 1.x the health of the responsible node is right, against the majority', () => {
    const sick = instance('10.0.0.1', { healthy: false });
    expect(compare([[sick], [a], [a]], { healthOwner: 'n1' }).found).toEqual(['n2 10.0.0.1 healthy: true for false', 'n3 10.0.0.1 healthy: true for false']);
  });
});
