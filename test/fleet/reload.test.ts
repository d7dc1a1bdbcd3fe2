/** What a reload changes of a running fleet, and what goes on as if nothing had happened; and how the program ends. */

import { describe, expect, it } from 'vitest';
import { canaryGroup } from '../../src/nacos/canary-calls.ts';
import { until, untilReady, valueIn, type Program } from '../program/program.ts';
import { cluster, entry, program } from './clusters.ts';

const fast = 'poll: {interval: 1s}';

async function reload(running: Program, config: string): Promise<void> {
  running.files.set('exporter.yaml', config);
  expect(await running.page('/-/reload', { method: 'POST' })).toMatchObject({ status: 200 });
}

/** When the namespaces were read last: every five minutes, so that another value is another poller. */
const begun = async (running: Program, name: string): Promise<number | undefined> =>
  valueIn(await running.scrape(), 'nacos_poll_last_success_timestamp_seconds', { nacos_cluster: name, stage: 'namespaces' });

const untilBegun = (running: Program, name: string): Promise<number> => until(`cluster ${name}`, async () => (await begun(running, name)) || undefined);

describe('a reload', () => {
  it('starts a changed cluster anew, and no other', async () => {
    const { listening: a } = await cluster();
    const { listening: b } = await cluster();
    const running = await program({ config: `clusters:\n${entry('a', a.urls)}${entry('b', b.urls)}` });
    const before = await untilBegun(running, 'a');
    const other = await untilBegun(running, 'b');
    await reload(running, `clusters:\n${entry('a', a.urls)}${entry('b', b.urls, fast)}`);
    await until('b anew', async () => ((await begun(running, 'b') ?? 0) > other ? true : undefined));
    expect(await begun(running, 'a')).toBe(before);
    expect(valueIn(await running.scrape(), 'nacos_poll_interval_seconds', { nacos_cluster: 'b', stage: 'counts' })).toBe(1);
  });

  it('of what is served only goes on with the same pollers and counters', async () => {
    const { listening } = await cluster();
    const running = await program({ config: `clusters:\n${entry('a', listening.urls, fast)}` });
    const before = await untilBegun(running, 'a');
    const requests = async (): Promise<number> => (await running.scrape()).get('nacos_exporter_requests_total')?.samples.reduce((sum, { value }) => sum + value, 0) ?? 0;
    const asked = await requests();
    await reload(running, `clusters:\n${entry('a', listening.urls, `${fast}, metrics: {deny: ["nacos_switch_*"]}`)}`);
    await until('the family is gone', async () => ((await running.scrape()).has('nacos_switch_enabled') ? undefined : true));
    expect(await begun(running, 'a')).toBe(before);
    expect(await requests()).toBeGreaterThanOrEqual(asked);

    await reload(running, `clusters:\n${entry('a', listening.urls, `${fast}, expose: probe`)}`);
    expect((await running.page('/metrics')).body).not.toContain('nacos_cluster="a"');
    expect((await running.page('/probe?target=a')).body).toContain('nacos_switch_enabled{nacos_cluster="a"');
    await reload(running, `clusters:\n${entry('a', listening.urls, fast)}`);
    expect(await begun(running, 'a')).toBe(before);
    expect(await requests()).toBeGreaterThanOrEqual(asked);
  });

  it('of the shard takes effect, in its gauges too', async () => {
    const { listening } = await cluster();
    const clusters = `clusters:\n${entry('prod', listening.urls)}`;
    const running = await program({ config: `shard: {ordinal: 2, total: 3}\n${clusters}` });
    await until('a poll', async () => ((await running.page('/-/ready')).status === 200 ? true : undefined));
    const numbers = async (): Promise<readonly unknown[]> => {
      const families = await running.scrape();
      return [valueIn(families, 'nacos_exporter_shard_ordinal'), valueIn(families, 'nacos_exporter_total_shards'), families.has('nacos_up')];
    };
    const states = new Set<string>([JSON.stringify(await numbers())]);
    for (const ordinal of [0, 1]) {
      await reload(running, `shard: {ordinal: ${ordinal}, total: 3}\n${clusters}`);
      await untilReady(running);
      states.add(JSON.stringify(await numbers()));
    }
    expect([...states].toSorted()).toEqual(['[0,3,false]', '[1,3,false]', '[2,3,true]']);
    await reload(running, `shard: {ordinal: 0, total: 1}\n${clusters}`);
    await until('all of it', async () => (JSON.stringify(await numbers()) === '[0,1,true]' ? true : undefined));
  });

  it('that comes while another is under way waits for it', async () => {
    const { listening: a } = await cluster();
    const { listening: b } = await cluster();
    const running = await program({ config: `clusters:\n${entry('a', a.urls, 'canary: {enabled: true, namespace: public}')}` });
    await untilBegun(running, 'a');
    running.files.set('exporter.yaml', `clusters:\n${entry('b', b.urls)}`);
    running.hangUp();
    running.files.set('exporter.yaml', `clusters:\n${entry('a', a.urls, fast)}${entry('b', b.urls)}`);
    running.hangUp();
    running.hangUp();
    await untilBegun(running, 'a');
    await untilBegun(running, 'b');
    expect((await running.scrape()).get('nacos_up')!.samples.map(({ labels, value }) => [labels.get('nacos_cluster'), value])).toEqual([['a', 1], ['b', 1]]);
    expect(running.output.filter((line) => line.includes('"configuration reloaded"'))).toHaveLength(3);
  });

  it('says which keys wait for the next start', async () => {
    const { listening } = await cluster();
    const clusters = `clusters:\n${entry('a', listening.urls)}`;
    const running = await program({ config: clusters });
    await untilReady(running);
    await reload(running, `web: {telemetry_path: /m}\n${clusters}`);
    expect(running.output.some((line) => line.includes('in force from the next start on') && line.includes('web.telemetry_path'))).toBe(true);
    expect((await running.page('/metrics')).status).toBe(200);
  });
});

describe('the end of the program', () => {
  it('answers who waits, and takes its canary away', async () => {
    const { sim, listening } = await cluster({ replicationMs: 20_000 });
    const { sim: slow, listening: late } = await cluster();
    const running = await program({ config: `clusters:\n${entry('a', listening.urls, 'canary: {enabled: true, namespace: public, push: false}')}${entry('lazy', late.urls, 'expose: probe')}` });
    const canaries = (): number => sim.snapshot({ namespace: 'public', group: canaryGroup }).length;
    await until('a canary', async () => (canaries() > 0 ? true : undefined));
    for (const node of slow.nodes) node.fault({ kind: 'hang' });
    const waiting = running.page('/probe?target=lazy');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const ended = running.stop();
    expect((await waiting).status).toBeOneOf([200, 503]);
    expect(await ended).toBe(0);
    expect(canaries()).toBe(0);
  });
});
