/** A real Prometheus that scrapes what it is told, on loopback, with its data in a folder that goes with it. */

import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './guard.ts';
import { plainHttp, plainHttpOk } from './http.ts';
import { freePort } from './ports.ts';
import { startProcess } from './processes.ts';
import { until } from './wait.ts';

export interface PrometheusOptions {
  /** `host:port` of what is scraped, as one job `nacos-exporter`. */
  readonly targets: readonly string[];
  readonly scrapeIntervalSeconds: number;
  /** Further jobs, as the configuration file has them. */
  readonly scrapeConfigs?: readonly object[];
  /** Absolute paths of rule files. */
  readonly ruleFiles?: readonly string[];
  /** `host:port` of Alertmanagers. */
  readonly alertmanagers?: readonly string[];
  /** Puts blocks into the data folder before the start. */
  readonly fill?: (folder: string) => Promise<void>;
  readonly flags?: readonly string[];
}

export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface TargetHealth {
  readonly health: string;
  readonly lastError: string;
  readonly scrapeUrl: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface RunningPrometheus {
  readonly url: string;
  readonly pid: number;
  /** Instant query. */
  query(expression: string): Promise<readonly QueryResult[]>;
  targets(): Promise<readonly TargetHealth[]>;
  logs(): string;
  stop(): Promise<void>;
}

export async function startPrometheus(options: PrometheusOptions): Promise<RunningPrometheus> {
  const folder = await temporaryFolder('nacos-prometheus');
  const config = join(folder.path, 'prometheus.yml');
  const output = join(folder.path, 'prometheus.log');
  const interval = `${options.scrapeIntervalSeconds}s`;
  await writeFile(config, JSON.stringify({
    global: { scrape_interval: interval, scrape_timeout: interval, evaluation_interval: interval },
    rule_files: options.ruleFiles ?? [],
    alerting: { alertmanagers: [{ static_configs: [{ targets: options.alertmanagers ?? [] }] }] },
    scrape_configs: [{ job_name: 'nacos-exporter', static_configs: [{ targets: options.targets }] }, ...options.scrapeConfigs ?? []],
  }));
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const storage = join(folder.path, 'data');
  const flags = [`--config.file=${config}`, `--storage.tsdb.path=${storage}`, `--web.listen-address=${address}`, ...options.flags ?? []];
  await options.fill?.(storage);
  const child = await startProcess('prometheus', flags, { cwd: folder.path, output });

  async function stop(): Promise<void> {
    await child.end(5_000);
    await folder.remove();
  }

  try {
    await until('Prometheus ready', 30_000, async () => ((await plainHttp(`${url}/-/ready`)).status === 200 ? true : undefined));
  } catch (error) {
    const said = readFileSync(output, 'utf8');
    await stop();
    throw new Error(`${String(error)}\n${said.slice(-2_000)}`, { cause: error });
  }
  return {
    url,
    pid: child.pid,
    async query(expression) {
      const body = await plainHttpOk(`${url}/api/v1/query`, { query: { query: expression } });
      const { data } = JSON.parse(body) as { data: { result: { metric: Record<string, string>; value: [number, string] }[] } };
      return data.result.map(({ metric, value }) => ({ labels: metric, value: Number(value[1].replace('Inf', 'Infinity')) }));
    },
    async targets() {
      const body = await plainHttpOk(`${url}/api/v1/targets`, { query: { state: 'active' } });
      return (JSON.parse(body) as { data: { activeTargets: TargetHealth[] } }).data.activeTargets;
    },
    logs: () => readFileSync(output, 'utf8'),
    stop,
  };
}
