/** Files of exporter-toolkit's format: its own cases, what promtool says of them where it is installed, and then ours. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { formatIssue } from '../../src/config/issues.ts';
import { loadWebConfig } from '../../src/config/web/load.ts';
import { missing, skipWithReason } from '../lab/tools.ts';
import { secretMark } from './corpus.ts';
import { hash, pem, tls, toolkit } from './web-config-cases.ts';


const files: Readonly<Record<string, string>> = {
  '/etc/web/server.crt': pem('server.crt'), '/etc/web/server.key': pem('server.key'), '/etc/web/next.key': pem('server-next.key'),
  '/etc/web/ca.crt': pem('ca.crt'), '/etc/web/text': `${secretMark}\n`,
};

function load(text: string) {
  return loadWebConfig('/etc/web/web.yml', (path) => {
    const found = path === '/etc/web/web.yml' ? text : files[path];
    if (found === undefined) throw Object.assign(new Error('missing'), { code: 'ENOENT' });
    return found;
  });
}

/** `ok`, or every mistake without the file's name. */
function outcome(text: string): readonly string[] | 'ok' {
  const result = load(text);
  return 'errors' in result ? result.errors.map((issue) => formatIssue(issue).replace('/etc/web/web.yml:', '')) : 'ok';
}

function good(text: string) {
  const result = load(text);
  if ('errors' in result) throw new Error(result.errors.map(formatIssue).join('\n'));
  return result.config;
}

describe('the cases of exporter-toolkit', () => {
  it.each(toolkit)('$name', ({ text, expected }) => {
    const found = outcome(text);
    expect(found === 'ok' ? 'ok' : found.join('\n')).toMatch(expected === 'ok' ? /^ok$/ : expected);
  });

  it.skipIf(skipWithReason('promtool check web-config', missing(['promtool'])))('are judged by promtool as they are here', () => {
    const folder = mkdtempSync(join(tmpdir(), 'web-cases-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    for (const name of ['server.crt', 'server.key', 'ca.crt']) copyFileSync(new URL(`../fixtures/web-tls/${name}`, import.meta.url), join(folder, name));
    const judged = toolkit.filter(({ newer }) => newer !== true);
    const paths = judged.map(({ text }, i) => {
      const path = join(folder, `${i}.yml`);
      writeFileSync(path, text);
      return path;
    });
    const { stdout, stderr } = spawnSync('promtool', ['check', 'web-config', ...paths], { encoding: 'utf8' });
    const verdict = (path: string): string => (`${stdout}${stderr}`.includes(`${path} SUCCESS`) ? 'ok' : 'refused');
    expect(judged.map(({ name }, i) => `${name}: ${verdict(paths[i]!)}`)).toEqual(judged.map(({ name, expected }) => `${name}: ${expected === 'ok' ? 'ok' : 'refused'}`));
  });

  it('names a file that is missing', () => {
    const result = loadWebConfig('/nowhere.yml', () => {
      throw Object.assign(new Error('x'), { code: 'ENOENT' });
    });
    expect('errors' in result ? result.errors.map(formatIssue) : []).toEqual(['/nowhere.yml: cannot be read: no such file (file_unreadable)']);
  });
});

const ours: readonly (readonly [name: string, text: string, expected: readonly string[] | 'ok'])[] = [
  ['a section whose entries are all commented out', 'basic_auth_users:\nhttp_server_config:\n  headers:\ntls_server_config:\n', 'ok'],
  ['every mistake at once', 'tls_server_config:\n  min_version: TLS9\n  key_file: server.key\nbasic_auth_users: {a: b}\nrate_limit: {interval: 5, burst: -1}\nusers: 1\n', [
    '2:3: tls_server_config: TLS needs cert_file or cert (missing_key)',
    '2:16: tls_server_config.min_version: "TLS9" is no version of TLS; known are TLS10, TLS11, TLS12, TLS13 (bad_choice)',
    '4:23: basic_auth_users.a: is not a bcrypt hash such as htpasswd -nBC 10 prints (bad_hash)',
    '5:24: rate_limit.interval: "5" has no unit; write 5s or 5ms (bad_duration)',
    '5:34: rate_limit.burst: must be at least 0 (out_of_range)',
    '6:1: users: unknown key; known here: tls_server_config, http_server_config, basic_auth_users, rate_limit (unknown_key)',
  ]],
  ['TLS asked for by a version alone', 'tls_server_config: {min_version: TLS13}', [
    '1:20: tls_server_config: TLS needs cert_file or cert (missing_key)', '1:20: tls_server_config: TLS needs key_file or key (missing_key)',
  ]],
  ['a certificate twice', `${tls()}  cert: text\n`, ['4:9: tls_server_config.cert: cert_file is given as well; keep one of them (bad_tls)']],
  ['a key of another certificate', 'tls_server_config: {cert_file: server.crt, key_file: next.key}', ['1:54: tls_server_config.key_file: the key is not that of the certificate (bad_tls)']],
  ['no PEM at all', 'tls_server_config: {cert_file: text, key_file: text}', [
    '1:32: tls_server_config.cert_file: holds no certificate (bad_pem)', '1:48: tls_server_config.key_file: holds no private key that can be used without a passphrase (bad_pem)',
  ]],
  ['versions that leave none', tls('  min_version: TLS13\n  max_version: TLS12\n'), ['4:16: tls_server_config.min_version: min_version is above max_version: no client could connect (bad_tls)']],
  ['a rate without a burst', 'rate_limit: {interval: 1s}', ['1:13: rate_limit: burst must be at least 1: with 0 no request at all would be answered (out_of_range)']],
  ['a key twice', 'rate_limit: {}\nrate_limit: {}\n', ['2:1: rate_limit: the key is written twice in one mapping (duplicate_key)']],
  ['a header over two lines', 'http_server_config: {headers: {Content-Security-Policy: "a\\nb"}}', ['1:57: http_server_config.headers.Content-Security-Policy: holds a line break or a character that no header may carry (bad_choice)']],
];

describe('our own cases', () => {
  it.each(ours)('%s', (_name, text, expected) => {
    expect(outcome(text)).toEqual(expected);
  });

  it('never repeats what may be a secret', () => {
    const texts = [`basic_auth_users: {a: ${secretMark}}`, 'tls_server_config: {cert_file: text, key_file: text}', `tls_server_config: {cert: ${secretMark}, key: ${secretMark}}`];
    expect(texts.map(outcome).join('\n')).not.toContain(secretMark);
  });

  it('knows all that the file says', () => {
    const config = good(`${tls('  client_auth_type: RequireClientCert\n  min_version: TLS11\n  max_version: TLS12\n  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n  curve_preferences: [X25519, CurveP256]\n')}rate_limit: {interval: 1m1.5s, burst: 3}\nhttp_server_config: {headers: {X-Frame-Options: "", X-XSS-Protection: 1}}\nbasic_auth_users: {"a:b": "${hash}"}\n`);
    expect(config).toEqual({
      tls: {
        cert: pem('server.crt'), key: pem('server.key'), clientAuth: 'require', minVersion: 'TLSv1.1', maxVersion: 'TLSv1.2', preferServerCiphers: true, curves: 'X25519:P-256',
        ciphers: 'TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:ECDHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0',
      },
      headers: new Map([['X-Frame-Options', ''], ['X-XSS-Protection', '1']]), users: new Map([['a:b', hash]]), rateLimit: { interval: 61_500, burst: 3 },
      files: ['/etc/web/web.yml', '/etc/web/server.crt', '/etc/web/server.key'],
    });
  });

  it('takes TLS 1.2 and 1.3 unless told otherwise', () => {
    expect(good(tls()).tls).toMatchObject({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', clientAuth: 'none' });
  });
});
