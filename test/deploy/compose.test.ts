/** The compose stack by its linter and by what it names: paths, images, ports, the programs' own checks of their files. */

import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadText, valid } from '../config/corpus.ts';
import { temporaryFolder } from '../lab/guard.ts';
import { skipWithReason } from '../lab/tools.ts';
import { lacking, pinned, read, root, runTool, type ToolRun } from './tooling.ts';

interface Service {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly dockerfile: string };
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: object;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly secrets?: readonly string[];
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
}

interface Compose {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes?: Readonly<Record<string, null>>;
  readonly secrets?: Readonly<Record<string, { readonly environment: string }>>;
}

const folder = 'deploy/compose';
const compose = parse(read(`${folder}/compose.yaml`), { merge: true }) as Compose;
const overlay = parse(read(`${folder}/compose.auth.yaml`), { merge: true }) as Compose;
const services = Object.entries(compose.services);

/** Mounts of files and folders of the repository: where they come from, below the root, and where they go. */
const mounts = services.flatMap(([service, { volumes = [] }]) => volumes.filter((volume) => volume.startsWith('.')).map((volume) => {
  const [source, target, mode] = volume.split(':') as [string, string, string | undefined];
  return { service, source: join(folder, source), target, mode };
}));

describe('the stack', () => {
  it('passes the linter without a word, which would notice', async () => {
    const lint = (...files: readonly string[]): ToolRun => runTool(process.execPath, ['node_modules/dclint/bin/dclint.cjs', '--max-warnings=0', ...files]);
    expect(lint(`${folder}/compose.yaml`, `${folder}/compose.auth.yaml`)).toEqual({ status: 0, output: '\n' });
    const data = await temporaryFolder('nacos-compose');
    writeFileSync(join(data.path, 'compose.yaml'), 'name: other\nservices:\n  proxy:\n    image: nginx:latest\n');
    expect(lint(join(data.path, 'compose.yaml')).output).toContain('service-image-require-explicit-tag');
    await data.remove();
  }, 60_000);

  it('has three nodes, the exporter, Prometheus, Alertmanager and Grafana', () => {
    expect(services.map(([name]) => name)).toEqual(['alertmanager', 'grafana', 'nacos-1', 'nacos-2', 'nacos-3', 'nacos-exporter', 'prometheus']);
  });

  it('names paths that exist, and mounts them read-only', () => {
    expect(mounts.length).toBeGreaterThan(5);
    expect(mounts.filter(({ source }) => !existsSync(join(root, source)))).toEqual([]);
    expect(mounts.filter(({ mode }) => mode !== 'ro')).toEqual([]);
    const { context, dockerfile } = compose.services['nacos-exporter']!.build!;
    expect(existsSync(join(root, folder, context, dockerfile))).toBe(true);
  });

  it('declares the volumes that it uses, and no other', () => {
    const used = services.flatMap(([, { volumes = [] }]) => volumes.filter((volume) => !volume.startsWith('.')).map((volume) => volume.split(':')[0]!));
    expect(used.toSorted()).toEqual(Object.keys(compose.volumes!).toSorted());
  });

  it('pins every image', () => {
    const images = services.flatMap(([, { image }]) => image ?? []);
    expect(images.length).toBe(6);
    expect(images.filter((image) => !pinned(image))).toEqual([]);
    expect(pinned('nginx:latest') || pinned('nginx') || pinned('registry:5000/nginx')).toBe(false);
  });

  it('publishes on loopback alone', () => {
    const ports = services.flatMap(([, { ports: some = [] }]) => some);
    expect(ports.length).toBe(5);
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([]);
  });

  it('waits only for services whose health is checked', () => {
    const waits = services.flatMap(([, { depends_on: on = {} }]) => Object.entries(on));
    expect(waits.length).toBeGreaterThan(5);
    expect(waits.filter(([, { condition }]) => condition !== 'service_healthy')).toEqual([]);
    const unchecked = waits.filter(([name]) => compose.services[name]?.healthcheck === undefined && compose.services[name]?.build === undefined);
    expect(unchecked).toEqual([]);
  });

  it('takes every right that it can from what is not Nacos', () => {
    const ours = services.filter(([name]) => !/^nacos-\d/.test(name)).map(([, service]) => service);
    expect(ours.filter((one) => one.cap_drop?.[0] !== 'ALL' || one.security_opt?.[0] !== 'no-new-privileges:true')).toEqual([]);
    expect(services.filter(([, one]) => one.read_only === true).map(([name]) => name)).toEqual(['alertmanager', 'nacos-exporter', 'prometheus']);
  });

  it('holds no secret; the overlay demands them from the environment, and .env.example names each', () => {
    const values = Object.entries(overlay.services['nacos-1']!.environment!).filter(([name]) => /TOKEN|IDENTITY/.test(name)).map(([, value]) => value);
    expect(values.length).toBe(3);
    expect(values.filter((value) => !/^\$\{[A-Z_]+:\?/.test(value))).toEqual([]);
    const text = read(`${folder}/compose.yaml`) + read(`${folder}/compose.auth.yaml`);
    const variables = [...new Set([...[...text.matchAll(/\$\{([A-Z_]+)/g)].map((match) => match[1]!), ...Object.values(overlay.secrets!).map(({ environment }) => environment)])];
    const offered = [...read(`${folder}/.env.example`).matchAll(/^([A-Z_]+)=/gm)].map((match) => match[1]!);
    expect(offered.toSorted()).toEqual(variables.toSorted());
    expect(read(`${folder}/.env.example`)).not.toMatch(/(TOKEN|VALUE|PASSWORD)=./);
  });

  it('lays the overlay over services that there are', () => {
    expect(Object.keys(overlay.services).filter((name) => compose.services[name] === undefined)).toEqual([]);
  });
});

describe('the files that it mounts', () => {
  it('hold a configuration of the exporter for the three nodes, also with the overlay', () => {
    const text = read(`${folder}/nacos-exporter.yml`);
    const { config, warnings } = valid(loadText(text));
    expect(config.clusters[0]!.servers.map(({ host }) => host)).toEqual(['nacos-1', 'nacos-2', 'nacos-3']);
    expect(compose.services['nacos-1']!.environment!['NACOS_SERVERS']).toBe(config.clusters[0]!.servers.map(({ host, port }) => `${host}:${port}`).join(' '));
    expect(warnings).toEqual([]);
    const env = { ...overlay.services['nacos-exporter']!.environment, NACOS_EXPORTER_NACOS_USERNAME: 'monitor', NACOS_EXPORTER_NACOS_PASSWORD_FILE: '/secrets/password' };
    expect(overlay.services['nacos-exporter']!.environment).toEqual({ NACOS_EXPORTER_NACOS_USERNAME: '${NACOS_MONITOR_USERNAME:-monitor}', NACOS_EXPORTER_NACOS_PASSWORD_FILE: `/run/secrets/${overlay.services['nacos-exporter']!.secrets![0]}` });
    expect(valid(loadText(text, [], { env })).warnings).toEqual([]);
  });

  it('give the exporter the name by which Alertmanager calls it', () => {
    const { receivers } = parse(read('deploy/alertmanager/alertmanager.yml')) as { receivers: { name: string; webhook_configs?: { url: string }[] }[] };
    const hosts = receivers.find(({ name }) => name === 'chat')!.webhook_configs!.map(({ url }) => new URL(url).hostname);
    expect(hosts.filter((host) => compose.services[host] === undefined)).toEqual([]);
  });

  it.skipIf(skipWithReason('promtool on deploy/compose', lacking('promtool')))('hold a configuration of Prometheus that promtool accepts where it is mounted, rules included', async () => {
    const data = await temporaryFolder('nacos-compose');
    try {
      for (const { source, target } of mounts.filter(({ service }) => service === 'prometheus')) cpSync(join(root, source), join(data.path, target), { recursive: true });
      const { status, output } = runTool('promtool', ['check', 'config', join(data.path, 'etc/prometheus/prometheus.yml')]);
      expect(output).toMatch(/1 rule files found/);
      expect(status).toBe(0);
    } finally {
      await data.remove();
    }
    const targets = [...read(`${folder}/prometheus.yml`).matchAll(/targets: \['([a-z-]+):/g)].map((match) => match[1]!);
    expect(targets).toEqual(['alertmanager', 'nacos-exporter']);
  });

  it('put the dashboards where Grafana is told to look, and the data source where Prometheus is', () => {
    const provisioning = 'deploy/grafana/provisioning';
    const files = (kind: string): readonly string[] => readdirSync(join(root, provisioning, kind)).filter((name) => /\.ya?ml$/.test(name)).map((name) => read(`${provisioning}/${kind}/${name}`));
    const paths = files('dashboards').flatMap((text) => (parse(text) as { providers: { options: { path: string } }[] }).providers.map(({ options }) => options.path));
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((path) => !mounts.some(({ service, target }) => service === 'grafana' && target === path))).toEqual([]);
    const urls = files('datasources').flatMap((text) => (parse(text) as { datasources: { url: string }[] }).datasources.map(({ url }) => url));
    expect(urls.map((url) => url.replace(/^\$\{?[A-Z_]+:-(.*)\}$/, '$1'))).toContain('http://prometheus:9090');
  });
});
