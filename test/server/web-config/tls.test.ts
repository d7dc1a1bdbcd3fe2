/** TLS of our own listener over real sockets: who is let in, and what a changed file changes. */

import { X509Certificate } from 'node:crypto';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';

import { alternativeNames } from '../../../src/server/web-config/client-certificate.ts';
import { ca, client, mutual, sites, pem, stranger, tls } from './fixture.ts';

const secure = { tls: true } as const;
const serialOf = (name: string): string => new X509Certificate(pem(name)).serialNumber;

const start = sites();

/** `ok`, or that no answer came. */
async function outcome(asked: Promise<{ readonly status: number }>): Promise<string> {
  return asked.then(({ status }) => (status === 200 ? 'ok' : String(status)), (error: NodeJS.ErrnoException) => (error.code === undefined ? error.message : 'refused'));
}

const some12 = '  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]\n  max_version: TLS12\n';

describe('what exporter-toolkit does over a socket', () => {
  it.each<readonly [string, string | undefined, object, string]>([
    ['an empty file is plain HTTP', '', {}, 'ok'],
    ['no file is plain HTTP', undefined, {}, 'ok'],
    ['a TLS client of plain HTTP', '', secure, 'refused'],
    ['a plain client of TLS', tls, {}, 'refused'],
    ['TLS', tls, secure, 'ok'],
    ['a client of TLS 1.1', tls, { ...secure, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, 'refused'],
    ['a client of TLS 1.1 where it is allowed', `${tls}  min_version: TLS11\n`, { ...secure, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, 'ok'],
    ['a client of TLS 1.2 where 1.3 is the least', `${tls}  min_version: TLS13\n`, { ...secure, maxVersion: 'TLSv1.2' }, 'refused'],
    ['a client of TLS 1.3 where 1.2 is the most', `${tls}  max_version: TLS12\n`, { ...secure, minVersion: 'TLSv1.3' }, 'refused'],
    ['a common cipher', `${tls}${some12}`, { ...secure, ciphers: 'ECDHE-RSA-AES128-GCM-SHA256' }, 'ok'],
    ['no common cipher', `${tls}${some12}`, { ...secure, ciphers: 'ECDHE-RSA-AES256-SHA' }, 'refused'],
    ['ciphers are no limit to TLS 1.3', `${tls}  cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]\n`, { ...secure, minVersion: 'TLSv1.3' }, 'ok'],
    ['a common curve', `${tls}  curve_preferences: [CurveP521]\n`, { ...secure, ecdhCurve: 'P-521' }, 'ok'],
    ['no common curve', `${tls}  curve_preferences: [CurveP521]\n`, { ...secure, ecdhCurve: 'P-384' }, 'refused'],
    ['any certificate wanted, a stranger\'s given', `${tls}  client_auth_type: RequireAnyClientCert\n`, { ...secure, ...stranger }, 'ok'],
    ['any certificate wanted, none given', `${tls}  client_auth_type: RequireAnyClientCert\n`, secure, 'refused'],
    ['a certificate asked for, none given', `${tls}  client_auth_type: RequestClientCert\n`, secure, 'ok'],
    ['a certificate asked for, a stranger\'s given', `${tls}  client_auth_type: RequestClientCert\n`, { ...secure, ...stranger }, 'ok'],
    ['verified if given, none given', `${tls}  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt\n`, secure, 'ok'],
    ['verified if given, ours given', `${tls}  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt\n`, { ...secure, ...client }, 'ok'],
    ['verified if given, a stranger\'s given', `${tls}  client_auth_type: VerifyClientCertIfGiven\n  client_ca_file: ca.crt\n`, { ...secure, ...stranger }, 'refused'],
    ['verified, ours given', mutual, { ...secure, ...client }, 'ok'],
    ['verified, none given', mutual, secure, 'refused'],
    ['verified, a stranger\'s given', mutual, { ...secure, ...stranger }, 'refused'],
    ['verified, a server\'s given', mutual, { ...secure, cert: pem('server.crt'), key: pem('server.key') }, 'ok'],
    ['verified by the system\'s authorities', `${tls}  client_auth_type: RequireAndVerifyClientCert\n`, { ...secure, ...client }, 'refused'],
    ['a name that is allowed', `${mutual}  client_allowed_sans: [other, prometheus.test]\n`, { ...secure, ...client }, 'ok'],
    ['an address that is allowed', `${mutual}  client_allowed_sans: ["::1"]\n`, { ...secure, ...client }, 'ok'],
    ['a URI that is allowed', `${mutual}  client_allowed_sans: ["spiffe://test/prometheus"]\n`, { ...secure, ...client }, 'ok'],
    ['no name that is allowed', `${mutual}  client_allowed_sans: [prometheus, "test"]\n`, { ...secure, ...client }, 'refused'],
  ])('%s', async (_name, text, options, expected) => {
    const { ask } = await start(text);
    expect(await outcome(ask('/metrics', options))).toBe(expected);
  });

  it.each([[true, 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'], [false, 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384']])('prefers its own ciphers: %s', async (own, cipher) => {
    const { ask } = await start(`${tls}${some12}  prefer_server_cipher_suites: ${own}\n`);
    const answer = await ask('/metrics', { ...secure, ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-GCM-SHA256' });
    expect(answer.cipher).toBe(cipher);
  });

  it('takes certificate and key from the file itself', async () => {
    const inline = (name: string): string => pem(name).replaceAll(/^/gm, '    ').trimEnd();
    const { ask } = await start(`tls_server_config:\n  cert: |\n${inline('server.crt')}\n  key: |\n${inline('server.key')}\n`);
    expect(await outcome(ask('/metrics', secure))).toBe('ok');
  });
});

describe('a file that changes', () => {
  it('shows another certificate from the next handshake on, and keeps connections', async () => {
    const { ask, put, port } = await start(tls);
    expect((await ask('/metrics', secure)).serial).toBe(serialOf('server.crt'));
    const old = connectTls({ port, host: '127.0.0.1', ca });
    await new Promise((resolve) => old.once('secureConnect', resolve));
    put('server-next.crt', 'server.crt');
    put('server-next.key', 'server.key');
    expect((await ask('/metrics', secure)).serial).toBe(serialOf('server-next.crt'));
    old.write('GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await textOf(old)).toContain('200 OK');
  });

  it('keeps the pair in force until the new one is whole', async () => {
    const { ask, put, log } = await start(tls);
    put('server-next.crt', 'server.crt');
    expect((await ask('/metrics', secure)).serial).toBe(serialOf('server.crt'));
    expect((await ask('/metrics', secure)).serial).toBe(serialOf('server.crt'));
    expect(log.filter((line) => line.includes('the one before stays in force') && line.includes('not that of the certificate'))).toHaveLength(1);
    put('server-next.key', 'server.key');
    expect((await ask('/metrics', secure)).serial).toBe(serialOf('server-next.crt'));
  });

  it('asks for client certificates, of another authority, or no more', async () => {
    const { ask, write, put } = await start(tls);
    const ours = { ...secure, ...client };
    const theirs = { ...secure, ...stranger };
    expect(await outcome(ask('/metrics', secure))).toBe('ok');
    write(mutual);
    expect(await outcome(ask('/metrics', secure))).toBe('refused');
    expect(await outcome(ask('/metrics', ours))).toBe('ok');
    put('other-ca.crt', 'ca.crt');
    expect(await outcome(ask('/metrics', ours))).toBe('refused');
    expect(await outcome(ask('/metrics', theirs))).toBe('ok');
    write(`${tls}  min_version: TLS13\n`);
    expect(await outcome(ask('/metrics', secure))).toBe('ok');
    expect(await outcome(ask('/metrics', { ...secure, maxVersion: 'TLSv1.2' }))).toBe('refused');
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('takes up no %s session of a client that the new authority does not know', async (version) => {
    const { port, put } = await start(mutual);
    const options = { port, host: '127.0.0.1', ca, ...client, minVersion: version, maxVersion: version };
    const first = connectTls(options);
    const session = new Promise<Buffer>((resolve) => first.once('session', resolve));
    first.write('GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    expect(await textOf(first)).toContain('200 OK');
    put('other-ca.crt', 'ca.crt');
    const second = connectTls({ ...options, session: await session });
    second.on('secureConnect', () => second.write('GET /-/healthy HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'));
    expect(await textOf(second)).toBe('');
  });

  it('is refused with a mistake in it, and one that turns TLS off', async () => {
    const { ask, write, log } = await start(tls);
    write(`${tls}  min_version: TLS9\n`);
    expect(await outcome(ask('/metrics', secure))).toBe('ok');
    write('');
    expect(await outcome(ask('/metrics', secure))).toBe('ok');
    write(`${tls}  max_version: TLS12\n`);
    expect(await outcome(ask('/metrics', { ...secure, minVersion: 'TLSv1.3' }))).toBe('refused');
    expect(log.join('\n')).toMatch(/"TLS9\\" is no version[^]*TLS cannot be turned off while the program runs/);
  });
});

it('lets a running scrape finish over TLS when it stops', async () => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => (release = resolve));
  const here = await start(tls, { app: { scrape: async () => held.then(() => ({ chunks: [Buffer.from('nacos_up 1\n')], length: 11 })) } });
  const running = here.ask('/metrics', secure);
  await sleep(100);
  const stopped = here.stop();
  await sleep(50);
  release();
  expect((await running).body).toBe('nacos_up 1\n');
  await stopped;
  expect(await outcome(here.ask('/metrics', secure))).toBe('refused');
});

it('reads the alternative names of a certificate', () => {
  expect(alternativeNames('DNS:a.test, IP Address:10.0.0.1, IP Address:FE80:0:0:0:0:0:0:1, URI:spiffe://x/y, email:a@b.c, DNS:"a, DNS:b\\u0000"')).toEqual([
    'a.test', '10.0.0.1', 'fe80::1', 'spiffe://x/y', 'a@b.c', 'a, DNS:b\u0000',
  ]);
});

async function textOf(socket: TLSSocket): Promise<string> {
  let text = '';
  await new Promise((resolve) => socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('error', () => undefined).on('close', resolve));
  return text;
}
