import { describe, expect, it } from 'vitest';

import { createServiceNames } from '../../src/nacos/service-names.ts';

/** FNV-1a as published, over 16-bit units: the loop without any sharing of prefixes. */
function fnv(units: readonly number[]): number {
  let hash = 0x811c9dc5;
  for (const unit of units) hash = Math.imul(hash ^ unit, 0x01000193);
  return hash >>> 0;
}

function unitsOf(...parts: readonly string[]): readonly number[] {
  return parts.flatMap((part) => [...Array.from({ length: part.length }, (_, i) => part.charCodeAt(i)), 0]);
}

describe('service names', () => {
  it('give each service of a group one number, in order of appearance', () => {
    const names = createServiceNames('public');

    expect([names.intern('A', 'x'), names.intern('B', 'x'), names.intern('A', 'y'), names.intern('A', 'x')]).toEqual([0, 1, 2, 0]);
    expect([names.groups, names.names, names.size]).toEqual([['A', 'B', 'A'], ['x', 'x', 'y'], 3]);
    expect([names.idOf('B', 'x'), names.idOf('B', 'y'), names.idOf('C', 'x')]).toEqual([1, undefined, undefined]);
    // Names that are also members of every object are names like others.
    expect([names.idOf('A', 'constructor'), names.intern('__proto__', 'toString'), names.idOf('__proto__', 'toString')]).toEqual([undefined, 3, 3]);
  });

  it('hash the identity alike in every process', () => {
    const names = createServiceNames('dev');
    names.intern('DEFAULT_GROUP', 'orders');
    names.intern('DEFAULT_GROUP', '订单');

    expect([...names.hashes().subarray(0, 2)]).toEqual([fnv(unitsOf('dev', 'DEFAULT_GROUP', 'orders')), fnv(unitsOf('dev', 'DEFAULT_GROUP', '订单'))]);
    // A different number here gives every replica that is upgraded a different choice of series.
    expect(names.hashes()[0]).toBe(1_037_846_466);
  });

  it('tell apart what only the parts tell apart', () => {
    const hash = (namespace: string, group: string, name: string) => {
      const names = createServiceNames(namespace);
      return names.hashes()[names.intern(group, name)];
    };
    expect(new Set([hash('a', 'b', 'c'), hash('ab', '', 'c'), hash('', 'ab', 'c'), hash('a', 'bc', ''), hash('a', 'c', 'b')]).size).toBe(5);
  });

  it('hash as Java does, for Distro', () => {
    const names = createServiceNames('public');
    names.intern('DEFAULT_GROUP', 'svc-a');
    expect(names.javaHashes()[0]).toBe(-142_749_101);
    for (let i = 0; i < 200; i++) names.intern('G', `s${i}`);
    expect(names.javaHashes().length).toBeGreaterThanOrEqual(201);
    const slow = (text: string) => [...text].reduce((hash, character) => (Math.imul(hash, 31) + character.charCodeAt(0)) | 0, 0);
    expect([names.javaHashes()[0], names.javaHashes()[200]]).toEqual([slow('DEFAULT_GROUP@@svc-a'), slow('G@@s199')]);
    expect(slow('hello')).toBe(99_162_322);
  });
});
