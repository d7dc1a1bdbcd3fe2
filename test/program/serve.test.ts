/** The program over sockets: its pages, its reload, its limits. */

import { afterEach, describe, expect, it } from 'vitest';
import { catalogue } from '../../src/metrics/catalogue.ts';
import type { ClusterReport, NodeReport } from '../../src/server/snapshot.ts';
import { createCluster, listen, type ClusterOptions, type Fault, type Listening, type SimCluster } from '../../src/sim/index.ts';
import { configOf, startProgram, until, untilReady, valueIn, type Program } from './program.ts';

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function cluster(options: Partial<ClusterOptions> = {}, fill: (sim: SimCluster) => void = small): Promise<{ sim: SimCluster; listening: Listening }> {
  const sim = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], ...options });
  fill(sim);
  const listening = await listen(sim);
  open.push(async () => {
    sim.close();
    await listening.close();
  });
  return { sim, listening };
}

async function program(...options: Parameters<typeof startProgram>): Promise<Program> {
  const started = await startProgram(...options);
  open.push(started.stop);
  return started;
}

function small(sim: SimCluster): void {
  sim.bulk({ services: 20, instances: 4, name: (i) => `svc-${i}` });
}

describe('the pages', () => {
  it('are all there', async () => {
    const { listening } = await cluster();
    const running = await program({ config: configOf('prod', listening.urls) });
    await untilReady(running);
    expect(await running.page('/-/healthy')).toMatchObject({ status: 200, body: 'healthy\n' });
    expect((await running.page('/')).body).toContain('prod');
    expect((await running.page('/config')).body).toContain('name: prod');
    expect(await running.page('/nothing')).toMatchObject({ status: 404 });
    const families = await running.scrape();
    expect(valueIn(families, 'nacos_up', { nacos_cluster: 'prod' })).toBe(1);
    expect(valueIn(families, 'nacos_namespace_instances', { nacos_cluster: 'prod', namespace_id: 'public' })).toBe(80);
    expect(valueIn(families, 'nacos_exporter_build_info')).toBe(1);
  });

  it('tell what was last read of every node, and why something was not', async () => {
    const { sim, listening } = await cluster();
    const running = await program({ config: configOf('prod', listening.urls, 'poll: { interval: 1s }') });
    await untilReady(running);
    const asked = async (): Promise<readonly NodeReport[]> => {
      const { clusters } = JSON.parse((await running.page('/api/v1/snapshot')).body) as { readonly clusters: readonly ClusterReport[] };
      expect(clusters.map(({ cluster: name }) => name)).toEqual(['prod']);
      return clusters[0]!.nodes;
    };
    const nodes = await until('all catalogs read', async () => {
      const seen = await asked();
      return seen.every(({ stages }) => stages['counts']?.status === 'ok') ? seen : undefined;
    });
    expect(nodes.map(({ node }) => node)).toEqual(sim.nodes.map(({ address }) => address).toSorted());
    expect(nodes[0]).toMatchObject({
      configured: true, up: true, version: '2.2.4', stages: { counts: { status: 'ok', failures: 0 } },
      namespaces: [{ id: 'public', services: 20, servicesEmpty: 0, instances: 80, instancesHealthy: 80 }],
    });
    expect(nodes[0]!.members).toHaveLength(3);

    sim.nodes[1]!.fault({ kind: 'status', status: 500, path: '/v1/ns/catalog' });
    const failed = await until('a refused catalog', async () => {
      const counts = (await asked()).find(({ node }) => node === sim.nodes[1]!.address)!.stages['counts'];
      return counts?.status === 'failed' ? counts : undefined;
    });
    expect(failed).toMatchObject({ reason: 'status', at: expect.stringMatching(/^\d{4}-.*Z$/) });
    expect(await running.page('/api/v1/snapshot?cluster=other')).toMatchObject({ status: 404, body: 'cluster: not polled here\n' });
  });

  it('is healthy at once, and ready after the first poll', async () => {
    const { sim, listening } = await cluster();
    // Until the fault is taken away no node answers, so the first round cannot end early.
    const late: Fault = { kind: 'slow', delayMs: 300 };
    const clear = sim.nodes.map((node) => node.fault(late));
    const running = await program({ config: configOf('c', listening.urls) });
    expect((await running.page('/-/healthy')).status).toBe(200);
    expect(await running.page('/-/ready')).toMatchObject({ status: 503, body: 'not ready: no poll has been completed yet\n' });
    for (const undo of clear) undo();
    await untilReady(running);
  });

  it('serves OpenMetrics that ends with one EOF, and the same series as in the text format', async () => {
    const { listening } = await cluster();
    const running = await program({ config: configOf('c', listening.urls) });
    await untilReady(running);
    const { body, type } = await running.page('/metrics', { headers: { accept: 'application/openmetrics-text; version=1.0.0' } });
    expect(type).toContain('application/openmetrics-text');
    expect(body.endsWith('\n# EOF\n')).toBe(true);
    expect(body.match(/# EOF/g)).toHaveLength(1);
    const plain = await running.scrape();
    const open1 = await running.scrape('openmetrics');
    for (const [name, family] of plain) {
      if (!catalogue.some((declared) => declared.name === name)) continue;
      expect(open1.get(name.replace(/_total$/, ''))?.samples.length, `${name}`).toBe(family.samples.length);
    }
  });

  it('ends on a signal with code 0, and closes its socket', async () => {
    const { listening } = await cluster();
    const running = await startProgram({ config: configOf('c', listening.urls) });
    await untilReady(running);
    expect(await running.stop()).toBe(0);
    await expect(running.page('/-/healthy')).rejects.toThrow('fetch failed');
  });
});

describe('what stops it', () => {
  it('a port in use: one line that names it, and exit code 1', async () => {
    const { listening } = await cluster();
    const first = await program({ config: configOf('c', listening.urls) });
    const taken = first.address;
    const second = startProgram({ config: configOf('c', listening.urls), argv: [`--web.listen-address=${taken}`] });
    await expect(second).rejects.toThrow(new RegExp(`^ended with 1: .*address already in use ${taken}$`));
  });

  it('a pod beyond the number of shards', async () => {
    const refused = startProgram({ config: 'clusters: [{name: c, servers: [a]}]', argv: ['--shard=nacos-exporter-3', '--total-shards=3'] });
    await expect(refused).rejects.toThrow(/^ended with 1: --shard: shard 3 does not exist among 3; shards count from 0/);
  });
});

describe('names that need care', () => {
  const names = ['a"quote', 'back\\slash', 'new\nline', '订单-服务', 'com.example:api:1.0', '{brace="x"}', 'tab\tand  blanks', '🚀', '#HELP', 'é'];

  it.each(['2.2.4', '3.1.0'])('survive from %s to the scrape', async (version) => {
    const { listening } = await cluster({ versions: [version] }, (sim) => {
      for (const [i, service] of names.entries()) sim.register({ service, group: `g ${service}`, ip: `10.0.0.${i + 1}`, port: 80 });
      sim.addNamespace({ id: 'ns-测试', name: '测试' });
      sim.register({ namespace: 'ns-测试', service: 's', ip: '10.0.1.1', port: 80 });
    });
    const running = await program({ config: configOf('c', listening.urls) });
    await untilReady(running);
    for (const format of ['text', 'openmetrics'] as const) {
      const families = await running.scrape(format);
      for (const service of names) {
        expect(valueIn(families, 'nacos_service_instances', { service_name: service, group_name: `g ${service}`, namespace_id: 'public' }), `${service}`).toBe(1);
      }
      expect(valueIn(families, 'nacos_service_instances', { namespace_id: 'ns-测试', service_name: 's' })).toBe(1);
    }
  });
});

describe('what is served', () => {
  it('metrics allow and deny', async () => {
    const { listening } = await cluster();
    const some = await program({ config: configOf('c', listening.urls, "metrics: {allow: ['nacos_n*', nacos_up], deny: ['nacos_node_*']}") });
    await untilReady(some);
    const known = new Set<string>(catalogue.map((family) => family.name));
    const families = [...(await some.scrape()).keys()].filter((name) => known.has(name));
    expect(families).toContain('nacos_namespace_instances');
    expect(families).toContain('nacos_up');
    expect(families.filter((name) => !/^nacos_(namespace_|up$)/.test(name))).toEqual([]);
  });

  it('two exporters choose the same services under a limit, and count what they leave out', async () => {
    const { sim, listening } = await cluster({}, (of) => of.bulk({ services: 60, instances: 1, name: (i) => `svc-${i}` }));
    const chosen = async (running: Program): Promise<readonly string[]> => {
      const families = await running.scrape();
      expect(valueIn(families, 'nacos_namespace_services', { namespace_id: 'public' })).toBe(61);
      expect(valueIn(families, 'nacos_exporter_series_dropped', { family: 'nacos_service_instances' })).toBe(41);
      expect(valueIn(families, 'nacos_exporter_series', { family: 'nacos_service_instances' })).toBe(20);
      return families.get('nacos_service_instances')!.samples.map((sample) => sample.labels.get('service_name')!).toSorted();
    };
    const config = configOf('c', listening.urls, 'limits: {services: 20}\n    poll: {interval: 1s}');
    const first = await program({ config });
    await untilReady(first);
    // The first has learned of this one last, the second in another order.
    sim.register({ service: 'late', ip: '10.9.9.9', port: 80 });
    const second = await program({ config: configOf('c', listening.urls.toReversed(), 'limits: {services: 20}') });
    await untilReady(second);
    await until('the first sees the late one', async () => (valueIn(await first.scrape(), 'nacos_namespace_services', { namespace_id: 'public' }) === 61 ? true : undefined));
    expect(await chosen(first)).toEqual(await chosen(second));
  });

  it('two exporters of one cluster export the same label sets', async () => {
    const { listening } = await cluster();
    const keys = async (urls: readonly string[]): Promise<readonly string[]> => {
      const running = await program({ config: configOf('c', urls) });
      await untilReady(running);
      const families = await running.scrape();
      return [...families.values()].filter(({ name }) => name.startsWith('nacos_') && !name.startsWith('nacos_exporter_'))
        .flatMap(({ samples }) => samples.map((sample) => `${sample.name}${JSON.stringify([...sample.labels])}`)).toSorted();
    };
    const [one, other] = [await keys(listening.urls), await keys(listening.urls.toReversed())];
    expect(other).toEqual(one);
  });
});

describe('reload', () => {
  it('takes in a new cluster, leaves the other alone, and drops every series of one that is gone', async () => {
    const { listening: a } = await cluster();
    const { listening: b } = await cluster({}, (sim) => sim.bulk({ services: 3, instances: 3, name: (i) => `b-${i}` }));
    const running = await program({ config: configOf('a', a.urls) });
    await untilReady(running);
    const requests = valueIn(await running.scrape(), 'nacos_poll_last_success_timestamp_seconds', { nacos_cluster: 'a', stage: 'namespaces' });
    running.files.set('exporter.yaml', `${configOf('a', a.urls)}  - name: b\n    servers: [${b.urls.join(', ')}]\n`);
    expect(await running.page('/-/reload', { method: 'POST' })).toMatchObject({ status: 200, body: 'reloaded\n' });
    await until('cluster b', async () => (valueIn(await running.scrape(), 'nacos_namespace_instances', { nacos_cluster: 'b', namespace_id: 'public' }) === 9 ? true : undefined));
    const both = await running.scrape();
    expect(valueIn(both, 'nacos_namespace_instances', { nacos_cluster: 'a', namespace_id: 'public' })).toBe(80);
    // Its poller goes on: what is read every five minutes was not read again.
    expect(valueIn(both, 'nacos_poll_last_success_timestamp_seconds', { nacos_cluster: 'a', stage: 'namespaces' })).toBe(requests);
    expect((await running.page('/config')).body).toContain('name: b');

    running.files.set('exporter.yaml', configOf('b', b.urls));
    running.hangUp();
    await until('cluster a is gone', async () => ((await running.page('/metrics')).body.includes('nacos_cluster="a"') ? undefined : true));
    await until('and b stays', async () => (valueIn(await running.scrape(), 'nacos_up', { nacos_cluster: 'b' }) === 1 ? true : undefined));
    expect((await running.page('/metrics')).body).not.toContain('nacos_cluster="a"');
  });

  it('keeps the old configuration when the new one is wrong, says so, and recovers', async () => {
    const { listening } = await cluster();
    const good = configOf('c', listening.urls);
    const running = await program({ config: good });
    await untilReady(running);
    expect(valueIn(await running.scrape(), 'nacos_exporter_config_last_reload_successful')).toBe(1);
    running.files.set('exporter.yaml', `${good}    intervall: 3s\n`);
    const answer = await running.page('/-/reload', { method: 'POST' });
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('intervall');
    const families = await running.scrape();
    expect(valueIn(families, 'nacos_exporter_config_last_reload_successful')).toBe(0);
    expect(valueIn(families, 'nacos_up', { nacos_cluster: 'c' })).toBe(1);
    expect((await running.page('/config')).body).not.toContain('intervall');
    expect(running.output.join('\n')).toContain('configuration not reloaded');
    running.files.set('exporter.yaml', good);
    expect((await running.page('/-/reload', { method: 'POST' })).status).toBe(200);
    expect(valueIn(await running.scrape(), 'nacos_exporter_config_last_reload_successful')).toBe(1);
  });

  it('a GET reloads nothing', async () => {
    const { listening } = await cluster();
    const running = await program({ config: configOf('c', listening.urls) });
    expect((await running.page('/-/reload')).status).toBe(405);
  });
});

describe('the configuration', () => {
  it.each([
    { config: 'clusters: []\n', says: 'no cluster' },
    { config: 'clusters:\n  - name: c\n    servers: [http://h:1]\n    nonsense: 1\n', says: 'nonsense' },
  ])('that is wrong ends the program with 1 and its mistakes: $says', async ({ config, says }) => {
    await expect(startProgram({ config })).rejects.toThrow(new RegExp(`ended with 1[\\s\\S]*${says}`));
  });
});
