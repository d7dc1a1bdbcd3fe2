/** Where a node's ports are looked for, and what is told of them. */

import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { portNames, type SelfView } from '../../src/model.ts';
import { openPort } from '../../src/nacos/open-port.ts';
import type { HostPort } from '../../src/analysis/member-address.ts';
import { readPorts, type Whereabouts } from '../../src/poller/ports.ts';

const self = (raftAddress: string, groups = 1): SelfView => ({
  address: '10.0.0.1:8848', raftAddress, raft: Array.from({ length: groups }, (_, i) => ({ group: `g${i}`, term: 1 })),
});

async function tried(where: Whereabouts): Promise<readonly string[]> {
  const doors: string[] = [];
  await readPorts(portNames, where, async ({ host, port }: HostPort) => {
    doors.push(`${host}:${port}`);
    return true;
  });
  return doors;
}

describe('ports', () => {
  const server = { host: 'nacos-0', port: 80 };
  it.each<[string, Whereabouts, readonly string[]]>([
    ['HTTP as configured, the rest as the members list has it', { server, address: '10.0.0.1:8848', self: self('10.0.0.1:17848') }, ['nacos-0:80', '10.0.0.1:9848', '10.0.0.1:9849', '10.0.0.1:17848']],
    ['raft 1000 below where the node was not heard', { server, address: '10.0.0.1:8848', self: undefined }, ['nacos-0:80', '10.0.0.1:9848', '10.0.0.1:9849', '10.0.0.1:7848']],
    ['no raft where there is no group', { server, address: '10.0.0.1:8848', self: self('10.0.0.1:7848', 0) }, ['nacos-0:80', '10.0.0.1:9848', '10.0.0.1:9849']],
    ['HTTP alone while it is not known who answers', { server, address: undefined, self: self('10.0.0.1:7848') }, ['nacos-0:80']],
    ['IPv6', { server: { host: '[::1]', port: 8848 }, address: '[::1]:8848', self: undefined }, ['[::1]:8848', '[::1]:9848', '[::1]:9849', '[::1]:7848']],
    ['none that cannot be', { server, address: '10.0.0.1:65000', self: undefined }, ['nacos-0:80', '10.0.0.1:64000']],
  ])('%s', async (_, where, doors) => {
    expect(await tried(where)).toEqual(doors);
  });

  it('are told one by one', async () => {
    const where: Whereabouts = { server: { host: 'n', port: 1 }, address: '10.0.0.1:8848', self: undefined };
    expect(await readPorts(['http', 'raft'], where, async ({ port }) => port === 1)).toEqual({ http: true, raft: false });
  });
});

describe('a connection', () => {
  it('comes about where somebody listens, and does not where nobody does', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await openPort('127.0.0.1', port, 2_000)).toBe(true);
    await new Promise((resolve) => server.close(resolve));
    expect(await openPort('127.0.0.1', port, 2_000)).toBe(false);
  });

  it('does not come about at a name that nobody has', async () => {
    expect(await openPort('nobody.invalid', 8848, 5_000)).toBe(false);
  });
});
