/** What promtool does not look at: names, labels that survive, comparisons, what vanishes with its own failure, and times. */

import { describe, expect, it } from 'vitest';
import { declaredLabels, actuatorPack, pack } from '../../src/monitoring/pack.ts';
import type { AlertRule } from '../../src/monitoring/rules.ts';
import { milliseconds, thresholds } from '../../src/monitoring/thresholds.ts';
import { defaultValues } from '../../src/monitoring/values.ts';
import { beatAndPushCases } from './cases-beats-and-push.ts';
import { dataCases } from './cases-data.ts';
import { exporterCases } from './cases-exporter.ts';
import { lossCases } from './cases-loss.ts';
import { nodeCases } from './cases-nodes.ts';
import { slowUpgradeCases, upgradeCases } from './cases-upgrade.ts';
import { alertNames, havePromtool, readRules, run } from './promtool.ts';
import { readExpression } from '../promql/reader.ts';

const groups = pack(defaultValues);
const alerts = groups.flatMap((group) => group.alerts);
const every: readonly AlertRule[] = [...alerts, ...actuatorPack(defaultValues).flatMap((group) => group.alerts)];
const named = (rules: readonly AlertRule[]) => rules.map((rule) => [`${rule.alert} (${rule.severity})`, rule] as const);
const files = ['alerts/nacos.rules.yaml', 'alerts/nacos-actuator.rules.yaml', 'alerts/examples/gray-release.rules.yaml', 'alerts/examples/node-exporter.rules.yaml'] as const;
const cases = [...nodeCases, ...dataCases, ...lossCases, ...beatAndPushCases, ...upgradeCases, ...slowUpgradeCases, ...exporterCases];

/** What users may rely on: these alerts and no others. */
const promised = [
  'ClusterDown', 'QuorumLost', 'QuorumAtRisk', 'NodeDown', 'NodeNotReady', 'NodeJoinStuck', 'MembershipDisagreement', 'MixedVersions', 'SwitchDrift', 'ClockSkew',
  'DatabaseUnavailable', 'RaftNoLeader', 'RaftSplitBrain', 'RaftLeaderChurn', 'ConnectionsDropped',
  'NodeDataDivergence', 'NodeCatalogEmpty', 'NodeMissingInstances', 'ClientCountsDisagree', 'ConfigDivergence', 'MetadataOutlivesRegistration',
  'MassDeregistration', 'MassUnhealthy', 'ServiceVanished', 'ProtectionTriggered', 'InstanceFlapping', 'TemporaryDeregistration',
  'BeatsOverdue', 'CanaryFailing', 'BeatSlow', 'ReplicationSlow', 'PushFailureRateHigh', 'PushSlow', 'EmptyPush', 'ConfigCenterFailing',
  'UpgradeInProgress', 'UpgradeStalled', 'UpgradeReverted', 'DoubleWriteLeftOn', 'DoubleWriteInconsistent',
  'ExporterDown', 'PollStale', 'PollFailing', 'AuthenticationFailing', 'SignalUnavailable', 'SeriesDropped', 'ShardMissing', 'NotificationsFailing',
  'ConfigReloadFailed', 'Watchdog',
].map((name) => `Nacos${name}`);

describe.skipIf(!havePromtool)('promtool', () => {
  it.each(files)('finds nothing to say about %s', async (file) => {
    const { code, output } = await run(['check', 'rules', '--lint=all', file]);
    expect(output).not.toMatch(/lint|error|FAILED/i);
    expect(code).toBe(0);
  });
});

describe('the pack', () => {
  it('has the alerts that are promised', () => {
    expect(alertNames(['alerts/nacos.rules.yaml']).toSorted()).toEqual(promised.toSorted());
  });

  it('has every alert once a severity', () => {
    const keys = every.map(({ alert, severity }) => `${alert} ${severity}`);
    expect(keys).toEqual([...new Set(keys)]);
  });

  it.each(promised.filter((name) => name !== 'NacosWatchdog'))('has a case in which %s fires, and one close to the edge in which it does not', (name) => {
    const fires = cases.filter((one) => Object.values(one.expect).some((all) => all.some(({ alert }) => alert === name)));
    const silent = cases.filter((one) => one.name.startsWith(`${name} `) && Object.values(one.expect).every((all) => all.every(({ alert }) => alert !== name)));
    expect([fires.length > 0, silent.length > 0]).toEqual([true, true]);
  });

  it('has no case of one name twice', () => {
    const names = cases.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('uses every threshold', () => {
    const [limits, used] = watched();
    pack({ ...defaultValues, limits });
    actuatorPack({ ...defaultValues, limits });
    const all = Object.entries(thresholds).flatMap(([name, keys]) => Object.keys(keys).map((key) => `${name}.${key}`));
    expect([...used].toSorted()).toEqual(all.toSorted());
  });
});

/** Notes which thresholds are read. */
function watched(): readonly [typeof defaultValues.limits, ReadonlySet<string>] {
  const used = new Set<string>();
  const watch = (name: string, keys: object): object => new Proxy(keys, { get: (target, key) => (used.add(`${name}.${String(key)}`), Reflect.get(target, key) as unknown) });
  return [Object.fromEntries(Object.entries(defaultValues.limits).map(([name, keys]) => [name, watch(name, keys)])) as unknown as typeof defaultValues.limits, used];
}

describe('names and labels', () => {
  const expressions = files.flatMap((file) => {
    const rules = readRules(file).groups.flatMap((group) => group.rules);
    const recorded = new Set(rules.flatMap(({ record }) => record ?? []));
    return rules.map((rule) => [`${file}: ${rule.alert ?? rule.record} ${rule.labels?.['severity'] ?? ''}`, rule.expr, recorded] as const);
  });

  it('reads what is there', () => {
    expect(readExpression('sum by (a) (rate(nacos_up{b="x y",c!~"{}"}[5m])) > on (a) group_left () label_replace(up offset 5m, "d", "$1", "a", "(.*)") or time() - e == 1')).toEqual({
      selectors: [{ metric: 'nacos_up', labels: ['b', 'c'] }, { metric: 'up', labels: [] }, { metric: 'e', labels: [] }],
      grouping: ['a', 'a'], made: ['d'], comparisons: ['>', '=='], windows: [{ of: 'rate', window: '5m' }],
    });
  });

  it.each(expressions)('%s uses what the exporter has', (_, expr, recorded) => {
    const { selectors, grouping, made } = readExpression(expr);
    const known = (metric: string): readonly string[] | undefined =>
      declaredLabels.get(metric) ?? (metric.endsWith('_bucket') ? [...declaredLabels.get(metric.slice(0, -7)) ?? ['?'], 'le'] : undefined);
    const ours = selectors.filter(({ metric }) => /^nacos_(?!monitor$|exception_total$)/.test(metric) && !recorded.has(metric));
    expect(ours.filter(({ metric }) => known(metric) === undefined || known(metric)!.includes('?'))).toEqual([]);
    expect(ours.filter(({ metric, labels }) => labels.some((label) => ![...known(metric)!, 'job', 'instance'].includes(label)))).toEqual([]);
    const possible = new Set([...ours.flatMap(({ metric }) => known(metric)!), ...made, 'job', 'instance']);
    // What comes from other programs, or was recorded before, has labels of its own.
    const foreign = selectors.length > ours.length;
    expect(foreign ? [] : grouping.filter((label) => !possible.has(label))).toEqual([]);
  });

  it.each(named(every))('%s says nothing of labels that its expression drops', (_, { expr, summary, description }) => {
    for (const text of [summary, description]) {
      const used = [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label!);
      expect(used.filter((label) => !expr.labels.includes(label) && !expr.optional.includes(label))).toEqual([]);
      const unconditional = text.replaceAll(/\{\{ (?:if|with) \$labels\.(\w+) \}\}.*?\{\{ (?:end|else) \}\}/g, '');
      expect([...unconditional.matchAll(/\$labels\.(\w+)/g)].filter(([, label]) => expr.optional.includes(label!))).toEqual([]);
    }
  });

  it.each(named(every))('%s prints its number for people, never bare', (_, { summary, description }) => {
    expect(`${summary}\n${description}`).not.toMatch(/\{\{ *\$value *\}\}/);
  });

  it.each(named(every.filter(({ alert }) => alert !== 'NacosWatchdog')))('%s compares something', (_, { expr }) => {
    expect(readExpression(expr.text).comparisons.length).toBeGreaterThan(0);
  });

  it.each(named(alerts.filter(({ alert }) => alert !== 'NacosWatchdog')))('%s knows no exporter but by its own alerts', (_, { alert, expr }) => {
    const perExporter = ['NacosExporterDown', 'NacosConfigReloadFailed', 'NacosShardMissing'].includes(alert);
    expect([...expr.labels, ...expr.optional].some((label) => ['instance', 'job'].includes(label))).toBe(perExporter);
  });
});

/**
 * What takes a family away, and the alert that speaks then. `exporter`: the exporter is gone. `node`: the node is down.
 * `poll`: the stage is not read any more, or nobody votes. `off`: an opt-in that is off, or a version without the source.
 * `done`: the version has no such state any more, which is the end of what the alert is about.
 */
const vanishing: Readonly<Record<string, readonly (keyof typeof companions)[]>> = {
  nacos_up: ['exporter'], nacos_cluster_nodes_expected: ['exporter'], nacos_node_up: ['exporter'],
  nacos_node_ready: ['node', 'poll'], nacos_node_joining: ['node'], nacos_node_info: ['node'], nacos_node_clock_offset_seconds: ['node'], nacos_switch_enabled: ['node', 'poll'],
  nacos_member_state: ['node', 'poll'], nacos_node_database_state: ['node', 'poll'], nacos_connections: ['node', 'poll'], nacos_subscribers: ['node', 'poll'], nacos_client_counts_consistent: ['poll'],
  nacos_raft_leaders: ['poll'], nacos_raft_claimed_leaders: ['poll'], nacos_raft_leader_changes_total: ['poll'],
  nacos_instances: ['node', 'poll'], nacos_agreement_nodes: ['poll'], nacos_namespace_instances: ['poll'], nacos_namespace_instances_baseline: ['poll'],
  nacos_namespace_instances_healthy: ['poll'], nacos_namespace_services: ['poll'], nacos_namespace_protected_services: ['poll'], nacos_service_protection_triggered: ['poll'],
  nacos_vanished_services: ['poll'], nacos_divergent_services: ['poll'], nacos_node_missing_instances: ['node', 'poll'], nacos_metadata_overridden_instances: ['poll'],
  nacos_instances_flapping: ['poll'], nacos_instances_flapped_total: ['poll'], nacos_services_emptied_total: ['poll'], nacos_config_divergent_items: ['node', 'off'],
  nacos_beat_overdue_instances: ['poll', 'off'], nacos_canary_runs_total: ['off'], nacos_canary_replications_total: ['off'], nacos_canary_beat_seconds_bucket: ['off'],
  nacos_canary_replication_seconds_bucket: ['off'], nacos_push_total: ['node', 'off'], nacos_push_failures_total: ['node', 'off'], nacos_push_empty_total: ['node', 'off'],
  nacos_push_cost_seconds: ['node', 'off'], nacos_config_exceptions_total: ['node', 'poll'],
  nacos_upgrade_completed: ['node', 'done'], nacos_upgrade_all_members_2x: ['node', 'done'], nacos_upgrade_double_write_enabled: ['node', 'done'], nacos_upgrade_store_only_services: ['node', 'done'],
  nacos_poll_success: ['exporter'], nacos_poll_supported: ['exporter'], nacos_poll_failures_total: ['exporter'], nacos_poll_last_success_timestamp_seconds: ['exporter'], nacos_poll_interval_seconds: ['exporter'],
  nacos_exporter_series_dropped: ['exporter'], nacos_exporter_shard_ordinal: ['exporter'], nacos_exporter_total_shards: ['exporter'], nacos_exporter_notifications_total: ['exporter'],
  nacos_exporter_config_last_reload_successful: ['exporter'], nacos_exporter_build_info: ['exporter'], up: ['exporter'],
};

const companions = {
  exporter: { alerts: ['NacosExporterDown'] },
  node: { alerts: ['NacosNodeDown'] },
  poll: { alerts: ['NacosPollStale', 'NacosPollFailing'] },
  off: { alerts: ['NacosSignalUnavailable'] },
  done: { alerts: [] },
} as const;

describe('what its own failure takes away', () => {
  const metricsOf = (rule: AlertRule): readonly string[] => readExpression(rule.expr.text).selectors.map(({ metric }) => metric);

  it('is known of every family that an alert rests on, and of no other', () => {
    expect([...new Set(alerts.flatMap(metricsOf))].toSorted()).toEqual(Object.keys(vanishing).toSorted());
  });

  it.each(Object.entries(companions))('has somebody who speaks: %s', (cause, { alerts: speak }) => {
    for (const name of speak) {
      const rules = alerts.filter(({ alert }) => alert === name);
      expect(rules).toHaveLength(1);
      // It rests on what stays, or on the absence itself.
      const first = rules.flatMap(metricsOf).filter((metric) => vanishing[metric]!.includes(cause as keyof typeof companions));
      const survives = first.length === 0 || rules.every(({ expr }) => expr.text.includes('absent(') || /unless on \(nacos_cluster\)/.test(expr.text));
      expect(survives).toBe(true);
    }
  });
});

describe('times', () => {
  const evaluation = milliseconds(defaultValues.evaluationInterval)!;
  /** Families that are not read with every poll, and how often they are. */
  const slow: Readonly<Record<string, number>> = {
    nacos_connections: 300_000, nacos_upgrade_completed: 300_000, nacos_upgrade_all_members_2x: 300_000, nacos_upgrade_double_write_enabled: 300_000,
    nacos_upgrade_store_only_services: 300_000, nacos_node_database_state: 60_000,
  };

  it.each(named(every.filter((rule) => rule.for !== undefined)))('%s waits for whole evaluations, two at least', (_, rule) => {
    const held = milliseconds(rule.for!)!;
    expect(held % evaluation).toBe(0);
    expect(held).toBeGreaterThanOrEqual(2 * evaluation);
  });

  it.each(named(every))('%s looks at four scrapes at least where it measures a rise', (_, { expr }) => {
    for (const { of, window } of readExpression(expr.text).windows) {
      expect(['increase', 'rate'].includes(of) ? milliseconds(window)! : 60_000).toBeGreaterThanOrEqual(60_000);
    }
  });

  it.each(named(alerts.filter(({ expr }) => Object.keys(slow).some((metric) => expr.text.includes(metric)))))('%s outlasts one reading of a slow stage', (_, rule) => {
    const { selectors, windows } = readExpression(rule.expr.text);
    const slowest = Math.max(...selectors.map(({ metric }) => slow[metric] ?? 0));
    const lasts = Math.max(milliseconds(rule.for ?? '') ?? 0, ...windows.map(({ window }) => milliseconds(window)!));
    // In information only: that it comes and goes with a reading pages nobody.
    expect(rule.severity === 'info' || lasts >= slowest).toBe(true);
  });
});
