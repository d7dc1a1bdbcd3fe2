/** The rule that misses a shard, on what real shards serve and a real Prometheus adds. */

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startPrometheus } from '../lab/prometheus.ts';
import { findTool, skipWithReason } from '../lab/tools.ts';
import { until } from '../program/program.ts';
import { entry, program } from './clusters.ts';

interface Rules {
  readonly groups: readonly { readonly rules: readonly { readonly alert?: string; readonly expr: string }[] }[];
}

const { groups } = parse(readFileSync(resolve(import.meta.dirname, '../../alerts/nacos.rules.yaml'), 'utf8')) as Rules;
const expression = groups.flatMap(({ rules }) => rules).find(({ alert }) => alert === 'NacosShardMissing')!.expr;

describe.skipIf(skipWithReason('NacosShardMissing', ['prometheus'].filter((tool) => findTool(tool) === undefined)))('NacosShardMissing', () => {
  it.each([
    ['tells of a shard that nobody scrapes, however many replicas the others have', [0, 2, 2], ['2']],
    ['is silent where all are there', [0, 1, 2], []],
  ] as const)('%s', async (_, ordinals, found) => {
    const shards = await Promise.all(ordinals.map((ordinal) => program({
      config: `clusters:\n${entry('gone', ['http://127.0.0.1:1'])}`, argv: ['--total-shards=3'], env: { NACOS_EXPORTER_SHARD: `nacos-exporter-${ordinal}` },
    })));
    const prometheus = await startPrometheus({ targets: shards.map(({ address }) => address), scrapeIntervalSeconds: 1 });
    try {
      await until('all scraped', async () => ((await prometheus.query('nacos_exporter_shard_ordinal')).length === ordinals.length ? true : undefined), 30_000);
      expect((await prometheus.query(expression)).map(({ labels, value }) => [labels, String(value)])).toEqual(found.map((value) => [{ job: 'nacos-exporter' }, value]));
    } finally {
      await prometheus.stop();
    }
  }, 60_000);
});
