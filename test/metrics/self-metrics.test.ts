import { describe, expect, it } from 'vitest';

import { renderFamily } from '../../src/metrics/exposition.ts';
import { selfFamilies, series, seriesDropped } from '../../src/metrics/self/families.ts';
import { createSelfMetrics, type SelfMetrics } from '../../src/metrics/self/self-metrics.ts';
import type { TextFormat } from '../../src/metrics/text.ts';
import { parseExposition, type ParsedFamily } from './parse-exposition.ts';
import { promtoolFindings } from './promtool.ts';

function create(processMetrics = false): SelfMetrics {
  return createSelfMetrics({
    build: { version: '1.2.3', revision: 'abc', nodeVersion: 'v20.20.2' }, shard: { ordinal: 1, total: 3 }, processMetrics,
  });
}

async function read(self: SelfMetrics, format: TextFormat = 'text'): Promise<ReadonlyMap<string, ParsedFamily>> {
  return parseExposition((await self.text(format)) + (format === 'text' ? '' : '# EOF\n'), format);
}

function labelsOf(family: ParsedFamily | undefined): string[] {
  return (family?.samples ?? []).map(({ labels }) => [...labels].map(([name, value]) => `${name}=${value}`).join(' '));
}

const ok = { api: 'counts', code: '200', durationMs: 100, bytes: 700 };

describe('self metrics', () => {
  it('tells nothing before it is known', async () => {
    const families = await read(create());
    expect([...families.keys()]).toEqual(['nacos_exporter_build_info', 'nacos_exporter_shard_ordinal', 'nacos_exporter_total_shards']);
    expect(families.get('nacos_exporter_shard_ordinal')!.samples[0]!.value).toBe(1);
    expect(labelsOf(families.get('nacos_exporter_build_info'))).toEqual(['version=1.2.3 revision=abc node_version=v20.20.2']);
  });

  it('tells of reloads: what succeeded last, and that the newest failed', async () => {
    const self = create();
    self.configLoaded(1_700_000_000_500, 2 ** 47);
    self.configRejected();
    const families = await read(self);
    const value = (name: string): number => families.get(`nacos_exporter_config_${name}`)!.samples[0]!.value;
    expect([value('last_reload_successful'), value('last_reload_success_timestamp_seconds'), value('hash')]).toEqual([0, 1_700_000_000.5, 2 ** 47]);
  });

  it('counts requests, in at most ten buckets', async () => {
    const self = create();
    self.observeRequest('c', 'n1', ok);
    self.observeRequest('c', 'n1', ok);
    self.observeRequest('c', 'n1', { ...ok, code: 'none' });
    const families = await read(self);
    expect(families.get('nacos_exporter_requests_total')!.samples.map(({ value }) => value)).toEqual([2, 1]);
    expect(families.get('nacos_poll_bytes_total')!.samples.map(({ value }) => value)).toEqual([2100]);
    const buckets = families.get('nacos_exporter_request_duration_seconds')!.samples.filter(({ name }) => name.endsWith('_bucket'));
    expect(buckets.length).toBeLessThanOrEqual(10);
    expect(buckets.find(({ labels }) => labels.get('le') === '0.1')!.value).toBe(3);
  });

  it('has every result of a chat channel that is on, from the start, and none of one that is off', async () => {
    const self = create();
    const notifications = async (): Promise<readonly string[]> => ((await read(self)).get('nacos_exporter_notifications_total')?.samples ?? []).map(({ labels, value }) => `${[...labels.values()].join(' ')} ${value}`);
    expect(await notifications()).toEqual([]);
    self.relayChannels(['feishu', 'wecom']);
    self.notified('wecom', 'sent');
    expect(await notifications()).toEqual(['feishu sent 0', 'feishu failed 0', 'feishu dropped 0', 'wecom sent 1', 'wecom failed 0', 'wecom dropped 0']);
    self.relayChannels(['wecom', 'dingtalk']);
    self.notified('feishu', 'failed');
    expect(await notifications()).toEqual(['wecom sent 1', 'wecom failed 0', 'wecom dropped 0', 'dingtalk sent 0', 'dingtalk failed 0', 'dingtalk dropped 0']);
  });

  it('forgets nodes and clusters', async () => {
    const self = create();
    for (const [cluster, node] of [['a', 'n1'], ['a', 'n2'], ['b', 'n1']] as const) self.observeRequest(cluster, node, ok);
    self.forgetNode('a', 'n1');
    self.forgetNode('a', 'unknown');
    expect(labelsOf((await read(self)).get('nacos_exporter_requests_total'))).toEqual([
      'nacos_cluster=a nacos_node=n2 api=counts code=200', 'nacos_cluster=b nacos_node=n1 api=counts code=200',
    ]);
    expect(labelsOf((await read(self)).get('nacos_poll_bytes_total'))).toEqual(['nacos_cluster=a nacos_node=n2', 'nacos_cluster=b nacos_node=n1']);
    self.forgetCluster('a');
    self.forgetCluster('a');
    const families = await read(self);
    expect(labelsOf(families.get('nacos_exporter_requests_total'))).toEqual(['nacos_cluster=b nacos_node=n1 api=counts code=200']);
    expect(labelsOf(families.get('nacos_exporter_request_duration_seconds')).every((labels) => labels.includes('nacos_cluster=b'))).toBe(true);
  });

  it('serves both formats in any order, process metrics included, as promtool likes them', async () => {
    const self = create(true);
    self.observeRequest('c', 'n1', ok);
    self.configLoaded(1, 1);
    for (const format of ['openmetrics', 'text', 'openmetrics', 'text'] as const) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other: each used to spoil the next
      const families = await read(self, format);
      expect(families.has(format === 'text' ? 'process_cpu_seconds_total' : 'process_cpu_seconds')).toBe(true);
      expect([...families.keys()].filter((name) => /^nodejs_active_.*_total$/.test(name))).toEqual([]);
    }
    expect(promtoolFindings(await self.text('text'))).toBe('');
  });

  it('tells event loop delays once a second of them was observed, and the same to scrapes in short succession', async () => {
    const self = create(true);
    const lags = async (): Promise<[string, number][]> => [...(await read(self)).values()]
      .filter(({ name }) => name.startsWith('nodejs_eventloop_lag_') && name !== 'nodejs_eventloop_lag_seconds')
      .map(({ name, samples }) => [name, samples[0]!.value]);
    expect(await lags()).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    const first = await lags();
    expect(first).toHaveLength(7);
    expect(first.every(([, value]) => value < 3600)).toBe(true);
    expect(new Map(first).get('nodejs_eventloop_lag_max_seconds')).toBeGreaterThan(0);
    expect(await lags()).toEqual(first);
    // prom-client measures this one a turn after it was asked; scrapes within 100 ms share a reading.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect((await read(self)).get('nodejs_eventloop_lag_seconds')!.samples[0]!.value).toBeGreaterThan(0);
  });

  it('declares every family with a help and no name twice', () => {
    expect(new Set(selfFamilies.map(({ name }) => name)).size).toBe(selfFamilies.length);
    expect(selfFamilies.filter(({ help }) => help === '')).toEqual([]);
  });
});

describe('served families', () => {
  it('count the series of each cluster and what a limit left out', () => {
    const served = [{
      cluster: 'c', families: new Map([['nacos_up', { samples: 1 }], ['nacos_none', { samples: 0 }]]), dropped: new Map([['nacos_service_instances', 12]]),
    }];
    const text = [series, seriesDropped].map((family) => Buffer.from(renderFamily(undefined, family, served).bytes).toString()).join('');
    expect(text).toBe('nacos_exporter_series{nacos_cluster="c",family="nacos_up"} 1\n' +
      'nacos_exporter_series_dropped{nacos_cluster="c",family="nacos_service_instances"} 12\n');
  });
});
