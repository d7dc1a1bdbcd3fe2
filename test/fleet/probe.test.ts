/** `/probe` over sockets: what is polled because of it, when, and how often. */

import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sim/index.ts';
import { parseExposition } from '../metrics/parse-exposition.ts';
import { text } from '../fakes/acts.ts';
import { startFakeServer } from '../fakes/fake-server.ts';
import { until, valueIn, type Program } from '../program/program.ts';
import { cluster, entry, program } from './clusters.ts';

const within = (seconds: number): RequestInit => ({ headers: { 'x-prometheus-scrape-timeout-seconds': String(seconds) } });

async function probe(running: Program, target: string, init: RequestInit = within(10)) {
  const { status, body } = await running.page(`/probe?target=${encodeURIComponent(target)}`, init);
  expect([status, status === 200 ? '' : body]).toEqual([200, '']);
  return parseExposition(body, 'text');
}

describe('a lazy cluster', () => {
  it('is not asked for anything before the first probe, which brings a whole poll', async () => {
    const { listening, asked } = await cluster();
    const running = await program({ config: `clusters:\n${entry('lazy', listening.urls, 'expose: probe')}` });
    expect((await running.page('/-/ready')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(asked()).toBe(0);

    const families = await probe(running, 'lazy');
    expect(valueIn(families, 'nacos_up', { nacos_cluster: 'lazy' })).toBe(1);
    expect(valueIn(families, 'nacos_namespace_instances', { nacos_cluster: 'lazy', namespace_id: 'public' })).toBe(80);
    expect(families.get('nacos_exporter_requests_total')!.samples.length).toBeGreaterThan(0);
    expect(valueIn(families, 'nacos_exporter_series', { family: 'nacos_up' })).toBe(1);
    expect(families.has('nacos_exporter_build_info')).toBe(false);
  });

  it('is polled once for many probes at a time', async () => {
    const { sim, listening } = await cluster();
    const running = await program({ config: `clusters:\n${entry('lazy', listening.urls, 'expose: probe, poll: {interval: 1m}')}` });
    await Promise.all(Array.from({ length: 20 }, () => probe(running, 'lazy')));
    for (const node of sim.nodes) expect(node.requests.get('/v1/ns/operator/metrics')).toBe(1);
  });

  it('stands in no other scrape, neither its series nor the requests to it', async () => {
    const { listening } = await cluster();
    const { listening: other } = await cluster();
    const running = await program({ config: `clusters:\n${entry('lazy', listening.urls, 'expose: probe')}${entry('eager', other.urls)}` });
    await probe(running, 'lazy');
    await until('the other cluster', async () => (valueIn(await running.scrape(), 'nacos_up', { nacos_cluster: 'eager' }) === 1 ? true : undefined));
    expect((await running.page('/metrics')).body).not.toContain('lazy');
    const eager = await running.page('/probe?target=eager');
    expect(eager.body).toContain('nacos_up{nacos_cluster="eager"} 1');
    expect(eager.body).not.toContain('lazy');
  });

  it('stops when nobody has asked for ten minutes, and starts again', async () => {
    const { listening, asked } = await cluster();
    let ahead = 0;
    const running = await program({ config: `clusters:\n${entry('lazy', listening.urls, 'expose: probe, poll: {interval: 1s}')}`, now: () => Date.now() + ahead });
    await probe(running, 'lazy');
    ahead = 9 * 60_000;
    await probe(running, 'lazy');
    ahead += 9 * 60_000;
    const before = asked();
    await until('it is polled on', async () => (asked() > before + 20 ? true : undefined));
    ahead += 2 * 60_000;
    await until('it stops', async () => (running.output.some((line) => line.includes('nobody asks for the cluster any more')) ? true : undefined));
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stopped = asked();
    await new Promise((resolve) => setTimeout(resolve, 2500));
    expect(asked()).toBe(stopped);
    expect(valueIn(await probe(running, 'lazy'), 'nacos_up')).toBe(1);
  });
});

describe('the wait for a first poll', () => {
  it('is as long as the scraper grants, less than half a second', async () => {
    const { sim, listening } = await cluster();
    const slow: Fault = { kind: 'slow', delayMs: 2500 };
    for (const node of sim.nodes) node.fault(slow);
    const running = await program({ config: `clusters:\n${entry('lazy', listening.urls, 'expose: probe')}` });
    const startedAt = Date.now();
    const early = await running.page('/probe?target=lazy', within(1));
    expect(early).toMatchObject({ status: 503, type: 'text/plain; charset=utf-8' });
    expect(early.body).toMatch(/^no poll of the cluster has been completed within 0\.5 s/);
    expect(Date.now() - startedAt).toBeGreaterThanOrEqual(480);
    expect(Date.now() - startedAt).toBeLessThan(2000);
  });

  it('of a cluster that is down ends with series that say so', async () => {
    const running = await program({ config: `clusters:\n${entry('gone', ['http://127.0.0.1:1'], 'expose: probe')}` });
    expect(valueIn(await probe(running, 'gone'), 'nacos_up', { nacos_cluster: 'gone' })).toBe(0);
  });

  it('refuses a time-out that is none', async () => {
    const { listening } = await cluster();
    const running = await program({ config: `clusters:\n${entry('c', listening.urls, 'expose: probe')}` });
    for (const header of ['soon', '-1', '0']) {
      expect(await running.page('/probe?target=c', { headers: { 'x-prometheus-scrape-timeout-seconds': header } })).toMatchObject({ status: 400, body: 'X-Prometheus-Scrape-Timeout-Seconds: not a number of seconds\n' });
    }
  });
});

describe('a target', () => {
  it('that is not configured is refused, and nobody is asked', async () => {
    const { listening } = await cluster();
    const stranger = await startFakeServer(() => text('never asked'));
    const running = await program({ config: `clusters:\n${entry('c', listening.urls, 'expose: probe')}` });
    try {
      for (const target of ['other', `http://${stranger.host}:${stranger.port}/nacos`, `${stranger.host}:${stranger.port}`, '127.0.0.1:8848', '../c', 'C', 'c ', '__proto__']) {
        const { status, body } = await running.page(`/probe?target=${encodeURIComponent(target)}`);
        expect([status, body]).toEqual([404, 'target: no cluster of this name is configured here; it was not asked for anything\n']);
      }
      expect(stranger.requests).toEqual([]);
    } finally {
      await stranger.close();
    }
  });

  it.each(['/probe', '/probe?target=', '/probe?target=c&target=d'])('has to be one: %s', async (path) => {
    const running = await program({ config: `clusters:\n${entry('c', ['http://127.0.0.1:1'], 'expose: probe')}` });
    expect(await running.page(path)).toMatchObject({ status: 400, body: 'target: give the name of one configured cluster, as /probe?target=NAME\n' });
  });

  it('may be called anything that a name may be', async () => {
    const { listening } = await cluster();
    const running = await program({ config: `clusters:\n${entry('"生产 a&b"', listening.urls, 'expose: probe')}` });
    expect(valueIn(await probe(running, '生产 a&b'), 'nacos_up', { nacos_cluster: '生产 a&b' })).toBe(1);
  });
});

describe('debug=true', () => {
  it('tells outcomes, log lines, configuration and series, and no secret', async () => {
    const { sim, listening } = await cluster();
    sim.node(1).fault({ kind: 'status', status: 500, path: '/v1/ns/operator/switches' });
    const running = await program({ config: `clusters:\n${entry('lazy', listening.urls, 'expose: probe, auth: {username: u, password: hunter2-secret}')}` });
    await probe(running, 'lazy');
    const { status, type, body } = await running.page('/probe?target=lazy&debug=true');
    expect([status, type]).toEqual([200, 'text/plain; charset=utf-8']);
    expect(body).toContain('cluster "lazy" at ');
    expect(body).toContain(`${sim.node(0).address}: up, votes, version 2.2.4, read as v2.2`);
    expect(body).toMatch(/switches {5}failed {6}.* status \(HTTP 500\): /);
    expect(body).toMatch(/counts {7}ok {9}/);
    expect(body).toMatch(/warn {2}.*switches/);
    expect(body).toContain('info  first poll completed');
    expect(body).toContain('name: lazy');
    expect(body).toContain('password: <secret>');
    expect(body).toContain('nacos_up{nacos_cluster="lazy"} 1');
    expect(body).not.toContain('hunter2');
  });
});
