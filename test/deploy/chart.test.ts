/** The Helm chart: its copies are fresh, its examples render to what Kubernetes, the operator and the exporter accept, and mistakes are refused. */

import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chartFiles, chartFolder } from '../../deploy/tools/chart/chart-files.ts';
import { helmTemplate, kubernetesVersion } from '../../deploy/tools/chart/manifests.ts';
import { valueRows } from '../../deploy/tools/chart/values-table.ts';
import { options } from '../../src/config/options.ts';
import { loadConfig } from '../../src/config/load.ts';
import { valid } from '../config/corpus.ts';
import { temporaryFolder } from '../lab/guard.ts';
import { skipWithReason } from '../lab/tools.ts';
import { objectsIn, ofKind, operatorMistakes, schemaMistakes, workload, type KubernetesObject } from './objects.ts';
import { lacking, pinned, read, root, runTool } from './tooling.ts';

const examples = readdirSync(join(root, chartFolder, 'ci')).toSorted();
const example = (name: string): string => join(root, chartFolder, 'ci', name);

describe('what the chart copies', () => {
  it.each([...chartFiles(root).keys()])('%s is up to date (else: npm run chart)', (name) => {
    const path = join(root, name);
    expect(existsSync(path) ? readFileSync(path, 'utf8') : undefined).toBe(chartFiles(root).get(name));
  });

  it('has every dashboard', () => {
    const dashboards = readdirSync(join(root, 'dashboards')).filter((name) => name.endsWith('.json'));
    expect(dashboards.filter((name) => !chartFiles(root).has(`${chartFolder}/files/dashboards/${name}`))).toEqual([]);
  });
});

describe('the values', () => {
  const rows = valueRows(read(`${chartFolder}/values.yaml`));
  const schema = JSON.parse(read(`${chartFolder}/values.schema.json`)) as Schema;

  interface Schema {
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly additionalProperties?: boolean | Schema;
    readonly type?: string;
  }

  it('are all described, in words', () => {
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter(({ doc }) => doc === undefined || !/^\S.*\.$/.test(doc)).map(({ key }) => key)).toEqual([]);
  });

  it('all stand in the schema, which refuses others on every level of theirs', () => {
    const unknown = rows.filter(({ key }) => {
      let at: Schema | undefined = schema;
      for (const part of key.split('.')) {
        if (at?.additionalProperties !== false) return true;
        at = at.properties?.[part];
      }
      return at === undefined;
    });
    expect(unknown.map(({ key }) => key)).toEqual([]);
    const leaves = (at: Schema, path: string): readonly string[] => (at.additionalProperties === false && at.properties !== undefined ? Object.entries(at.properties).flatMap(([name, one]) => leaves(one, `${path}.${name}`)) : [path.slice(1)]);
    const documented = new Set(rows.map(({ key }) => key));
    // Helm hands `global` to every chart; the operator's references are one value each.
    expect(leaves(schema, '').filter((key) => !documented.has(key) && key !== 'global' && !key.startsWith('serviceMonitor.basicAuth.'))).toEqual([]);
  });

  it('would notice a value without a word', () => {
    expect(valueRows('a:\n  # -- Of b.\n  b: 1\n  c: {}\n# plain\nd: [x]\n')).toEqual([
      { key: 'a.b', standard: '1', doc: 'Of b.' }, { key: 'a.c', standard: '{}', doc: undefined }, { key: 'd', standard: '["x"]', doc: undefined },
    ]);
  });
});

interface Rendering {
  readonly text: string;
  readonly objects: readonly KubernetesObject[];
}

function render(args: readonly string[]): Rendering {
  const { status, stdout, stderr } = helmTemplate('helm', root, 'nacos', args);
  if (status !== 0) throw new Error(stderr);
  return { text: stdout, objects: objectsIn(stdout) };
}

const rendered = new Map<string, Rendering>();
function renderExample(name: string): Rendering {
  const known = rendered.get(name) ?? render([`--values=${example(name)}`]);
  rendered.set(name, known);
  return known;
}

describe.skipIf(skipWithReason('the chart by helm', lacking('helm')))('helm', () => {
  it.each(examples)('lints the chart with %s', (name) => {
    const { status, output } = runTool('helm', ['lint', '--strict', `--kube-version=${kubernetesVersion}`, `--values=${example(name)}`, join(root, chartFolder)]);
    expect(output.split('\n').filter((line) => /^\[(WARNING|ERROR)\]/.test(line))).toEqual([]);
    expect(status).toBe(0);
  });

  it.skipIf(skipWithReason('the chart by kubernetes-validate', lacking('kubernetes-validate'))).each(examples)('renders %s to objects that Kubernetes accepts', async (name) => {
    expect(await schemaMistakes(renderExample(name).text)).toEqual([]);
  });

  it.skipIf(skipWithReason('kubernetes-validate itself', lacking('kubernetes-validate')))('is watched by a validator that would notice', async () => {
    const broken = renderExample('minimal-values.yaml').text.replace('enableServiceLinks', 'enableServiceLink');
    expect((await schemaMistakes(broken)).join()).toContain('enableServiceLink');
  });

  it.each(examples)('renders %s to objects that the operator accepts', (name) => {
    expect(operatorMistakes(renderExample(name).objects)).toEqual([]);
  });

  it('is watched by types that would notice', () => {
    const objects = renderExample('sharded-values.yaml').objects;
    expect(ofKind(objects, 'ServiceMonitor').length + ofKind(objects, 'PrometheusRule').length).toBe(2);
    const broken = objects.map((object) => (object.kind === 'ServiceMonitor' ? { ...object, spec: { endpoints: [] } } : object));
    expect(operatorMistakes(broken).length).toBe(1);
  });

  it.each(examples)('renders %s to flags that the exporter has and a configuration that it accepts', (name) => {
    const { objects } = renderExample(name);
    const [{ args, volumeMounts }] = workload(objects).template.spec.containers;
    const known = new Set(options.flatMap((option) => ('flag' in option ? [`--${option.flag}`] : [])));
    expect(args.map((arg) => arg.split('=')[0]!).filter((flag) => !known.has(flag))).toEqual([]);
    const file = '/etc/nacos-exporter/config/nacos-exporter.yml';
    expect(args).toContain(`--config.file=${file}`);
    const text = ofKind(objects, 'ConfigMap').find(({ data }) => data?.['nacos-exporter.yml'] !== undefined)!.data!['nacos-exporter.yml']!;
    // Every other file that the configuration or a flag names must lie in a mounted folder.
    const readFile = (path: string): string => {
      if (path === file) return text;
      const at = path.slice(0, path.lastIndexOf('/'));
      if (!volumeMounts.some(({ mountPath }) => mountPath === at)) throw Object.assign(new Error(path), { code: 'ENOENT' });
      if (path.endsWith('.yml')) return readFileSync(join(root, 'deploy/web-config/basic-auth.yml'), 'utf8');
      return path.endsWith('.crt') ? '-----BEGIN CERTIFICATE-----\n' : 'secret\n';
    };
    const env = { NACOS_PASSWORD: 'secret', FEISHU_URL: 'https://open.feishu.cn/open-apis/bot/v2/hook/x', FEISHU_SECRET: 'secret' };
    const { config, warnings } = valid(loadConfig({ argv: args, env, readFile }));
    expect(warnings).toEqual([]);
    expect(config.clusters.length).toBeGreaterThan(0);
    expect(config.web.listenAddress).toBe(':18848');
  });

  it('keeps a large number a number', () => {
    expect(renderExample('full-values.yaml').text).toMatch(/services: (1000000|1e\+06)\n/);
  });

  it.each(examples)('hardens the pods of %s, and names no secret but by reference', (name) => {
    const { spec } = workload(renderExample(name).objects).template;
    const [container] = spec.containers;
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } });
    expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    expect(spec.automountServiceAccountToken).toBe(false);
    // A Service called nacos-exporter would put NACOS_EXPORTER_PORT into the environment, where the exporter looks for its options.
    expect(spec.enableServiceLinks).toBe(false);
    expect(container.volumeMounts.filter(({ readOnly }) => readOnly !== true)).toEqual([]);
    expect(container.volumeMounts.map(({ name: volume }) => volume)).toEqual(spec.volumes.map(({ name: volume }) => volume));
    expect((container.env ?? []).filter(({ value }) => value !== undefined)).toEqual([]);
    expect(ofKind(renderExample(name).objects, 'Secret')).toEqual([]);
    expect(pinned(container.image)).toBe(true);
  });

  it('selects in Service, monitor, policy and budget the pods that it makes', () => {
    const { objects } = renderExample('sharded-values.yaml');
    const selectors = JSON.stringify({ 'app.kubernetes.io/name': 'nacos-exporter', 'app.kubernetes.io/instance': 'nacos' });
    const kinds = ['Service', 'ServiceMonitor', 'NetworkPolicy', 'PodDisruptionBudget', 'StatefulSet'];
    expect(kinds.filter((kind) => !JSON.stringify(ofKind(objects, kind)[0]?.spec ?? '').includes(selectors))).toEqual([]);
  });

  it('calls the job what the rules call it, whatever the release is called', () => {
    const { objects } = renderExample('tls-auth-values.yaml');
    expect(ofKind(objects, 'ServiceMonitor')[0]!.spec).toMatchObject({ jobLabel: 'app.kubernetes.io/name', endpoints: [{ port: 'http', path: '/metrics', scheme: 'https' }] });
    expect(ofKind(objects, 'Service')[0]!.metadata.labels!['app.kubernetes.io/name']).toBe('nacos-exporter');
    expect(read('alerts/nacos.rules.yaml')).toContain('up{job="nacos-exporter"}');
  });

  it('makes a Deployment of one, and of shards a StatefulSet whose pods are told who they are', () => {
    expect(ofKind(renderExample('full-values.yaml').objects, 'Deployment')[0]!.spec).toMatchObject({ replicas: 2 });
    const { objects } = renderExample('sharded-values.yaml');
    expect(ofKind(objects, 'Deployment')).toEqual([]);
    const { replicas, serviceName, template } = workload(objects);
    const [{ args, env }] = template.spec.containers;
    expect({ replicas, serviceName }).toEqual({ replicas: 3, serviceName: 'nacos-nacos-exporter' });
    expect(ofKind(objects, 'Service')[0]!).toMatchObject({ metadata: { name: serviceName }, spec: { clusterIP: 'None' } });
    expect(args).toContain('--total-shards=3');
    expect(env).toEqual([{ name: 'NACOS_EXPORTER_SHARD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }]);
  });

  it('has the rules of the pack, or those that are given', () => {
    const [rule] = ofKind(renderExample('full-values.yaml').objects, 'PrometheusRule');
    expect(rule!.spec).toEqual(parse(read('alerts/nacos.rules.yaml')));
    const { objects } = render([`--values=${example('minimal-values.yaml')}`, '--set=prometheusRule.enabled=true', '--set=prometheusRule.groups[0].name=mine', '--set=prometheusRule.groups[0].rules[0].record=a:b', '--set-string=prometheusRule.groups[0].rules[0].expr=1']);
    expect(ofKind(objects, 'PrometheusRule')[0]!.spec).toEqual({ groups: [{ name: 'mine', rules: [{ record: 'a:b', expr: '1' }] }] });
  });

  it('has a ConfigMap for each dashboard, as it is, and small enough', () => {
    const maps = ofKind(renderExample('full-values.yaml').objects, 'ConfigMap').filter(({ data }) => data?.['nacos-exporter.yml'] === undefined);
    const dashboards = readdirSync(join(root, 'dashboards')).filter((name) => name.endsWith('.json'));
    expect(Object.assign({}, ...maps.map(({ data }) => Object.fromEntries(Object.entries(data!).map(([name, text]) => [name, JSON.parse(text) as unknown]))))).toEqual(
      Object.fromEntries(dashboards.map((name) => [name, JSON.parse(read(`dashboards/${name}`)) as unknown])));
    expect(maps.filter(({ metadata, data }) => metadata.labels?.['grafana_dashboard'] !== '1' || metadata.namespace !== 'monitoring' || JSON.stringify(data).length > 1_000_000)).toEqual([]);
  });

  it('lets the probes in where the listener asks for a password', () => {
    const [{ livenessProbe, readinessProbe, args }] = workload(renderExample('tls-auth-values.yaml').objects).template.spec.containers;
    expect([livenessProbe, readinessProbe].map((probe) => probe['exec'])).toEqual(Array.from({ length: 2 }, () => ({ command: ['/usr/local/bin/node', '/app/health.mjs'] })));
    expect(args).toContain('--web.config.file=/etc/nacos-exporter/web/web.yml');
    const [plain] = workload(renderExample('minimal-values.yaml').objects).template.spec.containers;
    expect(plain.readinessProbe).toMatchObject({ httpGet: { path: '/-/ready', port: 'http' } });
  });

  it('restarts the pods when the configuration changes', () => {
    const sum = (more: readonly string[]): string | undefined => /checksum\/config: (\S+)/.exec(render([`--values=${example('minimal-values.yaml')}`, ...more]).text)?.[1];
    expect(sum([])).toMatch(/^[0-9a-f]{64}$/);
    expect(sum(['--set=config.discover=false'])).not.toBe(sum([]));
    expect(sum(['--set=restartOnConfigChange=false'])).toBeUndefined();
  });

  it.each([
    ['no cluster', ['--set=config.clusters=null'], "missing property 'clusters'"],
    ['an empty list of clusters', ['--set-json=config.clusters=[]'], '/config/clusters'],
    ['a cluster without servers', ['--set-json=config.clusters=[{"name":"a"}]'], 'servers'],
    ['an unknown value', ['--set=replica=2'], "'replica' not allowed"],
    ['an unknown value below', ['--set=serviceMonitor.enable=true'], "'enable' not allowed"],
    ['a password', ['--set=config.auth.password=x'], '/config/auth/password'],
    ['a password of a cluster', ['--set=config.clusters[0].auth.password=x'], 'auth/password'],
    ['an identity', ['--set=config.auth.identity.value=x'], '/config/auth/identity/value'],
    ['the address of a bot', ['--set=config.relay.wecom.url=https://x.example'], '/config/relay/wecom/url'],
    ['another port to listen on', ['--set=config.web.listen_address=:1'], '/config/web/listen_address'],
    ['a shard by hand', ['--set=config.shard.total=2'], '/config/shard'],
    ['replicas and shards at once', ['--set=shards=2', '--set=replicas=2'], '/replicas'],
    ['no shard', ['--set=shards=0'], '/shards'],
    ['a moving tag', ['--set=image.tag=latest'], '/image/tag'],
    ['half a digest', ['--set=image.digest=sha256:12'], '/image/digest'],
    ['no duration', ['--set=serviceMonitor.interval=soon'], '/serviceMonitor/interval'],
    ['a password where a reference belongs', ['--set=serviceMonitor.basicAuth.password=x'], '/serviceMonitor/basicAuth/password'],
    ['a number as a text', ['--set-string=replicas=2'], '/replicas'],
    ['a name that is none', ['--set=secretMounts[0]=No_Name'], '/secretMounts/0'],
  ])('refuses %s', (_, args, message) => {
    const { status, stderr } = helmTemplate('helm', root, 'nacos', [`--values=${example('minimal-values.yaml')}`, ...args]);
    expect(stderr).toContain(message);
    expect(status).not.toBe(0);
  });

  it.each(examples)('tells how to go on after installing %s', async (name) => {
    // helm template leaves the notes out, and helm install asks a cluster: rendered here as if they were an object.
    const copy = await temporaryFolder('nacos-chart');
    cpSync(join(root, chartFolder), copy.path, { recursive: true });
    const notes = read(`${chartFolder}/templates/NOTES.txt`).replaceAll(/^/gm, '  ');
    writeFileSync(join(copy.path, 'templates/notes.yaml'), `kind: Notes\ntext: |\n${notes}`);
    const { status, output } = runTool('helm', ['template', 'nacos', copy.path, '--show-only=templates/notes.yaml', '--namespace=monitoring', `--kube-version=${kubernetesVersion}`, `--values=${example(name)}`]);
    await copy.remove();
    expect(status).toBe(0);
    expect((parse(output) as { text: string }).text).toMatch(/watches \d+ Nacos clusters?.*\.\n[\s\S]*port-forward (service\/(nacos-)?nacos-exporter|nacos-nacos-exporter-0) 18848:18848\n/);
  });
});
