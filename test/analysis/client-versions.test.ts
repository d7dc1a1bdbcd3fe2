/** Client versions: bounded in number, harmless as label values. */

import { describe, expect, it } from 'vitest';
import { versionRows } from '../../src/analysis/client-versions.ts';
import type { Connections } from '../../src/model.ts';

const node = (versions: Readonly<Record<string, number>>): Connections => ({ sdk: 0, cluster: 0, versions });
const many = (count: number, connections: (i: number) => number): Readonly<Record<string, number>> => Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, connections(i)]));

describe('client versions', () => {
  it('stand in order, each node with its own', () => {
    expect(versionRows([node({ 'Nacos-Java-Client:v2.1.0': 3, 'Nacos-Go-Client:v1.0.1': 1 }), node({}), node({ unknown: 2 })]))
      .toEqual([[['Nacos-Go-Client:v1.0.1', 1], ['Nacos-Java-Client:v2.1.0', 3]], [], [['unknown', 2]]]);
  });

  it('are 20 at most in the whole cluster: the most frequent, and the rest together', () => {
    const [first, second] = versionRows([node(many(25, (i) => i + 1)), node({ v0: 1000, v1: 4 })]);
    const shown = Array.from({ length: 19 }, (_, i) => `v${i + 6}`);
    expect(first!.map(([version]) => version)).toEqual(['other', 'v0', ...shown].toSorted());
    expect(new Map(first).get('other')).toBe(2 + 3 + 4 + 5 + 6);
    expect(second).toEqual([['other', 4], ['v0', 1000]]);
  });

  it('are the same 20 for every exporter where several are as frequent', () => {
    const versions = many(30, () => 1);
    const turned = Object.fromEntries(Object.entries(versions).toReversed());
    expect(versionRows([node(versions)])).toEqual(versionRows([node(turned)]));
  });

  it.each([['a\nb'], ['a\u0000b'], ['\uD800'], ['\uD801'], ['é'], ['x'.repeat(65)], ['']])('are other where nobody would call a version that: %j', (version) => {
    expect(versionRows([node({ [version]: 2, fine: 1, other: 4 })])).toEqual([[['fine', 1], ['other', 6]]]);
  });
});
