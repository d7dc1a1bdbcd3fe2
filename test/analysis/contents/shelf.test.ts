import { describe, expect, it } from 'vitest';
import type { Situation } from '../../../src/analysis/contents/observe.ts';
import { createShelf, finishSweep, put, settleService, type Shelf } from '../../../src/analysis/contents/shelf.ts';
import { createServiceNames, type InternedNames } from '../../../src/nacos/service-names.ts';

const nodes = ['n1', 'n2', 'n3'];
const situation: Situation = { versions: new Map(nodes.map((node) => [node, '2.0.4'])), voters: new Set(nodes), spared: new Set() };
const line = 'DEFAULT|10.0.0.1|80\the\t1\t\t';
const old = 0;
const fresh = 1;

function namesOf(...known: string[]): InternedNames {
  const names = createServiceNames('public');
  for (const name of known) names.intern('g', name);
  return names;
}

/** All nodes read whole at this time; `holders` show the new service. */
function sweep(shelf: Shelf, at: number, holders: readonly string[]): void {
  for (const node of nodes) {
    put(shelf, node, old, line, at);
    if (holders.includes(node)) put(shelf, node, fresh, line, at);
    finishSweep(shelf, node, at, at);
  }
}

const settle = (shelf: Shelf, service: number): string | undefined => {
  const change = settleService(shelf, service, nodes, situation, undefined);
  return change === undefined ? undefined : `${change.before} -> ${change.after}, ${change.witnessed ? 'witnessed' : 'not witnessed'}`;
};

describe('what is agreed of a service for the first time', () => {
  it('is no change at the first sweep, when nothing was known', () => {
    const shelf = createShelf(namesOf('old', 'fresh'));
    sweep(shelf, 1000, nodes);
    expect([settle(shelf, old), settle(shelf, fresh)]).toEqual([undefined, undefined]);
  });

  it('is one if an earlier sweep would have met the service', () => {
    const names = namesOf('old');
    const shelf = createShelf(names);
    sweep(shelf, 1000, []);
    settle(shelf, old);
    names.intern('g', 'fresh');
    sweep(shelf, 3000, nodes);
    expect(settle(shelf, fresh)).toBe(` -> ${line}, witnessed`);
  });

  it('is one also if a single node showed it first', () => {
    const names = namesOf('old');
    const shelf = createShelf(names);
    sweep(shelf, 1000, []);
    settle(shelf, old);
    names.intern('g', 'fresh');
    sweep(shelf, 3000, ['n2']);
    expect(settle(shelf, fresh)).toBeUndefined();
    sweep(shelf, 5000, nodes);
    expect(settle(shelf, fresh)).toBe(` -> ${line}, witnessed`);
  });
});
