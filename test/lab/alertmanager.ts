/** A real Alertmanager on loopback, alone, with its data in a folder that goes with it. */

import { readFileSync } from 'node:fs';
import { cp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from './guard.ts';
import { plainHttp, plainHttpOk } from './http.ts';
import { freePort } from './ports.ts';
import { startProcess } from './processes.ts';
import { findTool } from './tools.ts';
import { until } from './wait.ts';

/** As the project names it, and as Debian does. */
const binaries = ['alertmanager', 'prometheus-alertmanager'];

/** Undefined where none is installed. */
export const alertmanagerBinary = (): string | undefined => binaries.map((name) => findTool(name)).find((file) => file !== undefined);

export interface AlertmanagerOptions {
  /** YAML, or JSON, which is YAML too. */
  readonly config: string;
  /** Copied beside the configuration as `templates`. */
  readonly templates?: string;
}

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  /** In the past for a resolved alert. */
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

export interface KnownAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly receivers: readonly { readonly name: string }[];
  readonly status: { readonly state: 'active' | 'suppressed' | 'unprocessed'; readonly inhibitedBy: readonly string[] };
}

export interface RunningAlertmanager {
  /** `host:port`, as Prometheus wants it. */
  readonly address: string;
  post(alerts: readonly PostedAlert[]): Promise<void>;
  alerts(): Promise<readonly KnownAlert[]>;
  logs(): string;
  stop(): Promise<void>;
}

export async function startAlertmanager({ config, templates }: AlertmanagerOptions): Promise<RunningAlertmanager> {
  const binary = alertmanagerBinary();
  if (binary === undefined) throw new Error(`not installed: ${binaries.join(' or ')}`);
  const folder = await temporaryFolder('nacos-alertmanager');
  const file = join(folder.path, 'alertmanager.yml');
  const output = join(folder.path, 'alertmanager.log');
  await writeFile(file, config);
  if (templates !== undefined) await cp(templates, join(folder.path, 'templates'), { recursive: true });
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const flags = [`--config.file=${file}`, `--storage.path=${join(folder.path, 'data')}`, `--web.listen-address=${address}`, '--cluster.listen-address=', '--log.level=debug'];
  const child = await startProcess(binary, flags, { cwd: folder.path, output });

  async function stop(): Promise<void> {
    await child.end(5_000);
    await folder.remove();
  }

  try {
    await until('Alertmanager ready', 30_000, async () => ((await plainHttp(`${url}/-/ready`)).status === 200 ? true : undefined));
  } catch (error) {
    const said = readFileSync(output, 'utf8');
    await stop();
    throw new Error(`${String(error)}\n${said.slice(-2_000)}`, { cause: error });
  }
  return {
    address,
    async post(alerts) {
      const response = await fetch(`${url}/api/v2/alerts`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(alerts) });
      if (!response.ok) throw new Error(`POST /api/v2/alerts: ${response.status} ${await response.text()}`);
    },
    alerts: async () => JSON.parse(await plainHttpOk(`${url}/api/v2/alerts`)) as KnownAlert[],
    logs: () => readFileSync(output, 'utf8'),
    stop,
  };
}
