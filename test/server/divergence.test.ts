import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createApp, type AppDeps } from '../../src/server/app.ts';
import type { ClusterDivergence, DivergenceItem } from '../../src/server/divergence.ts';

const item: DivergenceItem = {
  namespace: 'public', group: 'DEFAULT_GROUP', service: 'orders', kind: 'instance', confirmed: true, since: '2026-11-21T10:00:00.000Z', healsByItself: false,
  differences: [
    { node: 'n3:8848', what: 'missing', cluster: 'DEFAULT', address: '10.0.0.1:80', agreed: 'present', shown: '' },
    { node: 'n2:8848', what: 'conflict', cluster: 'c2', address: '10.0.0.2:80', field: 'weight', agreed: '1', shown: '2' },
  ],
};
const found: ClusterDivergence = { cluster: 'prod', compared: true, sampled: false, total: 1, services: [item] };

function appOf(deps: Partial<AppDeps>): FastifyInstance {
  return createApp({
    telemetryPath: '/metrics', scrape: async () => ({ chunks: [], length: 0 }), notReady: () => undefined, reload: async () => ({ ok: true }), configYaml: () => '',
    summary: () => ({ version: '', clusters: [{ name: 'prod', nodes: [] }] }), divergence: () => [found], events: () => undefined, onError: () => undefined, ...deps,
  });
}

describe('divergence', () => {
  it('answers JSON with node, instance, field and values', async () => {
    const response = await appOf({}).inject('/api/v1/divergence');
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.json()).toEqual({ clusters: [found] });
  });

  it('shows the same on a page', async () => {
    const { payload, headers } = await appOf({}).inject('/divergence');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    for (const words of ['1 services differ', 'DEFAULT_GROUP@@orders', 'will not heal by itself', '10.0.0.1:80: missing', '10.0.0.2:80 (c2): weight is 2, agreed 1']) expect(payload).toContain(words);
  });

  it('says when nothing differs, when nothing was compared, and how much is not listed', async () => {
    const page = async (change: Partial<ClusterDivergence>): Promise<string> => (await appOf({ divergence: () => [{ ...found, ...change }] }).inject('/divergence')).payload;
    expect(await page({ total: 0, services: [] })).toContain('all nodes hold the same');
    expect(await page({ compared: false })).toContain('not compared yet');
    expect(await page({ total: 9000, sampled: true })).toContain('9000 services differ; the oldest 1 are listed; confirmed by a sample');
  });

  it('names configurations that a node serves otherwise than they are stored', async () => {
    const configs = [
      { namespace: 'public', group: 'G', dataId: '<b>.yaml', node: 'n2:8848', what: 'content', since: '2026-11-21T10:00:00.000Z' },
      { namespace: 'public', group: 'G', dataId: 'gone.yaml', node: 'n3:8848', what: 'missing', since: '2026-11-21T10:00:00.000Z' },
    ] as const;
    const app = appOf({ divergence: () => [{ ...found, total: 0, services: [], configs }] });
    expect((await app.inject('/api/v1/divergence')).json()).toMatchObject({ clusters: [{ configs }] });
    const { payload } = await app.inject('/divergence');
    for (const words of ['all nodes hold the same', '2 times a node serves', 'G &lt;b&gt;.yaml', 'other content', 'missing']) expect(payload).toContain(words);
    expect((await appOf({}).inject('/divergence')).payload).not.toContain('configuration');
  });

  it('does no harm with hostile names', async () => {
    const hostile = { ...item, service: '<script>alert("1")</script>', namespace: `"'&` };
    const { payload } = await appOf({ divergence: () => [{ ...found, services: [hostile] }] }).inject('/divergence');
    expect(payload).not.toContain('<script');
    expect(payload).toContain('&lt;script&gt;');
  });
});

describe('events', () => {
  const page = { events: [], cursor: 7, missed: false };

  it('go on after a cursor, of the only cluster or the named one', async () => {
    const asked: unknown[] = [];
    const app = appOf({ events: (cluster, after) => (asked.push([cluster, after]), page) });
    expect((await app.inject('/api/v1/events')).json()).toEqual(page);
    await app.inject('/api/v1/events?cluster=prod&after=41');
    expect(asked).toEqual([['prod', 0], ['prod', 41]]);
  });

  it.each([['after=x', 400, 'after: "x" is no cursor'], ['after=-1', 400, 'after'], ['cluster=other', 404, 'not polled here']])('refuses %s', async (query, status, words) => {
    const response = await appOf({}).inject(`/api/v1/events?${query}`);
    expect(response.statusCode).toBe(status);
    expect(response.payload).toContain(words);
  });

  it('asks which cluster where there are several', async () => {
    const summary = { version: '', clusters: ['a', 'b'].map((name) => ({ name, nodes: [] })) };
    expect((await appOf({ summary: () => summary }).inject('/api/v1/events')).payload).toBe('cluster: give one of a, b\n');
  });
});
