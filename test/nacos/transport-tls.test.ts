import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { TlsFiles } from '../../src/nacos/connector.ts';
import type { NacosError } from '../../src/nacos/errors.ts';
import type { Transport, WireRequest } from '../../src/nacos/transport.ts';
import { createUndiciTransport } from '../../src/nacos/undici-transport.ts';
import { text } from '../fakes/acts.ts';
import { startFakeServer } from '../fakes/fake-server.ts';
import type { FakeServer, FakeServerOptions } from '../fakes/fake-server.ts';

const file = (name: string): string => fileURLToPath(new URL(`../fixtures/tls/${name}`, import.meta.url));
const tls = { cert: readFileSync(file('server.crt')), key: readFileSync(file('server.key')) };
const clientCa = readFileSync(file('ca.crt'));
const get: WireRequest = { method: 'GET', path: '/', headers: {}, timeoutMs: 2_000, maxBytes: 1_000 };
const trusting: TlsFiles = { caFile: file('ca.crt'), insecureSkipVerify: false };

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close();
});

async function serve(options: FakeServerOptions): Promise<FakeServer> {
  const server = await startFakeServer(() => text('secret garden'), options);
  open.push(server);
  return server;
}

function transportTo(server: FakeServer, files?: TlsFiles, scheme: 'http' | 'https' = 'https', host = server.host): Transport {
  const transport = createUndiciTransport({
    scheme, host, port: server.port, connectTimeoutMs: 1_000, ...(files === undefined ? {} : { tls: files }),
  });
  open.push(transport);
  return transport;
}

async function outcome(transport: Transport): Promise<string> {
  try {
    return (await transport.request(get)).body.toString();
  } catch (error) {
    return `${(error as NacosError).reason}: ${(error as NacosError).message}`;
  }
}

describe('the server is', () => {
  it.each<[string, TlsFiles | undefined, RegExp]>([
    ['trusted by its CA', trusting, /^secret garden$/],
    ['not trusted without it', undefined, /^tls: .*UNABLE_TO_VERIFY|^tls: .*SELF_SIGNED/],
    ['not trusted without it, files or not', { insecureSkipVerify: false }, /^tls: /],
    ['not checked where that is asked for', { insecureSkipVerify: true }, /^secret garden$/],
    ['asked for by another name', { ...trusting, serverName: 'nacos.test' }, /^secret garden$/],
    ['not who it should be', { ...trusting, serverName: 'other.test' }, /^tls: .*ERR_TLS_CERT_ALTNAME_INVALID/],
    ['not reached where a file is missing', { ...trusting, caFile: '/does/not/exist.crt' }, /^tls: cannot read \/does\/not\/exist\.crt: ENOENT/],
    ['not reached where a file is none', { ...trusting, certFile: file('README.md'), keyFile: file('README.md') }, /^tls: /],
  ])('%s', async (_name, files, expected) => {
    expect(await outcome(transportTo(await serve({ tls }), files))).toMatch(expected);
  });

  it('known by its name, not by its address', async () => {
    const server = await serve({ tls });
    expect(await outcome(transportTo(server, trusting, 'https', 'localhost'))).toMatch(/^tls: .*ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  it('not one for the other scheme', async () => {
    expect(await outcome(transportTo(await serve({}), trusting))).toMatch(/^tls: /);
    expect(await outcome(transportTo(await serve({ tls }), undefined, 'http'))).toMatch(/^(connect|protocol): /);
  });
});

describe('a handshake', () => {
  it('that never ends is a time-out, at the limit for connecting', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const transport = createUndiciTransport({ scheme: 'https', host: '127.0.0.1', port: (silent.address() as AddressInfo).port, connectTimeoutMs: 300 });
    open.push({ close: async () => void silent.close() }, transport);
    const started = performance.now();
    expect(await outcome(transport)).toMatch(/^timeout: Connect Timeout Error/);
    expect(performance.now() - started).toBeLessThan(1_500);
  });
});

describe('a client certificate', () => {
  it('is shown where the server wants one', async () => {
    const server = await serve({ tls: { ...tls, clientCa } });
    expect(await outcome(transportTo(server, { ...trusting, certFile: file('client.crt'), keyFile: file('client.key') }))).toBe('secret garden');
  });

  it('that is missing is a failure, and not taken for a stale connection', async () => {
    // Node's server hangs up without an alert; others send one, see the table of codes.
    const server = await serve({ tls: { ...tls, clientCa } });
    expect(await outcome(transportTo(server, trusting))).toMatch(/^(connect|tls): /);
    expect(server.requests).toHaveLength(0);
  });

  it('is read again for a new connection', async () => {
    const server = await serve({ tls: { ...tls, clientCa } });
    const folder = await mkdtemp(join(tmpdir(), 'tls-'));
    open.push({ close: () => rm(folder, { recursive: true }) });
    const files = { ...trusting, certFile: join(folder, 'c.crt'), keyFile: join(folder, 'c.key') };
    const transport = transportTo(server, files);
    expect(await outcome(transport)).toMatch(/^tls: cannot read/);
    await copyFile(file('client.crt'), files.certFile);
    await copyFile(file('client.key'), files.keyFile);
    expect(await outcome(transport)).toBe('secret garden');
  });
});
