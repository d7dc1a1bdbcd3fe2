import { gunzipSync } from 'node:zlib';
import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';

import { createApp, type AppDeps } from '../../src/server/app.ts';
import { parseExposition } from '../metrics/parse-exposition.ts';
import { scrapesOf, textOf } from './fixture.ts';
import { noPages } from '../pages/states.ts';

function appOf(deps: Partial<AppDeps> = {}): FastifyInstance {
  const text = textOf({ cluster: 'a', services: 3000, value: 1 });
  return createApp({
    telemetryPath: '/metrics', scrape: scrapesOf({ clusters: () => [text] }).scrape, notReady: () => undefined, reload: async () => ({ ok: true }),
    configYaml: () => 'clusters: []\n', pages: noPages, now: () => 0, divergence: () => [], events: () => undefined, onError: () => undefined, ...deps,
  });
}

describe('/metrics', () => {
  it('is text by default, and lets caches tell the variants apart', async () => {
    const response = await appOf().inject('/metrics');
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/plain; version=0.0.4; charset=utf-8', vary: 'Accept, Accept-Encoding', 'cache-control': 'no-store',
      'content-length': String(response.rawPayload.length),
    });
    expect(response.headers).not.toHaveProperty('content-encoding');
    expect(parseExposition(response.payload, 'text').get('nacos_service_instances')!.samples).toHaveLength(3000);
  });

  it('is gzipped OpenMetrics for Prometheus', async () => {
    const accept = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    const response = await appOf().inject({ url: '/metrics', headers: { accept, 'accept-encoding': 'gzip' } });
    expect(response.headers).toMatchObject({
      'content-type': 'application/openmetrics-text; version=1.0.0; charset=utf-8', 'content-encoding': 'gzip',
    });
    expect(parseExposition(gunzipSync(response.rawPayload).toString(), 'openmetrics').has('nacos_push')).toBe(true);
  });

  it('answers HEAD without a body', async () => {
    const response = await appOf().inject({ method: 'HEAD', url: '/metrics' });
    expect([response.statusCode, response.payload]).toEqual([200, '']);
  });

  it('moves with the telemetry path, even onto the landing page', async () => {
    expect((await appOf({ telemetryPath: '/m' }).inject('/metrics')).statusCode).toBe(404);
    expect((await appOf({ telemetryPath: '/' }).inject('/')).payload).toContain('# TYPE nacos_up gauge');
  });

  it('tells a client of a failure no more than that it happened', async () => {
    const seen: string[] = [];
    const app = appOf({
      scrape: async () => Promise.reject(new Error('secret detail')),
      onError: (error, path) => void seen.push(`${path}: ${error.message}`),
    });
    const response = await app.inject('/metrics');
    expect([response.statusCode, response.payload]).toEqual([500, 'internal error\n']);
    expect(seen).toEqual(['/metrics: secret detail']);
  });
});

describe('the other paths', () => {
  it('tell health and readiness', async () => {
    let reason: string | undefined = 'no poll has completed yet';
    const app = appOf({ notReady: () => reason });
    expect((await app.inject('/-/healthy')).statusCode).toBe(200);
    const before = await app.inject('/-/ready');
    expect([before.statusCode, before.payload]).toEqual([503, 'not ready: no poll has completed yet\n']);
    reason = undefined;
    expect((await app.inject('/-/ready')).statusCode).toBe(200);
  });

  it('reload, and tell every mistake', async () => {
    const good = await appOf().inject({ method: 'POST', url: '/-/reload' });
    expect(good.statusCode).toBe(200);
    const app = appOf({ reload: async () => ({ ok: false, errors: ['a.yaml:1: one', 'a.yaml:2: two'] }) });
    const bad = await app.inject({ method: 'POST', url: '/-/reload', payload: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    expect([bad.statusCode, bad.payload]).toEqual([500, 'a.yaml:1: one\na.yaml:2: two\n']);
  });

  it('show the configuration as given', async () => {
    const response = await appOf().inject('/config');
    expect([response.headers['content-type'], response.payload]).toEqual(['text/plain; charset=utf-8', 'clusters: []\n']);
  });

  it.each([
    ['POST', '/metrics', 'GET, HEAD'], ['DELETE', '/', 'GET, HEAD'], ['PUT', '/config', 'GET, HEAD'], ['POST', '/-/healthy', 'GET, HEAD'],
    ['GET', '/-/reload', 'POST'], ['HEAD', '/-/reload', 'POST'], ['PUT', '/-/reload', 'POST'],
  ] as const)('refuse %s %s', async (method, url, allow) => {
    const response = await appOf().inject({ method, url });
    expect([response.statusCode, response.headers.allow]).toEqual([405, allow]);
  });

  it.each(['/nope', '/metrics/', '/-/', '/.env', '/config/x'])('do not include %s', async (url) => {
    const response = await appOf().inject(url);
    expect([response.statusCode, response.headers['content-type'], response.payload]).toEqual([404, 'text/plain; charset=utf-8', 'not found\n']);
  });

  it('take no large bodies', async () => {
    const response = await appOf().inject({ method: 'POST', url: '/-/reload', payload: 'x'.repeat(20_000), headers: { 'content-type': 'text/plain' } });
    expect(response.statusCode).toBe(413);
  });
});

it.each(['/', '/metrics', '/nope', '/%zz', '/-/reload'])('%s carries the strict headers', async (url) => {
  const { headers } = await appOf().inject(url);
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers).not.toHaveProperty('server');
  expect(headers).not.toHaveProperty('x-powered-by');
});
