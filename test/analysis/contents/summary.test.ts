import { describe, expect, it } from 'vitest';

import { canonicalText } from '../../../src/analysis/contents/canonical.ts';
import type { Situation } from '../../../src/analysis/contents/observe.ts';
import { createShelf, put, settleService, type Shelf } from '../../../src/analysis/contents/shelf.ts';
import { countDivergent, listDivergent, summarizeShelf } from '../../../src/analysis/contents/summary.ts';
import { createServiceNames } from '../../../src/nacos/service-names.ts';

const nodes = ['n1', 'n2', 'n3'];
const situation: Situation = { versions: new Map(nodes.map((node) => [node, '2.2.4'])), voters: new Set(nodes), spared: new Set() };

const textOf = (ips: readonly string[], weight = 1): string =>
  canonicalText(ips.map((ip) => ({ cluster: 'DEFAULT', ip, port: 80, healthy: true, enabled: true, weight, metadata: {} })), []);

/** Services `s0`, `s1`, … as the three nodes show them, read at each of the times. */
function shelfOf(services: readonly (readonly [string, string, string])[], times: readonly number[]): Shelf {
  const names = createServiceNames('public');
  const shelf = createShelf(names);
  for (const at of times) {
    for (const [i, texts] of services.entries()) {
      const service = names.intern('DEFAULT_GROUP', `s${i}`);
      for (const [n, node] of nodes.entries()) put(shelf, node, service, texts[n]!, at + i);
      settleService(shelf, service, nodes, situation, undefined);
    }
  }
  return shelf;
}

const [both, one, none] = [textOf(['10.0.0.1', '10.0.0.2']), textOf(['10.0.0.1']), textOf([])];
const heavier = textOf(['10.0.0.1', '10.0.0.2'], 2);
const differing = [[both, both, both], [both, both, one], [both, both, none], [both, heavier, both]] as const;
const afterAll = [1_000_000, 1_020_000, 1_040_000];

describe('the sum of what differs', () => {
  it('counts services by kind, and what each node lacks', () => {
    const { confirmed, suspected, since, nodes: found } = summarizeShelf(shelfOf(differing, afterAll));
    expect({ confirmed, suspected, since }).toEqual({ confirmed: { service: 1, instance: 1, health: 0, attributes: 1 }, suspected: 0, since: 1_000_001 });
    expect([...found]).toEqual([
      ['n1', { services: 0, missingServices: 0, missingInstances: 0, surplusInstances: 0, conflictingInstances: 0 }],
      ['n2', { services: 1, missingServices: 0, missingInstances: 0, surplusInstances: 0, conflictingInstances: 2 }],
      ['n3', { services: 2, missingServices: 1, missingInstances: 3, surplusInstances: 0, conflictingInstances: 0 }],
    ]);
  });

  it('tells what is only suspected, and shows it in the nodes at once', () => {
    const { confirmed, suspected, since, nodes: found } = summarizeShelf(shelfOf(differing, afterAll.slice(0, 1)));
    expect({ confirmed, suspected, since }).toEqual({ confirmed: { service: 0, instance: 0, health: 0, attributes: 0 }, suspected: 3, since: undefined });
    expect(found.get('n3')).toMatchObject({ services: 0, missingInstances: 3 });
  });
});

describe('the list of what differs', () => {
  it('begins with the oldest, ends where it is told to, and is counted in full', () => {
    const shelf = shelfOf(differing, afterAll);
    const shelves = new Map([['public', shelf]]);
    expect(listDivergent(shelves).map(({ service, kind, since, confirmed }) => [service, kind, since, confirmed])).toEqual([
      ['s1', 'instance', 1_000_001, true], ['s2', 'service', 1_000_002, true], ['s3', 'attributes', 1_000_003, true],
    ]);
    expect(listDivergent(shelves, 2).map(({ service }) => service)).toEqual(['s1', 's2']);
    expect(countDivergent([summarizeShelf(shelf)])).toBe(3);
  });
});
