/** Nodes on real ports: keep-alive, real addresses, and each fault as a socket shows it. */

import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createCluster, listen, realClock } from '../../src/sim/index.ts';
import type { Listening, SimCluster } from '../../src/sim/index.ts';

let cluster: SimCluster;
let listening: Listening;
const agent = new Agent({ keepAlive: true });

async function start(options: Parameters<typeof listen>[1] = {}): Promise<void> {
  cluster = createCluster({ versions: ['2.2.4', '2.2.4', '2.2.4'], clock: realClock() });
  cluster.register({ service: 'orders', ip: '10.0.1.1', port: 80 });
  listening = await listen(cluster, options);
}

afterEach(async () => {
  cluster.close();
  await listening.close();
});

interface Got {
  readonly status: number;
  readonly body: string;
  readonly reused: boolean;
  readonly type: string;
}

function get(url: string, timeoutMs = 2000): Promise<Got> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { agent, timeout: timeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({
        status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString(), reused: outgoing.reusedSocket, type: response.headers['content-type'] ?? '',
      }));
    });
    outgoing.on('timeout', () => outgoing.destroy(new Error('timeout')));
    outgoing.on('error', reject);
    outgoing.end();
  });
}

const state = (index: number): string => `${listening.urls[index]}/v1/console/server/state`;

describe('listening', () => {
  it('shows the real addresses and keeps connections', async () => {
    await start();
    const members = JSON.parse((await get(`${listening.urls[0]}/v1/core/cluster/nodes`)).body) as { data: readonly { address: string }[] };
    expect(members.data.map(({ address }) => `http://${address}/nacos`)).toEqual(listening.urls);
    expect((await get(state(0))).reused).toBe(true);
  });

  it('closes the port of a stopped node and opens it again', async () => {
    await start();
    cluster.node(1).stop();
    await listening.settled();
    await expect(get(state(1))).rejects.toThrow('ECONNREFUSED');
    cluster.node(1).start();
    await listening.settled();
    expect((await get(state(1))).status).toBe(200);
  });

  it('answers as each member in turn behind one address', async () => {
    await start({ vip: true });
    const seen = new Set<string>();
    for (let i = 0; i < 4; i += 1) {
      const { data } = JSON.parse((await get(`${listening.vip}/v1/core/cluster/self`)).body) as { data: { address: string } };
      seen.add(data.address);
    }
    expect(seen.size).toBe(3);
  });
});

describe('a fault', () => {
  it.each([
    [{ kind: 'reset' }, 'socket hang up'],
    [{ kind: 'half' }, 'aborted'],
    [{ kind: 'malformed' }, 'Parse Error'],
    [{ kind: 'hang' }, 'timeout'],
  ] as const)('%j fails as on the wire', async (fault, message) => {
    await start();
    cluster.node(0).fault(fault);
    await expect(get(state(0), 300)).rejects.toThrow(message);
  });

  it.each([
    [{ kind: 'empty' }, 200, 0],
    [{ kind: 'huge', bytes: 300_000 }, 200, 300_000],
    [{ kind: 'status', status: 502, body: 'bad gateway' }, 502, 11],
  ] as const)('%j is an answer', async (fault, status, length) => {
    await start();
    cluster.node(0).fault(fault);
    const got = await get(state(0));
    expect([got.status, got.body.length]).toEqual([status, length]);
  });

  it('is late, or a page, or another member, for some requests', async () => {
    await start();
    const lift = cluster.node(0).fault({ kind: 'slow', delayMs: 150, path: '/v1/console' });
    const before = performance.now();
    await get(state(0));
    expect(performance.now() - before).toBeGreaterThan(140);
    lift();
    cluster.node(0).fault({ kind: 'html', times: 1 });
    expect((await get(state(0))).type).toBe('text/html');
    cluster.node(0).fault({ kind: 'member', index: 2, path: '/v1/core/cluster/self' });
    const { data } = JSON.parse((await get(`${listening.urls[0]}/v1/core/cluster/self`)).body) as { data: { address: string } };
    expect(data.address).toBe(cluster.node(2).address);
    cluster.node(0).clearFaults();
    expect((await get(state(0))).type).toBe('application/json');
  });

  it('writes a status line without a status, as recorded', async () => {
    await start();
    cluster.node(0).fault({ kind: 'malformed' });
    const raw = await new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(listening.urls[0]!);
      const socket = connect(Number(port), hostname, () => socket.write('GET /nacos/ HTTP/1.1\r\nHost: x\r\n\r\n'));
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
    expect(raw.split('\r\n')[0]).toBe('HTTP/1.1 0 ');
  });
});
