import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createApp, type AppDeps } from '../../src/server/app.ts';
import type { ClusterDivergence, DivergenceItem } from '../../src/server/divergence.ts';
import { clusterState, sourceOf } from '../pages/states.ts';

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
    pages: sourceOf({ states: [clusterState()] }), now: () => 0, divergence: () => [found], events: () => undefined, onError: () => undefined, ...deps,
  });
}

describe('divergence', () => {
  it('answers JSON with node, instance, field and values', async () => {
    const response = await appOf({}).inject('/api/v1/divergence');
    expect(response.headers['content-type']).toMatch(/^application\/json/);
    expect(response.json()).toEqual({ clusters: [found] });
  });

  it('names configurations that a node serves otherwise than they are stored', async () => {
    const configs = [
      { namespace: 'public', group: 'G', dataId: '<b>.yaml', node: 'n2:8848', what: 'content', since: '2026-11-21T10:00:00.000Z' },
      { namespace: 'public', group: 'G', dataId: 'gone.yaml', node: 'n3:8848', what: 'missing', since: '2026-11-21T10:00:00.000Z' },
    ] as const;
    const app = appOf({ divergence: () => [{ ...found, total: 0, services: [], configs }] });
    expect((await app.inject('/api/v1/divergence')).json()).toMatchObject({ clusters: [{ configs }] });
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
    const pages = sourceOf({ states: ['a', 'b'].map((name) => clusterState({ name })) });
    expect((await appOf({ pages }).inject('/api/v1/events')).payload).toBe('cluster: give one of a, b\n');
  });
});
