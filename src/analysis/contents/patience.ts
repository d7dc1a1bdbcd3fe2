/**
 * How long a difference may last before it is more than replication on its way, by version and kind. From Nacos's own
 * timings: dispatch, retry, verify and push of each generation; a console's edit travels by Raft.
 */

import { standardRules, type Rules } from './rules.ts';

export type Kind = 'service' | 'instance' | 'health' | 'attributes';

export const kinds: readonly Kind[] = ['service', 'instance', 'health', 'attributes'];

export interface Circumstances {
  /** Versions of the nodes that are compared. */
  readonly versions: readonly string[];
  readonly kind: Kind;
  /** The instance is persistent, or where it cannot be told, the difference is one that only Raft carries. */
  readonly byRaft: boolean;
  /** When ownership last moved or a node came up; undefined where neither happened. */
  readonly unsettledAt?: number;
  /** When the exporter began to watch: whether a node had started just before, nobody knows. */
  readonly watchedSince?: number;
  readonly since: number;
  /** Both sides hold the instance, one of them more often: an old connection's copy has not expired. */
  readonly duplicate?: boolean;
  /** Until when it may be held through a client of a node that is gone, milliseconds since the epoch. */
  readonly lingersUntil?: number;
}

/** Milliseconds from first sight to the read that may confirm. */
export function patience(of: Circumstances, rules: Rules = standardRules): number {
  if (!rules.waits) return 0;
  const delay = Math.max(...of.versions.map((version) => base(version, of, rules)), 0);
  const lingers = of.lingersUntil === undefined || !rules.waitsForDeparted ? 0 : of.lingersUntil - of.since;
  return Math.max(delay + (rules.waitsForOwnership ? extra(of, rules) : 0), lingers);
}

function base(version: string, { kind, byRaft, duplicate }: Circumstances, rules: Rules): number {
  const generation = generationOf(version);
  if (duplicate === true && generation !== 'v1' && rules.waitsForExpiry) return 190_000;
  if ((byRaft || kind === 'attributes') && rules.waitsForRaft) return 30_000;
  if (kind === 'health') return generation === 'v1' && rules.waitsForHealthOf1x ? 30_000 : 15_000;
  // 2.0.0-2.1.1: sync 1 s, timeout 3 s, retry 3 s, push 0.5 s; before, and since 2.1.2, verify or checksum of 5 s comes on top.
  return generation === 'v2-unverified' && rules.shorterUnverified ? 10_000 : 15_000;
}

/** What moves later than this after a difference was first seen is no excuse for it, milliseconds. */
const excusesMs = 30_000;

/** The last change of owner that may be the cause of what is seen since `since`. */
export function excuseFor(since: number, unsettled: readonly number[], rules: Rules = standardRules): number | undefined {
  return unsettled.findLast((at) => at <= since + excusesMs || !rules.excusesEnd);
}

/** A change of owner or a node's return upsets what is under way; health on 1.x longest, since its reporter starts after 60 s. */
function extra({ unsettledAt, watchedSince, since, kind, versions }: Circumstances, rules: Rules): number {
  const health = rules.waitsForHealthReporter && kind === 'health' && versions.some((version) => generationOf(version) === 'v1');
  const began = health && watchedSince !== undefined ? watchedSince : -Infinity;
  const moved = unsettledAt === undefined || (unsettledAt > since + excusesMs && rules.excusesEnd) ? -Infinity : unsettledAt;
  return Math.max(0, Math.max(began, moved) + (health ? 90_000 : 30_000) - since);
}

export type Generation = 'v1' | 'v2-unverified' | 'v2' | 'v3';

/** 2.0.0-2.1.1 verify without a revision: other contents of a known client are never repaired. */
export function generationOf(version: string): Generation {
  const [major = 0, minor = 0, patch = 0] = version.split(/[.-]/).map((part) => Number.parseInt(part, 10) || 0);
  if (major <= 1) return 'v1';
  if (major === 2) return minor === 0 || (minor === 1 && patch < 2) ? 'v2-unverified' : 'v2';
  return 'v3';
}

/** Whether Distro of this version ever repairs a difference in what a known client has registered. */
export const healsByItself = (version: string): boolean => generationOf(version) !== 'v2-unverified';

/** 3.0 and 3.1 answer 200 to registrations over `/v3/client` and replicate them to nobody. */
export function holdsSingly(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  return major === 3 && minor <= 1;
}
