/** The scrape configurations that we ship: read by promtool, and true to the exporter's paths. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { findTool, skipWithReason } from '../lab/tools.ts';

const folder = resolve(import.meta.dirname, '../../deploy');
const files = ['prometheus.yml', 'prometheus/static.yml', 'prometheus/http-sd.yml', 'prometheus/probe.yml', 'victoriametrics/vmagent.yml'];

interface Settings {
  readonly scrape_configs: readonly {
    readonly job_name: string; readonly metrics_path?: string; readonly scrape_interval?: string; readonly scrape_timeout?: string;
    readonly http_sd_configs?: readonly { readonly url: string }[];
  }[];
}

describe.each(files)('deploy/%s', (file) => {
  const { scrape_configs: jobs } = parse(readFileSync(resolve(folder, file), 'utf8')) as Settings;

  it.skipIf(skipWithReason(`promtool check config ${file}`, findTool('promtool') === undefined ? ['promtool'] : []))('is a configuration that Prometheus takes', () => {
    const { status, stdout, stderr } = spawnSync('promtool', ['check', 'config', resolve(folder, file)], { encoding: 'utf8' });
    expect(`${stdout}${stderr}`).not.toContain('FAILED');
    expect(status).toBe(0);
  });

  it('scrapes the exporter itself, under the name that the rules expect', () => {
    expect(jobs.map((job) => job.job_name)).toContain('nacos-exporter');
  });

  it('names no path that the exporter has not', () => {
    expect(jobs.flatMap((job) => job.metrics_path ?? []).filter((path) => path !== '/probe')).toEqual([]);
    expect(jobs.flatMap((job) => job.http_sd_configs ?? []).filter(({ url }) => new URL(url).pathname !== '/targets')).toEqual([]);
  });
});
