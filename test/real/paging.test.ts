/**
 * The alert pack on real parts: three nodes of Nacos 2.0.4, the exporter, Prometheus, Alertmanager, the relay, and a Feishu
 * that checks signatures. Incidents reach people and are called off; an ordinary day of operations reaches nobody.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Beating, keepBeating } from '../lab/beats.ts';
import { type AlertLabels, alertsIn, alertText, type Chat, type Message, type Paging, pagingLacks, startChat, startPaging } from '../lab/paging.ts';
import { shownDips } from '../lab/dips.ts';
import { valueOf } from '../lab/exposition.ts';
import { deregister, register, turnSwitch } from '../lab/registry.ts';
import { secondNamespace } from '../lab/seed.ts';
import { missing, nacosTools, skipWithReason } from '../lab/tools.ts';
import { sleep, until } from '../lab/wait.ts';
import { confirmedIn, listed } from './suite/divergence.ts';
import { deploy, type Deployed } from './suite/day.ts';
import { deregisterAll, extra, registerAll } from './suite/extras.ts';
import { raise, type Stage } from './suite/stage.ts';
import { watch } from './suite/witness.ts';

const raiseTimeoutMs = 900_000;

/** With the seeded ones of the namespace, three times what leaves. */
const many = Array.from({ length: 27 }, (_, i) => extra(`paging-${i % 4}`, `127.0.4.${1 + i}`, { namespace: secondNamespace }));
const leaving = many.slice(0, 10);

/**
 * 2.0.2-2.1.2 rebuild what the catalog shows of every service when `upgrade/ops/metrics` is read: a node whose switch froze
 * it would be up to date again at every such reading of the exporter.
 */
const pollForFrozen = { rare_interval: '1h' };

/** The rules are evaluated every 15 s, what the exporter says is at most 10 s old, and Alertmanager waits for 5 s. */
const atOnceMs = 45_000;
/** What is back within 30 s was a dip. A loss is told so much later, and its last part one evaluation after the first. */
const afterADipMs = 30_000 + 15_000 + atOnceMs;
/** A difference is confirmed within 15 s, and lasts for a minute. */
const inAMinuteMs = 75_000 + atOnceMs;

const aboutDataOrLoss = alertsIn('nacos-data', 'nacos-loss');

const skipped = skipWithReason('the alert pack on Nacos 2.0.4', [...missing(nacosTools), ...pagingLacks()]);

describe.skipIf(skipped)('the alert pack on Nacos 2.0.4, from three real nodes to the chat', () => {
  let chat: Chat;
  let stage: Stage;
  let paging: Paging;
  let deployed: Deployed | undefined;
  let returned: Beating | undefined;

  beforeAll(async () => {
    chat = await startChat();
    stage = await raise('2.0.4', 'open', { ...chat, poll: pollForFrozen });
    paging = await startPaging({ chat: chat.fake, targets: [stage.exporter.address], relay: stage.exporter.address });
  }, raiseTimeoutMs);
  afterAll(async () => {
    await paging?.stop();
    await Promise.all([deployed?.stop(), returned?.stop()]);
    await stage?.stop();
    await chat?.fake.close();
  });

  /** Seconds until people read it. */
  async function told(alertname: string, timeoutMs: number, fits: (message: Message) => boolean): Promise<number> {
    const since = Date.now();
    await until(`a message about ${alertname}`, timeoutMs, async () => {
      if (paging.messages().some((message) => message.at >= since && message.alertname === alertname && fits(message))) return true;
      throw new Error(`firing: ${(await paging.firing()).map(alertText).join(', ')}; confirmed: ${JSON.stringify(confirmedIn(await listed(stage.exporter)))}`);
    }, 500);
    return (Date.now() - since) / 1000;
  }
  const isOver = ({ firing, resolved }: Message): boolean => firing === 0 && resolved > 0;
  const measured = (what: string, seconds: number): void => void process.stdout.write(`${what}: ${seconds.toFixed(1)} s\n`);
  const alerts = (all: readonly AlertLabels[]): readonly string[] =>
    all.filter(({ alertname = '', severity }) => severity !== 'info' && aboutDataOrLoss.has(alertname)).map(alertText).toSorted();

  it('pages nobody about data or loss while a node is restarted and a service is deployed, unless instances were really gone', async () => {
    const [restarted, ...others] = stage.cluster.nodes;
    const witness = watch(stage);
    // It has seen the cluster whole.
    await sleep(3_000);
    await stage.cluster.shutdown(0);
    await stage.cluster.start(0);
    // Many, so that the one that is there twice while it is replaced, and what 2.0.4 drops of the seeded ones with the node
    // that was restarted (an instance without beats), are no tenth of the namespace.
    deployed = await deploy(others, { service: 'paging-deployed', instances: 24 });
    await until('the node has its vote again', 150_000, async () =>
      valueOf(await stage.exporter.scrape(), 'nacos_node_joining', { nacos_node: restarted!.address }) === 0 ? true : undefined);
    // What has to last for a minute before it fires would have come by now.
    await sleep(45_000);
    const seen = await witness.stop();
    const dips = [...seen.values()].flatMap((sights) => shownDips(sights, [1, 2]));
    expect(seen.get('public')!.length).toBeGreaterThan(60);
    process.stdout.write(`fired: ${(await paging.fired()).map(alertText).join(', ')}; sights with a dip: ${dips.length}\n`);
    const unfounded = alerts(await paging.fired()).filter((alert) => !(alert.startsWith('NacosTemporaryDeregistration ') && dips.length > 0));
    expect({ unfounded, dips }).toEqual({ unfounded: [], dips });
  });

  it('pages when a third of the instances of a namespace disappears, for as long as they are gone', async () => {
    const { cluster, seeded } = stage;
    const whole = seeded.instances[secondNamespace]! + many.length;
    await registerAll(cluster.nodes, many);
    await until('all of them agreed on', 30_000, async () =>
      valueOf(await stage.exporter.scrape(), 'nacos_namespace_instances_baseline', { namespace_id: secondNamespace }) === whole ? true : undefined);
    await sleep(5_000);
    expect(leaving.length / whole).toBeCloseTo(1 / 3, 2);
    await deregisterAll(cluster.nodes, leaving);
    // The look in the middle of it may have seen less than a third.
    measured('NacosMassDeregistration', await told('NacosMassDeregistration', afterADipMs, ({ text }) => text.includes('[critical]') && text.includes(secondNamespace)));
    const subject = `nacos_cluster=lab namespace_id=${secondNamespace}`;
    expect(alerts(await paging.firing())).toEqual(expect.arrayContaining([`NacosMassDeregistration critical ${subject}`, `NacosMassDeregistration warning ${subject}`]));
    // By beats, as clients do: 2.0.4 drops an address that comes back just when its empty client expires, 30 s after it came.
    returned = keepBeating(cluster.nodes, leaving);
    measured('NacosMassDeregistration resolved', await told('NacosMassDeregistration', atOnceMs, isOver));
  });

  it('pages when the catalog of one node stands still, until it moves again', async () => {
    const { cluster } = stage;
    const [first, second, frozen] = cluster.nodes;
    const [gone, come] = [many.at(-1)!, extra('paging-0', '127.0.4.101', { namespace: secondNamespace })];
    try {
      await turnSwitch(frozen!, 'pushEnabled', false);
      await until('the switch seen', 20_000, async () =>
        valueOf(await stage.exporter.scrape(), 'nacos_switch_enabled', { nacos_node: frozen!.address, switch: 'pushEnabled' }) === 0 ? true : undefined);
      await Promise.all([deregister(first!, gone), register(second!, come)]);
      measured('NacosNodeDataDivergence', await told('NacosNodeDataDivergence', inAMinuteMs, ({ firing, text }) => firing > 0 && text.includes(secondNamespace)));
      expect(alerts(await paging.firing())).toContain(`NacosNodeDataDivergence warning nacos_cluster=lab namespace_id=${secondNamespace}`);
    } finally {
      await turnSwitch(frozen!, 'pushEnabled', true);
    }
    measured('NacosNodeDataDivergence resolved', await told('NacosNodeDataDivergence', inAMinuteMs, isOver));
  });

  it('has every message signed as the chat wants it', () => {
    expect(paging.refusals()).toEqual([]);
    expect(paging.messages().length).toBeGreaterThan(3);
  });
});
