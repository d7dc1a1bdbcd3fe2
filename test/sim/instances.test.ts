/** What clients register over HTTP, on the simulated servers. */

import { describe, expect, it } from 'vitest';
import { createCluster, virtualClock, type SimCluster, type SimResponse, type VirtualClock } from '../../src/sim/index.ts';

const versions = ['1.4.1', '2.0.4', '2.2.4', '3.1.0'] as const;
const address = { ip: '10.1.0.1', port: '8080' };

function cluster(version: string, more: object = {}): { sim: SimCluster; clock: VirtualClock } {
  const clock = virtualClock();
  return { clock, sim: createCluster({ versions: [version, version, version], clock, replicationMs: 1_000, ...more }) };
}

function send(sim: SimCluster, index: number, method: string, path: string, fields: Readonly<Record<string, string>> = {}): SimResponse {
  const form = new URLSearchParams({ serviceName: 'G@@orders', ...address, ...fields }).toString();
  const inQuery = method === 'DELETE' || method === 'GET';
  return sim.handle(index, { method, path: `/nacos${path}${inQuery ? `?${form}` : ''}`, headers: {}, ...(inQuery ? {} : { body: form }) });
}

const hosts = (sim: SimCluster, index: number): readonly { ip: string; healthy: boolean; metadata: object; weight: number }[] =>
  (JSON.parse(send(sim, index, 'GET', '/v1/ns/instance/list').body.toString()) as { hosts: { ip: string; healthy: boolean; metadata: object; weight: number }[] }).hosts;

describe.each(versions)('%s', (version) => {
  it('registers wherever it is asked, at the responsible node first', () => {
    const { sim, clock } = cluster(version);
    for (const index of [0, 1, 2]) expect(send(sim, index, 'POST', '/v1/ns/instance', { metadata: '{"a":"b"}', weight: '0' })).toMatchObject({ status: 200 });
    expect([0, 1, 2].filter((index) => hosts(sim, index).length === 1)).toHaveLength(1);
    clock.advance(1_000);
    for (const index of [0, 1, 2]) expect(hosts(sim, index)).toMatchObject([{ ip: '10.1.0.1', metadata: { a: 'b' }, weight: 0 }]);
    expect(send(sim, 1, 'DELETE', '/v1/ns/instance').status).toBe(200);
    clock.advance(1_000);
    for (const index of [0, 1, 2]) expect(hosts(sim, index)).toEqual([]);
  });

  it('gives different instances to different nodes, on 1.x by service and later by address', () => {
    const { sim } = cluster(version);
    const ownerOfPort = (port: number): number => {
      send(sim, 0, 'POST', '/v1/ns/instance', { port: String(port) });
      const owner = [0, 1, 2].find((index) => hosts(sim, index).length === 1)!;
      send(sim, 0, 'DELETE', '/v1/ns/instance', { port: String(port) });
      sim.nodes.forEach((node) => node.resume());
      return owner;
    };
    const owners = new Set(Array.from({ length: 9 }, (_, i) => ownerOfPort(8_000 + i)));
    expect(owners.size).toBe(version === '1.4.1' ? 1 : 3);
  });

  it('keeps who beats, and lets go of who does not', () => {
    const { sim, clock } = cluster(version);
    send(sim, 0, 'POST', '/v1/ns/instance', { metadata: '{"preserved.heart.beat.timeout":"10000","preserved.ip.delete.timeout":"20000"}' });
    for (let s = 0; s < 60; s += 5) {
      clock.advance(5_000);
      expect(JSON.parse(send(sim, 1, 'PUT', '/v1/ns/instance/beat').body.toString())).toMatchObject({ code: 10_200 });
    }
    expect(hosts(sim, 2)).toMatchObject([{ healthy: true }]);
    clock.advance(17_000);
    expect(sim.snapshot({ service: 'orders' })).toMatchObject([{ healthy: false }]);
    clock.advance(14_000);
    expect(sim.snapshot({ service: 'orders' })).toEqual([]);
    clock.advance(60_000);
    expect([...sim.truth.services('public')]).toEqual([]);
  });

  it('does not know who beats without being registered, unless the beat says who it is', () => {
    const { sim } = cluster(version);
    expect(JSON.parse(send(sim, 0, 'PUT', '/v1/ns/instance/beat').body.toString())).toMatchObject({ code: 20_404 });
    expect(JSON.parse(send(sim, 0, 'PUT', '/v1/ns/instance/beat', { beat: '{"weight":2,"metadata":{"x":"y"}}' }).body.toString())).toMatchObject({ code: 10_200 });
    expect(sim.snapshot({ service: 'orders' })).toMatchObject([{ weight: 2, metadata: { x: 'y' } }]);
  });

  it('cannot hand on what belongs to a node that is away', () => {
    const { sim } = cluster(version);
    send(sim, 0, 'POST', '/v1/ns/instance');
    const owner = [0, 1, 2].find((index) => hosts(sim, index).length === 1)!;
    sim.node(owner).stop();
    expect(send(sim, (owner + 1) % 3, 'DELETE', '/v1/ns/instance').status).toBe(500);
  });
});

it('answers 410 on 3.x where the API for clients is closed', () => {
  const { sim } = cluster('3.1.0', { clientApi: false });
  for (const [method, path] of [['POST', '/v1/ns/instance'], ['PUT', '/v1/ns/instance/beat'], ['GET', '/v1/ns/instance/list']] as const) expect(send(sim, 0, method, path).status).toBe(410);
});

describe('a subscriber of 1.4.1', () => {
  it('is pushed a change a second later, for ten seconds', () => {
    const { sim, clock } = cluster('1.4.1');
    const pushed: string[] = [];
    sim.wiring.onPush((ip, port, packet) => void pushed.push(`${ip}:${port} ${packet}`));
    send(sim, 0, 'POST', '/v1/ns/instance');
    const owner = [0, 1, 2].find((index) => hosts(sim, index).length === 1)!;
    const ask = (agent: string): SimResponse => sim.handle(owner, {
      method: 'GET', path: '/nacos/v1/ns/instance/list?serviceName=G%40%40orders&clientIP=10.9.9.9&udpPort=5000', headers: { 'user-agent': agent },
    });
    ask('nacos-exporter/1.0');
    send(sim, owner, 'POST', '/v1/ns/instance', { ip: '10.1.0.2' });
    clock.advance(5_000);
    expect(pushed).toEqual([]);
    ask('Nacos-Java-Client:v1.4.1');
    send(sim, owner, 'POST', '/v1/ns/instance', { ip: '10.1.0.3' });
    clock.advance(900);
    expect(pushed).toEqual([]);
    clock.advance(100);
    expect(pushed).toHaveLength(1);
    expect(pushed[0]).toContain('10.9.9.9:5000 ');
    expect(pushed[0]).toContain('10.1.0.3');
    clock.advance(10_000);
    send(sim, owner, 'POST', '/v1/ns/instance', { ip: '10.1.0.4' });
    clock.advance(5_000);
    expect(pushed).toHaveLength(1);
  });
});
