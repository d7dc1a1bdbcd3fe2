import { describe, expect, it } from 'vitest';
import { canaryIdentity, planCanary } from '../../../src/analysis/canary/plan.ts';
import { distroIndex, javaHash } from '../../../src/analysis/responsible.ts';
import { canaryGroup as group } from '../../../src/nacos/canary-calls.ts';

const members = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `10.0.0.${i + 1}:8848`).toSorted();

it.each([['', 0], ['hello', 99_162_322], ['hello world', 1_794_106_052], ['Aa', 2_112], ['BB', 2_112], ['polygenelubricants', -2_147_483_648]])('hashes "%s" as Java does', (text, hash) => {
  expect(javaHash(text)).toBe(hash);
});

describe('places', () => {
  it.each([1, 2, 3, 5, 9, 15])('land on each of %i nodes, by name and by address', (count) => {
    const servers = members(count);
    for (const identity of ['a', 'nacos-exporter-0', 'host.example.org']) {
      const places = planCanary({ identity, group, servers, nodes: servers });
      expect(places.map(({ node }) => node)).toEqual(servers);
      for (const { node, name, ip, port } of places) {
        expect(servers[distroIndex(javaHash(`${group}@@${name}`), count)]).toBe(node);
        expect(servers[distroIndex(javaHash(`${ip}:${port}`), count)]).toBe(node);
        expect(ip).toMatch(/^192\.0\.2\.([1-9]\d?|1\d\d|2[0-4]\d|25[0-4])$/);
        expect(name).toMatch(/^[\w.-]+$/);
      }
      expect(new Set(places.map(({ name }) => name)).size).toBe(count);
      expect(new Set(places.map(({ port }) => port)).size).toBe(count);
    }
  });

  it('stay the same, or every round would leave another service', () => {
    const input = { identity: 'a', group, servers: members(3), nodes: members(3) };
    expect(planCanary(input)).toEqual(planCanary({ ...input, nodes: input.nodes.toReversed() }).toReversed());
  });

  it('are none for a node that Distro does not count', () => {
    expect(planCanary({ identity: 'a', group, servers: members(2), nodes: members(3) }).map(({ node }) => node)).toEqual(members(2));
    expect(planCanary({ identity: 'a', group, servers: [], nodes: members(3) })).toEqual([]);
  });
});

it.each([['pod-7f9c', 'pod-7f9c'], ['höst name', 'h-st-name'], ['', 'exporter'], ['a'.repeat(100), 'a'.repeat(63)]])('calls "%s" %s', (name, identity) => {
  expect(canaryIdentity(name)).toBe(identity);
});
