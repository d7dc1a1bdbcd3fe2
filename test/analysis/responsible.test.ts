/** Who is responsible for a service on 1.x, as Java reckons it. */

import { describe, expect, it } from 'vitest';
import { distroIndex, javaHash as ownJavaHash, ownerByService, owners as ownersAmong } from '../../src/analysis/responsible.ts';
import type { MemberState, NodeSnapshot } from '../../src/model.ts';
import { catalog, dictionary, node, ok } from './build.ts';

/** Java's String.hashCode, written down apart from the program's own. */
const javaHash = (text: string): number => [...Array(text.length).keys()].reduce((hash, i) => (Math.imul(hash, 31) + text.charCodeAt(i)) | 0, 0);

describe('the owner of a client', () => {
  it('is the one that 3.1.0 named, asked for /v3/admin/ns/client/distro', () => {
    const members = [28_848, 28_868, 28_888].map((at) => ({ address: `127.0.0.1:${at}`, state: 'up' as const }));
    const servers = ownersAmong(members);
    expect(servers[distroIndex(ownJavaHash('127.0.0.11:9001'), servers.length)]).toBe('127.0.0.1:28888');
  });

  it('is none that is down', () => {
    expect(ownersAmong([{ address: 'b:1', state: 'suspicious' }, { address: 'c:1', state: 'down' }, { address: 'a:1', state: 'up' }])).toEqual(['a:1', 'b:1']);
  });
});

describe('distroIndex', () => {
  it.each([
    { hash: 0, servers: 3, index: 0 },
    { hash: 7, servers: 3, index: 1 },
    { hash: -7, servers: 3, index: 1 },
    // Integer.MIN_VALUE: -2147483648 % 2147483647 is -1.
    { hash: -2147483648, servers: 3, index: 1 },
    { hash: 2147483647, servers: 3, index: 0 },
    { hash: 5, servers: 1, index: 0 },
  ])('$hash over $servers is $index', ({ hash, servers, index }) => {
    expect(distroIndex(hash, servers)).toBe(index);
  });
});

describe('ownerByService', () => {
  const names = dictionary();
  const shown = catalog(names, { a: 1, b: 1, 'com.example.订单': 1 });
  const addresses = ['10.0.0.10:8848', '10.0.0.2:8848', '10.0.0.3:8848'];
  const members = (states: readonly MemberState[]) => ok(addresses.map((address, i) => ({ address, state: states[i]! })), 0);
  const voter = (name: string, states: readonly MemberState[], api: NodeSnapshot['api'] = 'v1'): NodeSnapshot => node(name, 0, { members: members(states) }, api);
  const votes = addresses.map((address) => ({ node: address, catalog: shown }));
  const up: readonly MemberState[] = ['up', 'up', 'up'];

  it('takes the servers in the order of their addresses as texts', () => {
    const owner = ownerByService(names, votes, addresses.map((address) => voter(address, up)))!;
    const sorted = addresses.toSorted();
    for (const [service, name] of names.names.entries()) {
      const expected = sorted[Math.abs(javaHash(`DEFAULT_GROUP@@${name}`) % 0x7fffffff) % 3];
      expect(votes[owner(service)!]!.node, `${name}`).toBe(expected);
    }
  });

  it('counts suspicious members, not those that are down', () => {
    const states: readonly MemberState[] = ['up', 'suspicious', 'down'];
    const owner = ownerByService(names, votes, addresses.map((address) => voter(address, states)))!;
    const alive = [addresses[0]!, addresses[1]!].toSorted();
    for (const [service, name] of names.names.entries()) {
      expect(votes[owner(service)!]!.node).toBe(alive[Math.abs(javaHash(`DEFAULT_GROUP@@${name}`) % 0x7fffffff) % 2]);
    }
  });

  it('names nobody where the responsible node has no vote', () => {
    const voters = addresses.map((address) => voter(address, up));
    const owner = ownerByService(names, votes.slice(0, 1), voters)!;
    const owners = names.names.map((_, service) => owner(service));
    expect(owners.every((index) => index === undefined || index === 0)).toBe(true);
    expect(owners).toContain(undefined);
  });

  it('is nobody\'s business from 2.0 on, nor with one voter, nor without any list', () => {
    expect(ownerByService(names, votes, addresses.map((address) => voter(address, up, 'v2.0')))).toBeUndefined();
    expect(ownerByService(names, votes, [voter(addresses[0]!, up), voter(addresses[1]!, up, 'v2.0')])).toBeUndefined();
    expect(ownerByService(names, votes.slice(0, 1), [voter(addresses[0]!, up)])).toBeUndefined();
    expect(ownerByService(names, votes, addresses.map((address) => node(address, 0, {}, 'v1')))).toBeUndefined();
  });
});
