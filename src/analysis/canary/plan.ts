/**
 * Where a canary lands. Distro gives every ephemeral instance to one node (naming/core/DistroMapper): on 1.x by the grouped
 * name of its service, from 2.0 on by its `ip:port`. Both are chosen here so that either way the wanted node is the one, which
 * also holds in the middle of an upgrade.
 */

import { distroIndex, javaHash } from '../responsible.ts';

export interface CanaryPlace {
  /** The node that is to be responsible. */
  readonly node: string;
  readonly name: string;
  readonly ip: string;
  readonly port: number;
}

export interface PlanInput {
  /** Of the exporter: two of them must not share services or addresses. */
  readonly identity: string;
  readonly group: string;
  /** Members that Distro counts, sorted. */
  readonly servers: readonly string[];
  /** Nodes that are to be responsible in turn; those that are no server are left out. */
  readonly nodes: readonly string[];
}

/** Ports from here on: below may be anything. */
const firstPort = 1_024;
const ports = 65_536 - firstPort;
const mostTries = 10_000;

/** One place a node; the same input always gives the same places. */
export function planCanary({ identity, group, servers, nodes }: PlanInput): readonly CanaryPlace[] {
  const self = javaHash(identity) >>> 0;
  // Of 192.0.2.0/24 (RFC 5737), which no network routes.
  const ip = `192.0.2.${1 + (self % 254)}`;
  const lands = (tag: string, node: string): boolean => servers[distroIndex(javaHash(tag), servers.length)] === node;
  return nodes.filter((node) => servers.includes(node)).flatMap((node): CanaryPlace[] => {
    const stem = `${identity}.${node.replaceAll(/[^\w.-]/g, '-')}`;
    const name = firstOf((i) => (i === 0 ? stem : `${stem}.${i}`), (one) => lands(`${group}@@${one}`, node));
    const port = firstOf((i) => firstPort + (((self >>> 8) + i) % ports), (one) => lands(`${ip}:${one}`, node));
    return name === undefined || port === undefined ? [] : [{ node, name, ip, port }];
  });
}

function firstOf<T>(make: (i: number) => T, fits: (one: T) => boolean): T | undefined {
  for (let i = 0; i < mostTries; i++) {
    const one = make(i);
    if (fits(one)) return one;
  }
  return undefined;
}

/** What a host is called, as part of a service's name: letters, digits, `.`, `_` and `-`, 63 of them at most. */
export function canaryIdentity(name: string): string {
  const plain = name.replaceAll(/[^\w.-]/g, '-').slice(0, 63);
  return plain === '' ? 'exporter' : plain;
}
