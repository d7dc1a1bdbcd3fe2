/** Where values come from, which one wins, and what is wrong only in combination. */

import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import { formatIssue } from '../../src/config/issues.ts';
import type { LoadInput, LoadResult } from '../../src/config/load.ts';
import { effectiveYaml } from '../../src/config/mask.ts';
import { load, loadText, secretMark, valid } from './corpus.ts';

const issues = (result: LoadResult): readonly string[] => [...('errors' in result ? result.errors : []), ...result.warnings].map(formatIssue);

const servers = ['--nacos.server=a'];

describe('precedence', () => {
  const file = `
web: {listen_address: ':1', telemetry_path: /file}
log: {level: error, format: json}
shard: {ordinal: 1, total: 4}
auth: {username: file, password_file: /secrets/password}
poll: {interval: 20s}
`;
  const env = {
    NACOS_EXPORTER_WEB_LISTEN_ADDRESS: ':2',
    NACOS_EXPORTER_WEB_TELEMETRY_PATH: '/env',
    NACOS_EXPORTER_LOG_LEVEL: 'warn',
    NACOS_EXPORTER_LOG_FORMAT: '',
    NACOS_EXPORTER_SHARD: '2',
    NACOS_EXPORTER_TOTAL_SHARDS: '5',
    NACOS_EXPORTER_NACOS_USERNAME: 'env',
    NACOS_EXPORTER_POLL_INTERVAL: '30s',
    NACOS_EXPORTER_NACOS_SERVER: 'env-1, env-2,',
  };
  const flags = ['--web.listen-address=:3', '--log.level=debug', '--shard=3', '--total-shards=6', '--nacos.username=flag', '--poll.interval=40s', '--nacos.server=flag'];

  const table: readonly [string, (config: Config) => unknown, unknown, unknown, unknown, unknown][] = [
    ['web.listen_address', (c) => c.web.listenAddress, ':18848', ':1', ':2', ':3'],
    ['web.telemetry_path', (c) => c.web.telemetryPath, '/metrics', '/file', '/env', '/env'],
    ['log.level', (c) => c.log.level, 'info', 'error', 'warn', 'debug'],
    ['log.format', (c) => c.log.format, 'logfmt', 'json', 'json', 'json'],
    ['shard.ordinal', (c) => c.shard.ordinal, 0, 1, 2, 3],
    ['shard.total', (c) => c.shard.total, 1, 4, 5, 6],
    ['auth.username', (c) => c.clusters[0]?.auth.user?.username, undefined, 'file', 'env', 'flag'],
    ['poll.interval', (c) => c.clusters[0]?.poll.interval, 15_000, 20_000, 30_000, 40_000],
    ['servers', (c) => c.clusters[0]?.servers.map((server) => server.host), ['a'], ['a'], ['env-1', 'env-2'], ['flag']],
  ];

  it.each(table)('%s: defaults < file < environment < flags', (_, read, byDefault, byFile, byEnv, byFlag) => {
    expect(read(valid(load(servers)).config)).toEqual(byDefault);
    expect(read(valid(loadText(file, servers)).config)).toEqual(byFile);
    expect(read(valid(loadText(file, [], { env })).config)).toEqual(byEnv);
    expect(read(valid(loadText(file, flags, { env })).config)).toEqual(byFlag);
  });

  it('reads the file that the environment names unless a flag names another', () => {
    const files = { '/env.yml': 'log: {level: warn}', '/flag.yml': 'log: {level: error}' };
    const named = { NACOS_EXPORTER_CONFIG_FILE: '/env.yml' };

    expect(valid(load(servers, { env: named, files })).config.log.level).toBe('warn');
    expect(valid(load([...servers, '--config.file=/flag.yml'], { env: named, files })).config.log.level).toBe('error');
  });

  it('replaces a secret of a lower layer whatever its source was', () => {
    const text = 'auth: {username: u, password_file: /nowhere}';
    const password = (argv: readonly string[], variables: LoadInput['env']) => valid(loadText(text, [...servers, ...argv], { env: variables })).config.clusters[0]?.auth.user?.password;
    const variable = { NACOS_EXPORTER_NACOS_PASSWORD: secretMark };

    expect(password([], variable)).toEqual({ from: 'env', name: 'NACOS_EXPORTER_NACOS_PASSWORD' });
    expect(password(['--nacos.password-file=/secrets/password'], variable)).toEqual({ from: 'file', path: '/secrets/password' });
  });

  it('lets a cluster keep what it sets itself, and says that the flag has no effect there', () => {
    const result = valid(loadText('clusters: [{name: a, servers: [a], poll: {interval: 20s}}, {name: b, servers: [b]}]', ['--poll.interval=30s']));

    expect(result.config.clusters.map((cluster) => cluster.poll.interval)).toEqual([20_000, 30_000]);
    expect(issues(result)).toEqual(['--poll.interval: has no effect on a cluster with a setting of its own, clusters[0].poll.interval (overridden_flag)']);
  });

  it('resolves paths of the file from its folder, those of flags not at all', () => {
    const files = { 'conf/exporter.yml': 'auth: {username: u, password_file: secret/p}', 'conf/secret/p': 'x', p: 'y' };
    const path = (argv: readonly string[]) => valid(load([...servers, '--config.file=conf/exporter.yml', ...argv], { files })).config.clusters[0]?.auth.user?.password;

    expect(path([])).toEqual({ from: 'file', path: 'conf/secret/p' });
    expect(path(['--nacos.password-file=p'])).toEqual({ from: 'file', path: 'p' });
  });

  it('shortens or stretches a default that its bound leaves no room for', () => {
    const poll = (argv: string, text = '') => valid(loadText(text, [...servers, argv])).config.clusters[0]?.poll;

    expect(poll('--poll.interval=2s')).toMatchObject({ livenessInterval: 2000, slowInterval: 60_000 });
    expect(poll('--poll.interval=10m')).toMatchObject({ livenessInterval: 5000, slowInterval: 600_000, rareInterval: 600_000 });
    expect(poll('--poll.interval=15s', 'poll: {timeout: 500ms}')).toMatchObject({ connectTimeout: 500, timeout: 500 });
  });
});

describe('clusters', () => {
  it('makes one called default of servers by flag', () => {
    const { config } = valid(load(['--nacos.server=a,b:80', '--nacos.server', 'https://c/']));

    expect(config.clusters).toMatchObject([{ name: 'default', servers: [{ host: 'a' }, { port: 80 }, { scheme: 'https', contextPath: '' }] }]);
  });

  it('tells both ways to give one where there is none', () => {
    const [issue] = issues(load([]));

    expect(issue).toContain('--nacos.server=');
    expect(issue).toContain('--config.file');
    expect(issue).toContain('(no_cluster)');
  });

  it('asks for none where the command needs none', () => {
    expect(valid(load([], { clustersRequired: false })).config.clusters).toEqual([]);
  });

  it.each([['by flag', ['--nacos.server=b'], {}, '--nacos.server'], ['by variable', [], { NACOS_EXPORTER_NACOS_SERVER: 'b' }, 'NACOS_EXPORTER_NACOS_SERVER']])(
    'refuses servers %s beside clusters in the file', (_, argv, env, name) => {
      expect(issues(loadText('clusters: [{name: a, servers: [a]}]', argv, { env }))).toEqual([
        `${name}: the file lists clusters as well; give servers in one place only (clusters_and_servers)`,
      ]);
    });

  it('warns of a server in two clusters', () => {
    expect(issues(valid(loadText('clusters: [{name: a, servers: [x, y]}, {name: b, servers: [https://Y/]}]')))).toEqual([
      '/etc/exporter.yml:1:59: clusters[1].servers: y:8848 is also a server of cluster "a", so it is polled twice (shared_server)',
    ]);
  });

  it('warns of certificates that are not verified and of TLS settings without https', () => {
    const text = 'clusters: [{name: a, servers: [https://a], tls: {insecure_skip_verify: true}}, {name: b, servers: [b], tls: {server_name: b}}]';

    expect(valid(loadText(text)).warnings.map(({ code, path }) => [code, path])).toEqual([
      ['insecure_tls', 'clusters[0].tls.insecure_skip_verify'], ['unused_tls', 'clusters[1].tls.server_name'],
    ]);
  });
});

describe('mistakes outside the file', () => {
  it('are all reported at once, beside those of the file', () => {
    const env = { NACOS_EXPORTER_LOG_LEVEL: 'loud', NACOS_EXPORTER_SHARD: 'one' };

    expect(issues(loadText('log: {level: 3}', ['--nacos.server=ftp://a,b,b', '--poll.interval=15', '--bogus'], { env }))).toEqual([
      '/etc/exporter.yml:1:14: log.level: expected one of trace, debug, info, warn, error (bad_choice)',
      '--bogus: unknown flag (unknown_flag)',
      '--nacos.server: "ftp://a": scheme ftp is not supported; use http or https (bad_server)',
      '--poll.interval: "15" has no unit; write 15s or 15ms (bad_duration)',
      'NACOS_EXPORTER_LOG_LEVEL: expected one of trace, debug, info, warn, error (bad_choice)',
      'NACOS_EXPORTER_SHARD: expected a whole number, got text (wrong_type)',
      '--nacos.server: b:8848 is already a server of this cluster (duplicate_server)',
    ]);
  });

  it('do not make the cluster seem missing', () => {
    expect(issues(load(['--nacos.server=ftp://a']))).toEqual(['--nacos.server: "ftp://a": scheme ftp is not supported; use http or https (bad_server)']);
    expect(issues(load(['--config.file=/nowhere.yml']))).toEqual(['--config.file: cannot read "/nowhere.yml": no such file (file_unreadable)']);
  });

  it.each([
    ['a username alone', ['--nacos.username=u'], {}, '--nacos.username', 'incomplete_auth'],
    ['a password alone', [], { NACOS_EXPORTER_NACOS_PASSWORD: secretMark }, 'NACOS_EXPORTER_NACOS_PASSWORD', 'incomplete_auth'],
    ['a missing password file', ['--nacos.username=u', '--nacos.password-file=/nowhere'], {}, '--nacos.password-file', 'secret_unreadable'],
    ['two passwords in the environment', ['--nacos.username=u'],
      { NACOS_EXPORTER_NACOS_PASSWORD: secretMark, NACOS_EXPORTER_NACOS_PASSWORD_FILE: '/secrets/password' }, 'NACOS_EXPORTER_NACOS_PASSWORD', 'secret_conflict'],
    ['a missing web.config.file', ['--web.config.file=/nowhere'], {}, '--web.config.file', 'file_unreadable'],
    ['a shard beyond the total', ['--shard=1'], {}, '--shard', 'out_of_range'],
    ['a pod beyond the total', ['--total-shards=2'], { NACOS_EXPORTER_SHARD: 'nacos-exporter-2' }, 'NACOS_EXPORTER_SHARD', 'out_of_range'],
    ['a pod of no StatefulSet', ['--total-shards=2'], { NACOS_EXPORTER_SHARD: 'nacos-exporter-7d4b9c-x7k2p' }, 'NACOS_EXPORTER_SHARD', 'wrong_type'],
  ])('%s', (_, argv, env, path, code) => {
    const result = load([...servers, ...argv], { env });

    expect(result).toMatchObject({ errors: [{ path, code }] });
    expect(JSON.stringify(result)).not.toContain(secretMark);
  });

  it('warns of variables it does not know, but not of those Kubernetes makes for a service of this name', () => {
    const env = {
      NACOS_EXPORTER_POL_INTERVAL: '1s',
      NACOS_EXPORTER_SERVICE_HOST: '10.0.0.1',
      NACOS_EXPORTER_SERVICE_PORT_HTTP: '18848',
      NACOS_EXPORTER_PORT: 'tcp://10.0.0.1:18848',
      NACOS_EXPORTER_PORT_18848_TCP_ADDR: '10.0.0.1',
    };

    expect(issues(valid(load(servers, { env })))).toEqual([
      'NACOS_EXPORTER_POL_INTERVAL: unknown environment variable; did you mean "NACOS_EXPORTER_POLL_INTERVAL"? (unknown_variable)',
    ]);
  });

  it('keeps a password from the environment out of everything it says', () => {
    const result = valid(load([...servers, '--nacos.username=u'], { env: { NACOS_EXPORTER_NACOS_PASSWORD: secretMark } }));

    expect(JSON.stringify(result) + effectiveYaml(result.config)).not.toContain(secretMark);
  });
});
