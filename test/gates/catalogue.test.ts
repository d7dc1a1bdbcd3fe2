import { expect, it } from 'vitest';
import { gateNamed, gates } from '../../src/gates/catalogue.ts';
import { consistency } from './cases/consistency.ts';
import { doubleWrite } from './cases/double-write.ts';
import { members } from './cases/members.ts';
import { registrations } from './cases/registrations.ts';
import { nodeBack, readyToUpgrade, safeToStop } from './cases/upgrade.ts';
import { documented } from './suite.ts';

const cases = [...consistency, ...readyToUpgrade, ...safeToStop, ...nodeBack, ...doubleWrite, ...members, ...registrations];

it('has cases of every gate for 0, 1 and 2', () => {
  const codes = new Map(gates.map(({ name }) => [name, new Set<number>()]));
  for (const { argv, code } of cases) codes.get(gateNamed(argv[0]!)!.name)!.add(code);
  expect([...codes].filter(([, seen]) => seen.size < 3)).toEqual([]);
});

it('is what the page documents', () => {
  expect(documented().toSorted()).toEqual(gates.map(({ name }) => name).toSorted());
});

it('knows its gates under their other names', () => {
  expect([gateNamed('drained')?.name, gateNamed('nothing')]).toEqual(['removed', undefined]);
});
