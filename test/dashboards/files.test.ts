/** The dashboards as they are handed to Grafana: as ConfigMaps, and as files of a provisioned folder. */

import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { configMaps } from '../../src/monitoring/dashboards/configmaps.ts';
import { dashboardFiles } from '../../src/monitoring/dashboards/index.ts';
import { defaultValues } from '../../src/monitoring/values.ts';

interface ConfigMapJson {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels: Readonly<Record<string, string>> };
  readonly data: Readonly<Record<string, string>>;
}

const file = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
const maps = (text: string): readonly ConfigMapJson[] => parseAllDocuments(text).map((document) => document.toJS() as ConfigMapJson);
const files = dashboardFiles(defaultValues);

describe('the ConfigMaps', () => {
  const committed = maps(file('deploy/kubernetes/dashboards-configmap.yaml'));

  it('hold each dashboard once, as it is in its file', () => {
    expect(committed.flatMap(({ data }) => Object.keys(data))).toEqual([...files.keys()]);
    for (const { data } of committed) for (const [name, text] of Object.entries(data)) expect(JSON.parse(text)).toEqual(JSON.parse(files.get(name)!));
  });

  it.each(committed.map((map) => [map.metadata.name, map] as const))('%s is found by the sidecar and far below the limit of 1 MiB', (name, { apiVersion, kind, metadata, data }) => {
    expect([apiVersion, kind, metadata.labels['grafana_dashboard']]).toEqual(['v1', 'ConfigMap', '1']);
    expect(name).toMatch(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/);
    expect(Buffer.byteLength(Object.values(data).join(''))).toBeLessThan(256 * 1024);
  });

  it('are in the namespace of the other objects', () => {
    const values = { ...defaultValues, prometheusRule: { ...defaultValues.prometheusRule, namespace: 'monitoring' } };
    expect(maps(configMaps(files, values)).map(({ metadata }) => metadata.namespace)).toEqual([...files].map(() => 'monitoring'));
    expect(committed.map(({ metadata }) => metadata.namespace)).toEqual([...files].map(() => undefined));
  });
});

describe('the files', () => {
  it('are the generated ones and no other', () => {
    const there = readdirSync(new URL('../../dashboards', import.meta.url)).filter((name) => name.endsWith('.json'));
    expect(there.toSorted()).toEqual([...files.keys()].toSorted());
  });

  it('are listed by the README', () => {
    const readme = file('dashboards/README.md');
    expect([...files.keys()].filter((name) => !readme.includes(`](${name})`))).toEqual([]);
  });

  it('are provisioned read-only, from a data source with the interval of the scrapes', () => {
    expect(parse(file('deploy/grafana/provisioning/dashboards/nacos.yaml'))).toMatchObject({ apiVersion: 1, providers: [{ type: 'file', allowUiUpdates: false, options: { path: '/var/lib/grafana/dashboards/nacos' } }] });
    const interval = (parse(file('deploy/prometheus.yml')) as { global: { scrape_interval: string } }).global.scrape_interval;
    expect(parse(file('deploy/grafana/provisioning/datasources/prometheus.yaml'))).toMatchObject({ apiVersion: 1, datasources: [{ type: 'prometheus', jsonData: { timeInterval: interval } }] });
  });
});
