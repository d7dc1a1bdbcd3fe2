/**
 * The alert pack end to end without Java: the demo's scenarios, two replicas of the exporter, and the README's words. Rules
 * wait for real minutes, so the plays run beside each other and the tests ask what they ended with.
 */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../src/sim/index.ts';
import { pagingLacks } from '../lab/paging.ts';
import { skipWithReason } from '../lab/tools.ts';
import { commandsOf, playReadme, type Shown } from './readme.ts';
import { playReplicas, type Replicated } from './replicas.ts';
import { patienceMs, playScenarios, type Played, type Plays } from './scenarios.ts';

const built = existsSync(resolve(import.meta.dirname, '../../dist/main.js'));
const skipped = skipWithReason('the alert pack on the demo', [...pagingLacks(), ...(built ? [] : ['dist (npm run build)'])]);
const timeoutMs = 480_000;

interface Expected {
  readonly scenario: string;
  /** Alert to the seconds within which the chat has it, from the first step of the script. */
  readonly tells: Readonly<Record<string, number>>;
  /** What else may fire. */
  readonly may: readonly string[];
}

const aboutNodes = ['NacosNodeDown', 'NacosNodeNotReady', 'NacosQuorumAtRisk', 'NacosMembershipDisagreement', 'NacosRaftLeaderChurn', 'NacosRaftNoLeader'];

const table: readonly Expected[] = [
  { scenario: 'steady', tells: {}, may: [] },
  // Every two seconds something is deployed, and the clock of a service that changes starts anew.
  { scenario: 'lagging-node', tells: { NacosNodeDataDivergence: patienceMs / 1000 }, may: ['NacosNodeMissingInstances'] },
  { scenario: 'frozen-node', tells: { NacosNodeDataDivergence: 140 }, may: ['NacosNodeMissingInstances', 'NacosSwitchDrift'] },
  // It is away for two minutes.
  { scenario: 'node-down', tells: { NacosNodeDown: 110 }, may: aboutNodes },
  { scenario: 'mass-deregistration', tells: { NacosMassUnhealthy: 50, NacosMassDeregistration: 95 }, may: ['NacosServiceVanished'] },
  // Three nodes, one after the other: no data is lost, though much is gone for a moment.
  { scenario: 'rolling-upgrade', tells: { NacosTemporaryDeregistration: 120 }, may: aboutNodes },
  { scenario: 'ownership-remap', tells: { NacosTemporaryDeregistration: 120 }, may: aboutNodes },
];

/** Everyday churn of the demo takes fewer instances of a namespace at one time. */
const realLoss = 4;

const nameIn = (alert: string): string => alert.split(' ')[0]!;

describe.skipIf(skipped)('the alert pack, from a simulated cluster to the chat', () => {
  let scenariosEnd: Promise<Plays>;
  let replicasEnd: Promise<Replicated>;
  let readmeEnd: Promise<Shown>;

  beforeAll(() => {
    const all = [scenariosEnd = playScenarios(), replicasEnd = playReplicas(), readmeEnd = playReadme('NacosMassDeregistration')];
    // Each failure is told by the tests that ask.
    for (const play of all) play.catch(() => undefined);
  });

  const played = async (scenario: string): Promise<Played> => (await scenariosEnd).of.get(scenario)!;

  it('plays every scenario', () => {
    expect(table.map(({ scenario }) => scenario).toSorted()).toEqual(scenarios.map(({ name }) => name).toSorted());
  });

  it('fires in a Prometheus beside the demo, both started as the README says', async () => {
    expect(commandsOf('Alerts')).toEqual(['npm run demo -- --scenario mass-deregistration', expect.stringMatching(/^prometheus --config\.file=deploy\/prometheus\.yml\b/) as string]);
    const { alerts } = await readmeEnd;
    expect(alerts.length).toBeGreaterThan(0);
    for (const labels of alerts) expect(labels).toMatchObject({ nacos_cluster: 'demo', namespace_id: 'logistics' });
  }, timeoutMs);

  describe('two clusters and two replicas', () => {
    it('fire nothing while nothing happens', async () => {
      expect((await replicasEnd).calm).toEqual([]);
    }, timeoutMs);

    it('alert once for an incident, and for its cluster', async () => {
      const { incident, messages, refusals } = await replicasEnd;
      expect(incident).toEqual([
        'NacosMassDeregistration critical nacos_cluster=north namespace_id=logistics', 'NacosMassDeregistration warning nacos_cluster=north namespace_id=logistics',
      ]);
      expect(messages).toEqual([
        { alertname: 'NacosMassDeregistration', cluster: 'north', firing: 2, resolved: 0 }, { alertname: 'NacosMassDeregistration', cluster: 'north', firing: 0, resolved: 2 },
      ]);
      expect(refusals).toEqual([]);
    }, timeoutMs);

    it('fire NacosExporterDown alone when one replica stops', async () => {
      const { incident, ever, stopped } = await replicasEnd;
      expect(ever.filter((alert) => !incident.includes(alert))).toEqual([`NacosExporterDown critical instance=${stopped} job=nacos-exporter`]);
    }, timeoutMs);
  });

  describe.each(table)('scenario $scenario', ({ scenario, tells, may }) => {
    it('tells what it has to, in time', async () => {
      const { told, meanwhile } = await played(scenario);
      const late = Object.entries(tells).filter(([alert, seconds]) => !((told[alert] ?? Infinity) < seconds));
      expect({ late: late.map(([alert]) => `${alert} after ${told[alert]} s`), meanwhile }).toEqual({ late: [], meanwhile });
    }, timeoutMs);

    it('fires nothing else', async () => {
      const { fired } = await played(scenario);
      const allowed = [...Object.keys(tells), ...may];
      expect(fired.filter((alert) => !allowed.includes(nameIn(alert)))).toEqual([]);
      expect(fired.filter((alert) => alert.includes('instance='))).toEqual([]);
    }, timeoutMs);
  });

  it.each(['rolling-upgrade', 'ownership-remap'])('calls a loss temporary only where instances were gone: %s', async (scenario) => {
    const { fired, gone } = await played(scenario);
    const namespaces = fired.filter((alert) => nameIn(alert) === 'NacosTemporaryDeregistration').map((alert) => /namespace_id=(\S+)/.exec(alert)?.[1]);
    const lost = (namespace: string | undefined): number => (namespace === undefined ? Math.max(...Object.values(gone)) : gone[namespace] ?? 0);
    expect(namespaces.length).toBeGreaterThan(0);
    expect(namespaces.filter((namespace) => lost(namespace) < realLoss)).toEqual([]);
  }, timeoutMs);

  it.each(['lagging-node', 'frozen-node', 'mass-deregistration'])('says that it is over: %s', async (scenario) => {
    expect((await played(scenario)).resolved).toBeLessThan(90);
  }, timeoutMs);

  it('fires nothing without a cluster, and signs every message', async () => {
    const { others, refusals } = await scenariosEnd;
    expect({ others, refusals }).toEqual({ others: [], refusals: [] });
  }, timeoutMs);
});
