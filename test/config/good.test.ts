/** What the files of `good/` mean, in full, and that the masked form means the same. */

import { describe, expect, it } from 'vitest';
import { effectiveYaml, masked } from '../../src/config/mask.ts';
import { corpus, load, loadText, secretMark, valid } from './corpus.ts';

const defaults = {
  discover: true,
  auth: {},
  namespaces: { allow: [], deny: [] },
  poll: { interval: 15_000, livenessInterval: 5000, slowInterval: 60_000, rareInterval: 300_000, contentsInterval: 300_000, connectTimeout: 2000, timeout: 5000 },
  metrics: { allow: [], deny: [] },
  metadataViews: { keys: [], valuesPerKey: 20 },
  limits: { services: 20_000, responseBytes: 64_000_000, actuatorSeries: 500, pageRows: 20_000 },
  expose: 'metrics',
};

const server = (host: string, port = 8848, contextPath = '/nacos', scheme = 'http') => ({ scheme, host, port, contextPath });

describe('good configuration files', () => {
  it('fills in every default', () => {
    const { config, warnings, file } = valid(load(['--config.file=/corpus/good/smallest.yaml']));

    expect(warnings).toEqual([]);
    expect(file).toBe('/corpus/good/smallest.yaml');
    expect(config).toEqual({
      web: { listenAddress: ':18848', telemetryPath: '/metrics', lifecycle: 'protected' },
      log: { level: 'info', format: 'logfmt' },
      shard: { ordinal: 0, total: 1 },
      contentsRate: 4_000_000,
      relay: { language: 'en' },
      clusters: [{ ...defaults, name: 'production', servers: [server('nacos-1')] }],
    });
  });

  it('reads every key, with the top level as default of the clusters', () => {
    const { config, warnings } = valid(load(['--config.file=/corpus/good/everything.yaml']));
    const user = { username: 'monitor', password: { from: 'file', path: '/secrets/password' } };
    const limits = { services: 0, responseBytes: 16 * 2 ** 20, actuatorSeries: 500, pageRows: 5000 };

    expect(warnings).toEqual([]);
    expect(config).toEqual({
      web: { listenAddress: '[::1]:9000', telemetryPath: '/nacos/metrics', lifecycle: 'protected' },
      log: { level: 'debug', format: 'json' },
      shard: { ordinal: 1, total: 3 },
      contentsRate: 1_048_576,
      relay: {
        language: 'zh', externalUrl: 'https://nacos-exporter.example.org/x',
        feishu: { url: { from: 'file', path: '/secrets/feishu-url' }, secret: { from: 'env', name: 'PASSWORD' } },
        dingtalk: { url: { from: 'file', path: '/secrets/dingtalk-url' }, secret: { from: 'file', path: '/secrets/password' } },
        wecom: { url: { from: 'env', name: 'WECOM' } },
      },
      clusters: [
        {
          ...defaults,
          name: '生产',
          servers: [
            server('nacos-1.example.org', 8848, '/nacos', 'https'),
            server('10.0.0.2', 80, ''),
            server('nacos_3', 8849, '/registry'),
            server('[fe80::1]'),
          ],
          discover: false,
          auth: {
            user: { username: 'monitor', password: { from: 'env', name: 'PASSWORD' } },
            identity: { key: 'serverIdentity', value: { from: 'file', path: '/secrets/password' } },
          },
          tls: { caFile: '/tls/ca.pem', certFile: '/tls/client.pem', keyFile: '/tls/client.key', serverName: 'nacos', insecureSkipVerify: false },
          namespaces: { allow: ['prod-*', 'public'], deny: ['*-test'] },
          poll: { interval: 90_000, livenessInterval: 5000, slowInterval: 120_000, rareInterval: 300_000, contentsInterval: 600_000, connectTimeout: 1500, timeout: 1500 },
          canary: { namespace: 'probes', interval: 30_000, identity: 'exporter-1.a_b', push: false },
          configCheck: { requestsPerMinute: 600 },
          metrics: { allow: [], deny: ['nacos_service_*'] },
          limits,
          expose: 'probe',
        },
        {
          ...defaults,
          name: 'second',
          servers: [server('nacos-9')],
          auth: { user },
          poll: { ...defaults.poll, interval: 30_000, slowInterval: 120_000, contentsInterval: 600_000 },
          limits,
        },
      ],
    });
  });

  it.each(corpus('good'))('%s survives being printed and read again', (name) => {
    const argv = name.startsWith('servers-elsewhere') ? ['--nacos.server=a,b', '--nacos.password-file=/secrets/password'] : [];
    const first = valid(load([`--config.file=/corpus/good/${name}`, ...argv]));
    const printed = effectiveYaml(first.config);
    const second = valid(loadText(printed));

    expect(second.config).toEqual(first.config);
    expect(second.hash).toBe(first.hash);
    expect(printed).not.toContain(secretMark);
  });
});

describe('effectiveYaml', () => {
  const text = `clusters: [{name: a, servers: [a], auth: {username: u, password: ${secretMark}, identity: {key: k, value: ${secretMark}2}}}]`;

  it('masks addresses and keys of bots', () => {
    const hook = `https://host/hook/${secretMark}`;
    const { config, warnings } = valid(loadText(`relay: {feishu: {url: '${hook}', secret: ${secretMark}}, wecom: {url: '${hook}'}}\nclusters: [{name: a, servers: [a]}]`));
    const printed = effectiveYaml(config);

    expect(printed).toContain(`relay:\n  language: en\n  feishu:\n    url: ${masked}\n    secret: ${masked}\n  wecom:\n    url: ${masked}\n`);
    expect(printed + JSON.stringify(warnings)).not.toContain(secretMark);
    expect(warnings.map(({ path }) => path)).toEqual(['relay.feishu.url', 'relay.feishu.secret', 'relay.wecom.url']);
  });

  it('masks secrets written into the file, and warns of them without repeating them', () => {
    const { config, warnings } = valid(loadText(text));
    const printed = effectiveYaml(config);

    expect(printed).toContain(`password: ${masked}`);
    expect(printed).toContain(`value: ${masked}`);
    expect(printed + JSON.stringify(warnings)).not.toContain(secretMark);
    expect(warnings.map(({ code, path }) => [code, path])).toEqual([
      ['secret_in_file', 'clusters[0].auth.password'], ['secret_in_file', 'clusters[0].auth.identity.value'],
    ]);
  });

  it('shows paths and names of variables', () => {
    const { config } = valid(load(['--config.file=/corpus/good/everything.yaml']));

    expect(effectiveYaml(config)).toContain('password_env: PASSWORD');
    expect(effectiveYaml(config)).toContain('value_file: /secrets/password');
  });
});

describe('hash', () => {
  const hash = (text: string) => valid(loadText(text)).hash;

  it('is a whole number that a gauge holds exactly', () => {
    expect(Number.isSafeInteger(hash('clusters: [{name: a, servers: [a]}]'))).toBe(true);
  });

  it('follows the meaning of a file, not its wording', () => {
    const plain = hash('clusters: [{name: a, servers: [a]}]');

    expect(hash('# with a comment\nclusters:\n  - servers: ["http://a:8848/nacos"]\n    name: a\n    poll: {interval: 15s}\n')).toBe(plain);
    expect(hash('clusters: [{name: a, servers: [a], poll: {interval: 16s}}]')).not.toBe(plain);
  });

  it('tells nothing of a secret', () => {
    const one = hash('clusters: [{name: a, servers: [a], auth: {username: u, password: one}}]');

    expect(hash('clusters: [{name: a, servers: [a], auth: {username: u, password: two}}]')).toBe(one);
  });
});
