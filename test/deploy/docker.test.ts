/** The Dockerfile by its linter and by what it names; the health check on servers of every kind it may meet. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closedPort } from '../fakes/fake-server.ts';
import { skipWithReason } from '../lab/tools.ts';
import { lacking, pinned, read, root, runTool } from './tooling.ts';

const file = 'deploy/docker/Dockerfile';
const lines = read(file).replaceAll('\\\n', ' ').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
const instructions = (name: string): readonly string[] => lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).trim());

/** Sources that are copied from the context, not from another stage. */
const copied = instructions('COPY').filter((line) => !line.startsWith('--from=')).flatMap((line) => line.split(/\s+/).slice(0, -1));

/** Whether the last pattern of .dockerignore that fits lets a file in. */
function letIn(path: string): boolean {
  const patterns = read('.dockerignore').split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return patterns.reduce((inside, pattern) => {
    const name = pattern.replace(/^!/, '');
    return name === '*' || path === name || path.startsWith(`${name}/`) ? pattern.startsWith('!') : inside;
  }, true);
}

describe('the Dockerfile', () => {
  it.skipIf(skipWithReason('hadolint on deploy/docker', lacking('hadolint')))('passes hadolint, which would notice', () => {
    expect(runTool('hadolint', ['--failure-threshold=style', file])).toEqual({ status: 0, output: '' });
    expect(runTool('hadolint', ['-'], { input: 'FROM node:latest\nRUN cd /tmp\n' }).status).toBe(1);
  });

  it('pins its bases by arguments that take a digest', () => {
    const bases = instructions('ARG').filter((line) => /_IMAGE=/.test(line)).map((line) => line.split('=')[1]!);
    expect(bases.length).toBe(2);
    expect(bases.filter((image) => !pinned(image))).toEqual([]);
    expect(instructions('FROM').filter((line) => !/^\$\{[A-Z]+_IMAGE\}/.test(line))).toEqual([]);
  });

  it('takes both bases from one release of Debian: bcrypt is native, and node is copied from one to the other', () => {
    const [build, runtime] = instructions('ARG').filter((line) => /_IMAGE=/.test(line)) as [string, string];
    expect(build).toContain('-bookworm-slim');
    expect(runtime).toMatch(/debian:12\.\d+-slim/);
  });

  it('copies what is there and what .dockerignore lets in, and keeps the rest out', () => {
    expect(copied.length).toBeGreaterThan(4);
    expect(copied.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(copied.filter((path) => !letIn(path))).toEqual([]);
    expect(['node_modules', '.git', 'test', 'deploy/compose/.env', 'dist'].filter(letIn)).toEqual([]);
  });

  it('runs without root, a shell or a download, and installs from the lockfile without scripts', () => {
    expect(instructions('USER')).toEqual(['65532:65532']);
    expect(lines.findIndex((line) => line.startsWith('USER '))).toBeGreaterThan(lines.findLastIndex((line) => line.startsWith('COPY ')));
    expect(instructions('ENTRYPOINT')).toEqual(['["/usr/local/bin/node", "/app/dist/main.js"]']);
    expect(instructions('HEALTHCHECK')[0]).toMatch(/CMD \["\/usr\/local\/bin\/node", "\/app\/health\.mjs"\]$/);
    expect(lines.filter((line) => /\b(curl|wget|ADD)\b/.test(line))).toEqual([]);
    const installs = instructions('RUN').filter((line) => line.includes('npm ci'));
    expect(installs.length).toBe(2);
    expect(installs.filter((line) => !line.includes('--ignore-scripts'))).toEqual([]);
    expect(installs.at(-1)).toContain('--omit=dev');
  });

  it('has the lockfile hold bcrypt for its platform', () => {
    const { packages } = JSON.parse(read('package-lock.json')) as { packages: Record<string, { libc?: string[] }> };
    expect(packages['node_modules/@node-rs/bcrypt-linux-x64-gnu']?.libc ?? ['glibc']).toEqual(['glibc']);
  });
});

describe('the health check', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nacos-health-'));
  const closers: (() => void)[] = [];
  let tls: { key: Buffer; cert: Buffer };

  beforeAll(() => {
    const made = runTool('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')]);
    if (made.status !== 0) throw new Error(made.output);
    tls = { key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')) };
  });
  afterAll(() => {
    for (const close of closers) close();
    rmSync(folder, { recursive: true });
  });

  async function port(server: http.Server | https.Server | ReturnType<typeof createTcpServer>): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => void server.close());
    return (server.address() as AddressInfo).port;
  }

  const answering = (status: number) => (_request: http.IncomingMessage, response: http.ServerResponse): void => void response.writeHead(status).end();

  async function exitCode(at: number): Promise<number | null> {
    const child = spawn(process.execPath, [join(root, 'deploy/docker/health.mjs')], { env: { NACOS_EXPORTER_HEALTH_URL: `http://127.0.0.1:${at}/-/healthy` }, stdio: 'ignore' });
    await once(child, 'exit');
    return child.exitCode;
  }

  it.each([
    ['200', 200, 0],
    ['a demand for a password', 401, 0],
    ['a failure', 500, 1],
    ['another path', 404, 1],
  ])('takes %s over HTTP', async (_, status, code) => {
    expect(await exitCode(await port(http.createServer(answering(status))))).toBe(code);
  });

  it.each([
    ['200', 200, 0],
    ['a demand for a password', 401, 0],
    ['a failure', 500, 1],
  ])('takes %s over TLS', async (_, status, code) => {
    expect(await exitCode(await port(https.createServer(tls, answering(status))))).toBe(code);
  });

  it.each(['TLSv1.2', 'TLSv1.3'] as const)('takes a listener that asks for a client certificate for alive, with %s', async (maxVersion) => {
    const server = https.createServer({ ...tls, requestCert: true, rejectUnauthorized: true, ca: tls.cert, maxVersion }, answering(200));
    expect(await exitCode(await port(server))).toBe(0);
  });

  it('does not take a closed port or silence for alive', async () => {
    expect(await exitCode(await closedPort())).toBe(1);
    const held: (() => void)[] = [];
    const silent = createTcpServer((socket) => void held.push(() => socket.destroy()));
    expect(await exitCode(await port(silent))).toBe(1);
    for (const release of held) release();
  });
});
