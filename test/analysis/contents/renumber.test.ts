/** What is known of a namespace outlives its dictionary of names. */

import { expect, it } from 'vitest';
import type { Situation } from '../../../src/analysis/contents/observe.ts';
import { renumber } from '../../../src/analysis/contents/renumber.ts';
import { createShelf, finishSweep, put, settleService, type Shelf } from '../../../src/analysis/contents/shelf.ts';
import { listDivergent, summarizeShelf } from '../../../src/analysis/contents/summary.ts';
import { createServiceNames } from '../../../src/nacos/service-names.ts';

const nodes = ['n1', 'n2', 'n3'];
const situation: Situation = { versions: new Map(nodes.map((node) => [node, '2.2.4'])), voters: new Set(nodes), spared: new Set() };
const line = (last: number): string => `DEFAULT|10.0.0.${last}|80\the\t1\t\t`;
const dead = 10_000;

/** `gone-0…` show nothing, `kept` shows the same everywhere, `odd` lacks an instance on the third node. */
function sweep(shelf: Shelf, at: number, numbers: { readonly kept: number; readonly odd: number }): void {
  for (const node of nodes) {
    put(shelf, node, numbers.kept, line(1), at);
    put(shelf, node, numbers.odd, node === 'n3' ? line(2) : `${line(2)}\n${line(3)}`, at);
    finishSweep(shelf, node, at, at);
  }
  for (const service of [numbers.kept, numbers.odd]) settleService(shelf, service, nodes, situation, undefined);
}

it('keeps what is shown, agreed and confirmed, and leaves the dead behind', async () => {
  const before = createServiceNames('public');
  for (let i = 0; i < dead; i++) before.intern('g', `gone-${i}`);
  const numbers = { kept: before.intern('g', 'kept'), odd: before.intern('g', 'odd') };
  const old = createShelf(before);
  for (const at of [1_000, 16_000, 31_000]) sweep(old, at, numbers);
  const said = summarizeShelf(old);
  expect(said.confirmed.instance).toBe(1);

  const after = createServiceNames('public');
  let pauses = 0;
  const shelf = await renumber(old, after, after.intern, async () => void pauses++);
  expect([shelf.names, after.size, pauses]).toEqual([after, 2, 2]);
  expect(summarizeShelf(shelf)).toEqual(said);
  expect(listDivergent(new Map([['public', shelf]]))).toEqual(listDivergent(new Map([['public', old]])));

  const renewed = { kept: after.idOf('g', 'kept')!, odd: after.idOf('g', 'odd')! };
  sweep(shelf, 46_000, renewed);
  expect(summarizeShelf(shelf)).toMatchObject({ confirmed: { instance: 1 }, since: 1_000 });
  put(shelf, 'n1', renewed.kept, '', 61_000);
  put(shelf, 'n2', renewed.kept, '', 61_000);
  put(shelf, 'n3', renewed.kept, '', 61_000);
  expect(settleService(shelf, renewed.kept, nodes, situation, undefined)).toMatchObject({ before: line(1), after: '', witnessed: true });
});
