/** Configurations by namespace, of nodes that count in the same database at different times. */

import { expect, it } from 'vitest';
import { configsOf } from '../../src/analysis/configs.ts';
import type { Namespace } from '../../src/model.ts';
import { node, ok } from './build.ts';

const of = (name: string, at: number, ...namespaces: readonly Namespace[]) => node(name, at, { namespaces: ok(namespaces, at) });
const dev = (configs?: number): Namespace => ({ id: 'dev', name: 'Dev', ...(configs === undefined ? {} : { configs }) });

it.each([
  ['the node that was read last knows best', [of('a', 2, dev(3)), of('b', 1, dev(9))], 3],
  ['the largest of one moment', [of('a', 1, dev(3)), of('b', 1, dev(4)), of('c', 1, dev(2))], 4],
  ['zero is a number', [of('a', 1, dev(0))], 0],
  ['a node that does not count has no say', [of('a', 2, dev()), of('b', 1, dev(5))], 5],
  ['nobody counts', [of('a', 1, dev()), node('b', 1, {})], undefined],
])('%s', (_, nodes, configs) => {
  expect(configsOf(nodes).get('dev')).toBe(configs);
});
