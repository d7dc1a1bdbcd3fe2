/** A small fleet over sockets with one cluster that takes every connection and never answers: nobody else notices. */

import { expect, it } from 'vitest';
import { until, valueIn } from '../program/program.ts';
import { cluster, entry, program } from './clusters.ts';

const count = 10;
const hanging = 3;

it('keeps the state, counts and contents of nine clusters fresh beside one that hangs', async () => {
  const clusters = await Promise.all(Array.from({ length: count }, () => cluster({}, 50)));
  for (const node of clusters[hanging]!.sim.nodes) node.fault({ kind: 'hang' });
  // So little that only some may be read at every poll: the others wait for the budget.
  const config = `limits: {contents_rate: 256KB}\npoll: {interval: 2s, liveness_interval: 1s, contents_interval: 10s}\nclusters:\n${clusters.map(({ listening }, at) => entry(`c-${at}`, listening.urls)).join('')}`;
  const running = await program({ config });
  const well = Array.from({ length: count }, (_, at) => `c-${at}`).filter((name) => name !== `c-${hanging}`);
  const oldest = async (stage: string): Promise<number> => {
    const families = await running.scrape();
    return Math.max(...well.map((name) => Date.now() / 1000 - (valueIn(families, 'nacos_poll_last_success_timestamp_seconds', { nacos_cluster: name, stage }) || -Infinity)));
  };
  await until('all counted', async () => ((await oldest('counts')) < Infinity ? true : undefined), 60_000);
  await until('all contents read', async () => ((await oldest('contents')) < Infinity ? true : undefined), 60_000);
  const intervals = (await running.scrape()).get('nacos_poll_interval_seconds')!.samples.filter(({ labels }) => labels.get('stage') === 'contents' && well.includes(labels.get('nacos_cluster')!));
  expect(new Set(intervals.map(({ value }) => value >= 10))).toEqual(new Set([true, false]));
  // Bounds far above the intervals, far below what waiting for the hanging one would take at each of its time-outs.
  const families = await running.scrape();
  expect(valueIn(families, 'nacos_up', { nacos_cluster: `c-${hanging}` })).toBe(0);
  expect(well.map((name) => valueIn(families, 'nacos_up', { nacos_cluster: name }))).toEqual(well.map(() => 1));
  expect(await oldest('liveness')).toBeLessThan(10);
  expect(await oldest('counts')).toBeLessThan(15);
}, 120_000);
