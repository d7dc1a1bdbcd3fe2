import type { FastifyInstance } from 'fastify';
import { describe, expect, it } from 'vitest';
import { createApp } from '../../src/server/app.ts';
import type { PageSource } from '../../src/server/pages/state.ts';
import { clusterState, differing, noPages, now, sourceOf, unpolled } from './states.ts';

function appOf(pages: PageSource, telemetryPath = '/metrics'): FastifyInstance {
  return createApp({
    telemetryPath, scrape: async () => ({ chunks: [], length: 0 }), notReady: () => undefined, reload: async () => ({ ok: true }), configYaml: () => '',
    pages, now: () => now, divergence: () => [], events: () => undefined, onError: () => undefined,
  });
}

const calm = sourceOf({ states: [clusterState()] });

describe('the pages', () => {
  it.each(['/', '/divergence'])('%s loads nothing but its own style, script and icon, which may be kept for good', async (url) => {
    const app = appOf(calm);
    const { payload, headers } = await app.inject(url);
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', vary: 'Accept-Language', 'content-language': 'en' });
    expect(payload).not.toMatch(/ style=|<style| on\w+="|<script>|https?:\/\/|src="\/|href="\//);
    const loaded = [...payload.matchAll(/(?:src|href)="(assets\/[^"]+)"/g)].map((match) => match[1]!);
    expect(loaded).toHaveLength(3);
    for (const asset of loaded) {
      const answer = await app.inject(`/${asset}`);
      expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable']);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
    expect((await app.inject('/assets/page-000000000000.css')).statusCode).toBe(404);
  });

  it.each([['zh-CN', '', 'zh-CN', '可信'], ['zh-CN', '?lang=en', 'en', 'Can be trusted'], ['fr', '?lang=zh', 'zh-CN', '可信']])('for %s with "%s" are in %s', async (accepted, search, code, words) => {
    const { payload, headers } = await appOf(calm).inject({ url: `/${search}`, headers: { 'accept-language': accepted } });
    expect(headers['content-language']).toBe(code);
    expect(payload).toContain(`<html lang="${code}"`);
    expect(payload).toContain(words);
  });

  it('stand where the metrics leave room', async () => {
    const app = appOf(calm, '/');
    expect((await app.inject('/')).payload).not.toContain('<html');
    expect((await app.inject('/status')).payload).toContain('Can be trusted');
    expect((await app.inject('/divergence')).payload).toContain('href="status"');
  });

  it.each(['/?cluster=other', '/divergence?cluster=other'])('know no cluster that is not polled: %s', async (url) => {
    const response = await appOf(calm).inject(url);
    expect([response.statusCode, response.payload]).toEqual([404, 'cluster: not polled here\n']);
  });

  it.each([
    ['nothing configured', noPages, ['No cluster is polled here']],
    ['before the first poll', sourceOf({ states: [unpolled()] }), ['Not known', 'No poll has been completed yet']],
    ['before the first comparison', sourceOf({ states: [clusterState({ compared: false })] }), ['Can be trusted', 'only counts', 'Not compared yet']],
    ['contents that are old', sourceOf({ states: [clusterState({ stale: true })] }), ['Not known', 'Nothing was read since 09:59:58 UTC']],
    ['a refused configuration', { ...calm, exporter: () => ({ version: '1', startedAt: now, configAt: now, configErrors: ['a.yaml:1: odd'] }) }, ['refused', 'a.yaml:1: odd']],
  ])('say what there is to say: %s', async (_what, source, words) => {
    const { statusCode, payload } = await appOf(source).inject('/');
    expect(statusCode).toBe(200);
    for (const word of words) expect(payload).toContain(word);
  });

  it('say what differs, of several clusters of which one', async () => {
    const states = ['east', 'west'].map((name) => clusterState({ name, confirmed: 1 }));
    const source = sourceOf({ states, differing: [differing('orders', { cluster: 'east', healsByItself: false }), differing('users', { cluster: 'west', omitted: 3 })] });
    const all = (await appOf(source).inject('/divergence')).payload;
    for (const words of ['1–2 of 2 services', '<bdi>orders</bdi>', '<bdi>users</bdi>', 'will not heal by itself', 'and 3 more', '<bdi>west</bdi>']) expect(all).toContain(words);
    const one = (await appOf(source).inject('/divergence?cluster=west')).payload;
    expect(one).toContain('1–1 of 1 service');
    expect(one).not.toContain('<bdi>orders</bdi>');
  });

  it('name configurations that a node serves otherwise, and say when none is', async () => {
    const config = { namespace: 'public', group: 'G', dataId: '<b>.yaml', node: 'n2:8848', what: 'content', since: new Date(now).toISOString() } as const;
    const page = async (configs: Parameters<typeof sourceOf>[0]['configs']): Promise<string> => (await appOf(sourceOf({ states: [clusterState()], configs })).inject('/divergence')).payload;
    const found = await page([config]);
    for (const words of ['&lt;b&gt;.yaml', 'other content', 'n2:8848']) expect(found).toContain(words);
    expect(await page([])).toContain('Every node serves configurations as they are stored');
    expect(await page(undefined)).not.toContain('onfigurations as');
  });
});
