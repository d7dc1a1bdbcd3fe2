/** A server's own series under our prefix: which, how spelled, how many. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { duplicateRows, renderFamily } from '../../src/metrics/exposition.ts';
import { allowed, passedPrefix } from '../../src/metrics/passed/allowed.ts';
import { chooseSeries, type ServerSample } from '../../src/metrics/passed/choose.ts';
import { passedFamilies } from '../../src/metrics/passed/families.ts';
import { headerText } from '../../src/metrics/text.ts';
import type { ClusterView } from '../../src/metrics/view.ts';
import type { PassedSeries } from '../../src/model.ts';
import { samplesIn } from '../../src/nacos/prometheus-text.ts';
import { parseExposition } from './parse-exposition.ts';
import { promtoolFindings } from './promtool.ts';

const all = (): boolean => true;

function chosen(samples: Iterable<ServerSample>, limit = 500, serves: (family: string) => boolean = all): PassedSeries {
  const chooser = chooseSeries(limit, serves);
  for (const sample of samples) chooser.take(sample);
  return chooser.chosen();
}

function textOf(passed: PassedSeries, format: 'text' | 'openmetrics' = 'text'): string {
  const node = { name: 'a:8848', up: true, node: { stages: { actuator: { value: { passed } } } } };
  const view = { cluster: 'c', nodes: [node] } as unknown as ClusterView;
  const rendered = passedFamilies.map((family) => ({ family, of: renderFamily(undefined, family, view) })).filter(({ of }) => of.samples > 0);
  for (const { of } of rendered) expect(duplicateRows(of)).toEqual([]);
  return rendered.map(({ family, of }) => headerText(family, format) + Buffer.from(of.bytes).toString()).join('');
}

const sample = (name: string, value: number, ...labels: readonly (readonly [string, string])[]): ServerSample => ({ name, labels, value });

describe('what is passed on', () => {
  it('is what the list allows, with our labels first', () => {
    const samples = [
      sample('spring_security_filterchains_seconds_max', 1), sample('jvm_threads_live_threads', 187), sample('nacos_exception_total', 3, ['module', 'config'], ['name', 'nacos']),
      sample('http_server_requests_seconds_count', 7, ['uri', '/v1/ns/"x"'], ['method', 'GET']), sample('http_server_requests_seconds_sum', 0.5, ['uri', '/v1/ns/"x"'], ['method', 'GET']),
    ];
    expect(textOf(chosen(samples)).split('\n').filter((line) => !line.startsWith('# HELP'))).toEqual([
      '# TYPE nacos_actuator_jvm_threads_live_threads gauge',
      'nacos_actuator_jvm_threads_live_threads{nacos_cluster="c",nacos_node="a:8848"} 187',
      '# TYPE nacos_actuator_nacos_exception_total counter',
      'nacos_actuator_nacos_exception_total{nacos_cluster="c",nacos_node="a:8848",module="config",name="nacos"} 3',
      '# TYPE nacos_actuator_http_server_requests_seconds summary',
      String.raw`nacos_actuator_http_server_requests_seconds_count{nacos_cluster="c",nacos_node="a:8848",method="GET",uri="/v1/ns/\"x\""} 7`,
      String.raw`nacos_actuator_http_server_requests_seconds_sum{nacos_cluster="c",nacos_node="a:8848",method="GET",uri="/v1/ns/\"x\""} 0.5`,
      '',
    ]);
  });

  it('keeps apart labels that are called like ours', () => {
    const text = textOf(chosen([sample('process_cpu_usage', NaN, ['nacos_node', 'x'], ['exported_nacos_node', 'y'])]));
    expect(text).toContain('{nacos_cluster="c",nacos_node="a:8848",exported_exported_nacos_node="x",exported_nacos_node="y"} NaN\n');
  });

  it('is one series where the server writes it twice, or with its labels in another order', () => {
    const { families } = chosen([
      sample('logback_events_total', 1, ['a', '1'], ['b', '2']), sample('logback_events_total', 2, ['b', '2'], ['a', '1']),
    ]);
    expect(families.get('nacos_actuator_logback_events_total')).toEqual([{ labels: ',a="1",b="2"', value: 2 }]);
  });

  it('spells labels as Prometheus does, and keeps two apart that would be one', () => {
    const text = textOf(chosen([sample('process_cpu_usage', 1, ['requestClass', 'a'], ['uri', '/x']), sample('system_cpu_usage', 1, ['errorCode', '0'], ['error_code', '1'])]));
    expect(text).toContain('{nacos_cluster="c",nacos_node="a:8848",request_class="a",uri="/x"} 1\n');
    expect(text).toContain('{nacos_cluster="c",nacos_node="a:8848",error_code="1",exported_error_code="0"} 1\n');
  });

  it('is no family that is not served', () => {
    const { families } = chosen([sample('process_cpu_usage', 1), sample('system_cpu_usage', 1)], 1, (family) => family !== 'nacos_actuator_process_cpu_usage');
    expect([...families.keys()]).toEqual(['nacos_actuator_system_cpu_usage']);
  });
});

describe('the limit', () => {
  const requests = Array.from({ length: 10 }, (_, i) => i).flatMap((i) => (['count', 'sum'] as const).map((part) => sample(`http_server_requests_seconds_${part}`, i, ['uri', `/${i}`])));
  const samples = [...requests, sample('process_cpu_usage', 1)];

  it('spends on small families first, keeps sum and count together, and tells what it left out', () => {
    const { families, dropped } = chosen(samples, 6);
    expect([...families].map(([name, rows]) => [name, rows.length])).toEqual([['nacos_actuator_process_cpu_usage', 1], ['nacos_actuator_http_server_requests_seconds', 4]]);
    expect([...dropped]).toEqual([['nacos_actuator_process_cpu_usage', 0], ['nacos_actuator_http_server_requests_seconds', 16]]);
  });

  it('chooses the same in any order of the text', () => {
    expect(chosen(samples.toReversed(), 6)).toEqual(chosen(samples, 6));
  });

  it('is kept to in a text of any length, whatever its order', () => {
    const many = Array.from({ length: 3000 }, (_, i) => i).flatMap((i) => (['count', 'sum'] as const).map((part) => sample(`http_server_requests_seconds_${part}`, i, ['uri', `/${(i * 7919) % 3000}`])));
    const { families, dropped } = chosen(many, 100);
    const rows = families.get('nacos_actuator_http_server_requests_seconds')!;
    expect(new Set(rows.map(({ labels }) => labels)).size).toBe(50);
    expect(dropped.get('nacos_actuator_http_server_requests_seconds')).toBe(5900);
    expect(chosen(many.toReversed(), 100)).toEqual({ families, dropped });
  });

  it('passes nothing at 0', () => {
    expect(chosen(samples, 0).families.size).toBe(0);
  });
});

describe('recorded texts', () => {
  it.each([['1.4.1/cluster3/node1', 29], ['2.0.4/cluster3/node1', 29], ['2.2.4/single', 29], ['3.1.0/cluster3/node1', 41]] as const)('%s', (folder, families) => {
    const passed = chosen(samplesIn(readFileSync(new URL(`../fixtures/${folder}/prom-actuator.txt`, import.meta.url), 'utf8'), folder), 10_000);
    expect(passed.families.size).toBe(families);
    const text = textOf(passed);
    const parsed = parseExposition(text, 'text');
    expect([...parsed.keys()]).toEqual([...passed.families.keys()]);
    expect(promtoolFindings(text)).toBe('');
    const openmetrics = `${textOf(passed, 'openmetrics')}# EOF\n`;
    expect([...parseExposition(openmetrics, 'openmetrics').values()].reduce((sum, { samples }) => sum + samples.length, 0))
      .toBe([...parsed.values()].reduce((sum, { samples }) => sum + samples.length, 0));
  });
});

describe('the allow list', () => {
  it('names each family once, counters by their suffix, and no part of a summary', () => {
    const names = allowed.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    expect(allowed.filter(({ name, type }) => name.endsWith('_total') !== (type === 'counter'))).toEqual([]);
    expect(names.filter((name) => /_(sum|count|bucket)$/.test(name))).toEqual([]);
    expect(passedFamilies.map(({ name }) => name)).toEqual(names.map((name) => passedPrefix + name));
  });
});
