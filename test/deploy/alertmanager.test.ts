/** The Alertmanager configuration that we ship: checked by amtool, its routes and inhibitions tried on the real program. */

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parsePayload } from '../../src/relay/payload.ts';
import { startFakeChat } from '../fakes/fake-chat.ts';
import { closedPort, startFakeServer, type FakeServer } from '../fakes/fake-server.ts';
import { alertmanagerBinary, startAlertmanager, type PostedAlert, type RunningAlertmanager } from '../lab/alertmanager.ts';
import { temporaryFolder } from '../lab/guard.ts';
import { findTool, skipWithReason } from '../lab/tools.ts';
import { until } from '../lab/wait.ts';
import { startProgram } from '../program/program.ts';
import { alertOf, payloadOf } from '../relay/build.ts';

const folder = resolve(import.meta.dirname, '../../deploy/alertmanager');
const file = join(folder, 'alertmanager.yml');

interface Settings {
  readonly global: Record<string, unknown>;
  readonly route: { receiver: string; group_wait: string; routes: { receiver: string; group_wait: string }[] };
  readonly inhibit_rules: readonly { readonly source_matchers: readonly string[]; readonly target_matchers: readonly string[] }[];
  readonly receivers: { name: string; webhook_configs?: { url: string }[]; email_configs?: object[] }[];
}

const read = (): Settings => parse(readFileSync(file, 'utf8')) as Settings;

/** Every alert of the pack. */
const pack = [
  'ClusterDown', 'QuorumLost', 'QuorumAtRisk', 'NodeDown', 'NodeNotReady', 'NodeJoinStuck', 'MembershipDisagreement', 'MixedVersions', 'SwitchDrift', 'ClockSkew',
  'DatabaseUnavailable', 'RaftNoLeader', 'RaftSplitBrain', 'RaftLeaderChurn', 'ConnectionsDropped', 'NodeDataDivergence', 'NodeCatalogEmpty', 'NodeMissingInstances',
  'ClientCountsDisagree', 'ConfigDivergence', 'MetadataOutlivesRegistration', 'MassDeregistration', 'MassUnhealthy', 'ServiceVanished', 'ProtectionTriggered',
  'InstanceFlapping', 'TemporaryDeregistration', 'BeatsOverdue', 'CanaryFailing', 'BeatSlow', 'ReplicationSlow', 'PushFailureRateHigh', 'PushSlow', 'EmptyPush',
  'ConfigCenterFailing', 'UpgradeInProgress', 'UpgradeStalled', 'UpgradeReverted', 'DoubleWriteLeftOn', 'DoubleWriteInconsistent', 'ExporterDown', 'PollStale',
  'PollFailing', 'AuthenticationFailing', 'SignalUnavailable', 'SeriesDropped', 'ShardMissing', 'NotificationsFailing', 'ConfigReloadFailed', 'Watchdog',
].map((name) => `Nacos${name}`);

describe('the configuration', () => {
  it('names only alerts of the pack', () => {
    const { inhibit_rules: rules } = read();
    const named = [...JSON.stringify([rules, read().route]).matchAll(/Nacos[A-Z]\w+/g)].map(([name]) => name);
    expect(named.length).toBeGreaterThan(8);
    expect(named.filter((name) => !pack.includes(name))).toEqual([]);
  });

  it('holds no secret, and no receiver that no route leads to', () => {
    const text = readFileSync(file, 'utf8');
    expect(text).not.toMatch(/^\s*(?:\w*password|credentials|api_key|secret|token):/m);
    const { route, receivers } = read();
    expect(receivers.map(({ name }) => name).toSorted()).toEqual([...new Set([route.receiver, ...route.routes.map((one) => one.receiver)])].toSorted());
  });
});

const amtool = (...args: readonly string[]): { readonly status: number | null; readonly output: string } => {
  const { status, stdout } = spawnSync('amtool', args, { encoding: 'utf8', cwd: folder });
  return { status, output: stdout };
};

describe.skipIf(skipWithReason('amtool on deploy/alertmanager', findTool('amtool') === undefined ? ['amtool'] : []))('amtool', () => {
  it('accepts it, templates included', () => {
    const { status, output } = amtool('check-config', file);
    expect(output).toContain('SUCCESS');
    expect(output).toContain('1 templates');
    expect(status).toBe(0);
  });

  it.each([
    ['critical', { alertname: 'NacosClusterDown', severity: 'critical', nacos_cluster: 'a' }, 'pager,chat'],
    ['critical loss', { alertname: 'NacosMassDeregistration', severity: 'critical', nacos_cluster: 'a', namespace_id: 'public' }, 'pager,chat'],
    ['warning', { alertname: 'NacosNodeDown', severity: 'warning', nacos_cluster: 'a', nacos_node: 'n' }, 'chat'],
    ['info', { alertname: 'NacosUpgradeInProgress', severity: 'info', nacos_cluster: 'a' }, 'mail'],
    ['the watchdog', { alertname: 'NacosWatchdog', severity: 'info' }, 'dead-mans-switch'],
    ['the watchdog under another severity', { alertname: 'NacosWatchdog', severity: 'critical' }, 'dead-mans-switch'],
    ['the exporter itself', { alertname: 'NacosExporterDown', severity: 'critical' }, 'pager,chat'],
    ['no severity', { alertname: 'Mine' }, 'chat'],
    ['an unknown severity', { alertname: 'Mine', severity: 'page' }, 'chat'],
  ])('routes %s', (_, labels, receivers) => {
    const { status, output } = amtool('config', 'routes', 'test', `--config.file=${file}`, `--verify.receivers=${receivers}`, ...Object.entries(labels).map(([name, value]) => `${name}=${value}`));
    expect(output.trim()).toBe(receivers);
    expect(status).toBe(0);
  });

  it.each([
    ['subject', '[FIRING 1] NacosNodeDown production'],
    ['text', `critical: Nacos node 10.0.0.2:8848 is down
  No answer for 1m.
  since 2026-01-01 12:00:00 UTC
  Runbook: https://example.org/runbooks/NacosNodeDown
  Query: http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0

resolved: NacosNodeDown
  since 2026-01-01 12:00:00 UTC, ended 2026-01-01 12:04:05 UTC

Alertmanager: http://alertmanager:9093`],
  ])('renders the %s of a mail', async (name, text) => {
    const data = await temporaryFolder('nacos-mail');
    const payload = payloadOf([alertOf(), { ...alertOf({ status: 'resolved', generatorURL: '' }), annotations: {} }]);
    writeFileSync(join(data.path, 'data.json'), JSON.stringify(payload));
    const { status, output } = amtool('template', 'render', '--template.glob=templates/*.tmpl', `--template.data=${join(data.path, 'data.json')}`, `--template.text={{ template "nacos.${name}" . }}`);
    await data.remove();
    expect(output.trim()).toBe(text);
    expect(status).toBe(0);
  });

  it('would notice a wrong route', () => {
    expect(amtool('config', 'routes', 'test', `--config.file=${file}`, '--verify.receivers=chat', 'severity=info').status).not.toBe(0);
  });
});

describe.skipIf(skipWithReason('Alertmanager on deploy/alertmanager', alertmanagerBinary() === undefined ? ['alertmanager'] : []))('Alertmanager', () => {
  let receiver: FakeServer;
  let alertmanager: RunningAlertmanager;

  /** The same configuration, all of its messages to one address of loopback, and soon. */
  function diverted(url: string): string {
    const settings = read();
    for (const one of [settings.route, ...settings.route.routes]) one.group_wait = '1s';
    settings.global['smtp_smarthost'] = `127.0.0.1:${new URL(url).port}`;
    for (const { name, webhook_configs: hooks = [] } of settings.receivers) {
      for (const hook of hooks) {
        hook.url = `${url}/${name}${new URL(hook.url).pathname}`;
        // Its file of credentials is not here.
        Reflect.deleteProperty(hook, 'http_config');
      }
    }
    for (const one of settings.receivers) if (one.email_configs !== undefined) Reflect.deleteProperty(one, 'email_configs');
    return JSON.stringify(settings);
  }

  beforeAll(async () => {
    receiver = await startFakeServer(() => ({ response }) => void response.writeHead(200).end());
    alertmanager = await startAlertmanager({ config: diverted(`http://127.0.0.1:${receiver.port}`), templates: join(folder, 'templates') });
  }, 60_000);
  afterAll(async () => {
    await alertmanager?.stop();
    await receiver?.close();
  });

  const alert = (alertname: string, labels: Readonly<Record<string, string>>, severity = 'warning'): PostedAlert => ({ labels: { alertname, severity, ...labels }, annotations: { summary: alertname } });

  /** Posts alerts and says which of them are suppressed, by name and node. */
  async function suppressed(alerts: readonly PostedAlert[]): Promise<readonly string[]> {
    await alertmanager.post(alerts);
    const wanted = new Set(alerts.map(({ labels }) => JSON.stringify(Object.entries(labels).toSorted())));
    const known = await until('all alerts known', 10_000, async () => {
      const mine = (await alertmanager.alerts()).filter(({ labels }) => wanted.has(JSON.stringify(Object.entries(labels).toSorted())));
      return mine.length === alerts.length && mine.every(({ status }) => status.state !== 'unprocessed') ? mine : undefined;
    }, 50);
    return known.filter(({ status }) => status.state === 'suppressed').map(({ labels }) => [labels['alertname'], labels['nacos_node']].filter((part) => part !== undefined).join(' ')).toSorted();
  }

  it('lets NacosClusterDown silence the rest of its cluster, mass loss included, and no other cluster', async () => {
    const rest = pack.filter((name) => name !== 'NacosClusterDown' && name !== 'NacosWatchdog');
    const silenced = await suppressed([
      alert('NacosClusterDown', { nacos_cluster: 'down' }, 'critical'), ...rest.map((name) => alert(name, { nacos_cluster: 'down', namespace_id: 'public' })),
      alert('NacosWatchdog', {}, 'info'), alert('NacosExporterDown', {}, 'critical'), alert('Mine', { nacos_cluster: 'down' }),
      alert('NacosMassDeregistration', { nacos_cluster: 'other', namespace_id: 'public' }, 'critical'),
    ]);
    expect(silenced).toEqual(rest.toSorted());
  });

  it('lets NacosNodeDown silence what is said of that node\'s data, and nothing else', async () => {
    const [dead, alive] = [{ nacos_cluster: 'n', nacos_node: 'dead:8848' }, { nacos_cluster: 'n', nacos_node: 'alive:8848' }];
    const ofNode = ['NacosNodeNotReady', 'NacosNodeJoinStuck', 'NacosNodeDataDivergence', 'NacosNodeCatalogEmpty', 'NacosNodeMissingInstances', 'NacosConfigDivergence'];
    const silenced = await suppressed([
      alert('NacosNodeDown', dead), ...ofNode.flatMap((name) => [alert(name, dead, 'critical'), alert(name, alive, 'critical')]),
      ...ofNode.map((name) => alert(name, { ...dead, nacos_cluster: 'twin' })),
      alert('NacosNodeDataDivergence', { nacos_cluster: 'n', namespace_id: 'public' }), alert('NacosQuorumAtRisk', { nacos_cluster: 'n' }),
      ...pack.filter((name) => !ofNode.includes(name) && !/NodeDown|ClusterDown|Watchdog/.test(name)).map((name) => alert(name, dead)),
    ]);
    expect(silenced).toEqual(ofNode.map((name) => `${name} dead:8848`).toSorted());
  });

  it('lets nothing but NacosClusterDown silence mass loss', async () => {
    const silencing: string[] = [];
    for (const name of pack.filter((one) => !one.startsWith('NacosMass'))) {
      const labels = { nacos_cluster: `loss-${name}`, nacos_node: 'n:8848', namespace_id: 'public' };
      if ((await suppressed([alert(name, labels, 'critical'), alert('NacosMassDeregistration', labels), alert('NacosMassUnhealthy', labels)])).length > 0) silencing.push(name);
    }
    expect(silencing).toEqual(['NacosClusterDown']);
  });

  it('does not take two alerts without a cluster for one cluster', async () => {
    expect(await suppressed([alert('NacosClusterDown', {}), alert('NacosExporterDown', { team: 'x' }), alert('NacosNodeDown', { nacos_cluster: 'q' }), alert('NacosNodeNotReady', { nacos_cluster: 'q' })])).toEqual([]);
  });

  it('calls each channel once per cluster and alert, with a payload that the relay reads', async () => {
    const group = { nacos_cluster: 'grouped', namespace_id: 'public' };
    await alertmanager.post([alert('NacosServiceVanished', group, 'critical'), alert('NacosServiceVanished', { ...group, namespace_id: 'dev' }, 'critical'), alert('NacosInstanceFlapping', group)]);
    const calls = await until('the calls', 15_000, () => {
      const mine = receiver.requests.filter(({ body }) => body.includes('"nacos_cluster":"grouped"'));
      return mine.length >= 7 ? mine : undefined;
    });
    const seen = calls.map(({ path, body }) => {
      const parsed = parsePayload(body);
      return 'problem' in parsed ? parsed.problem : `${path} ${parsed.value.groupLabels['alertname']} ${parsed.value.groupLabels['nacos_cluster']} ${parsed.value.alerts.length}`;
    });
    const chats = ['feishu', 'dingtalk', 'wecom'].map((name) => `/chat/alertmanager/${name}`);
    expect(seen.toSorted()).toEqual([
      '/pager/alertmanager NacosServiceVanished grouped 2', ...chats.flatMap((path) => [`${path} NacosServiceVanished grouped 2`, `${path} NacosInstanceFlapping grouped 1`]),
    ].toSorted());
  });

  it('reaches the chats through the exporter, again after a failure, and tells of the end', async () => {
    const services = ['feishu', 'dingtalk', 'wecom'] as const;
    const chats = await Promise.all(services.map((service) => startFakeChat(service, { secret: 'key-4711' })));
    const relay = Object.fromEntries(services.map((service, i) => [service, { url: chats[i]!.url, ...(service === 'wecom' ? {} : { secret: 'key-4711' }) }]));
    const exporter = await startProgram({ config: JSON.stringify({ clusters: [{ name: 'c', servers: [`http://127.0.0.1:${await closedPort()}`] }], relay }) });
    const settings = read();
    for (const one of [settings.route, ...settings.route.routes]) Object.assign(one, { group_wait: '1s', group_interval: '1s' });
    for (const one of settings.receivers) {
      delete one.email_configs;
      for (const hook of one.webhook_configs ?? []) {
        hook.url = one.name === 'chat' ? hook.url.replace('http://nacos-exporter:18848', `http://${exporter.address}`) : `http://127.0.0.1:${receiver.port}/`;
        Reflect.deleteProperty(hook, 'http_config');
      }
    }
    const own = await startAlertmanager({ config: JSON.stringify(settings), templates: join(folder, 'templates') });
    try {
      // Refused for good: the relay gives up, and Alertmanager does not.
      chats[0]!.answerNext({ status: 200, body: { code: 19_021, msg: 'sign match fail' } });
      const labels = { nacos_cluster: 'e2e', namespace_id: 'public' };
      await own.post([alert('NacosMassDeregistration', labels, 'critical')]);
      const told = (word: string) => until(`${word} in every chat`, 20_000, () => (chats.every(({ messages }) => messages.some(({ text }) => text.includes(word))) ? true : undefined));
      await told('FIRING 1 · NacosMassDeregistration · nacos_cluster=e2e');
      expect(chats[0]!.answers.map(({ body }) => (body as { code: number }).code)).toEqual([19_021, 0]);
      await own.post([{ ...alert('NacosMassDeregistration', labels, 'critical'), endsAt: new Date(Date.now() - 1000).toISOString() }]);
      await told('RESOLVED 1 · NacosMassDeregistration · nacos_cluster=e2e');
    } finally {
      await own.stop();
      await exporter.stop();
      await Promise.all(chats.map((chat) => chat.close()));
    }
  }, 60_000);

  it('calls the dead man\'s switch, and nobody else for it', async () => {
    await alertmanager.post([alert('NacosWatchdog', {}, 'info')]);
    const calls = await until('the call', 15_000, () => {
      const mine = receiver.requests.filter(({ body }) => body.includes('"NacosWatchdog"'));
      return mine.length > 0 ? mine : undefined;
    });
    expect(new Set(calls.map(({ path }) => path))).toEqual(new Set(['/dead-mans-switch/nacos']));
  });
});
