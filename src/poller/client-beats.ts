/**
 * Beats of 2.2 and later, client after client: one request each, and one more now and then for what it has registered. The
 * detail of a client tells no limits: those that servers use unless told are taken until one is beyond them, and then its
 * instance is looked up.
 */

import { distroIndex, javaHash, owners } from '../analysis/responsible.ts';
import type { Beat } from '../model.ts';
import { canaryGroup } from '../nacos/canary-calls.ts';
import { limitsIn, usualLimits, type BeatLimits } from '../nacos/dialects/beats.ts';
import type { BeatSource, Registered } from '../nacos/dialects/dialect.ts';
import type { BeatRotation, Slice } from './beat-sampler.ts';

type ClientSource = Extract<BeatSource, { readonly source: 'client' }>;

/** What a client has registered, and its limits once they were asked for. */
interface Known {
  readonly at: number;
  readonly services: readonly Registered[];
  limits?: BeatLimits;
}

interface Seen {
  readonly at: number;
  readonly beats: readonly Beat[];
}

/** A list of so many clients at most is read for every slice, a longer one this often. */
const shortList = 1_000;
const listEveryMs = 300_000;
const registeredEveryMs = 300_000;
/** Clients of which is remembered what they have registered. */
const mostKnown = 20_000;

export function createClientBeats(): BeatRotation {
  /** By address; the oldest first. */
  const seen = new Map<string, Seen>();
  const known = new Map<string, Known>();
  /** Those that the node is responsible for, by their hash: an order that stays whatever comes and goes. */
  let listed: readonly (readonly [hash: number, address: string])[] = [];
  let listedAt = -Infinity;
  let short = true;
  let turn = 0;
  /** Hash of the last one asked. */
  let place = -Infinity;

  async function list(slice: Slice, source: ClientSource): Promise<void> {
    if (!short && slice.now() - listedAt < listEveryMs) return;
    if (!slice.mayAsk()) return;
    const { addresses, whole } = (await slice.timed(source.list(turn++))).value;
    const servers = owners(slice.members);
    const own = addresses.flatMap((address): readonly (readonly [number, string])[] => {
      const hash = javaHash(address);
      return servers.length > 0 && servers[distroIndex(hash, servers.length)] === slice.address ? [[spread(hash), address]] : [];
    });
    listed = own.toSorted(([a, left], [b, right]) => a - b || (left < right ? -1 : 1));
    listedAt = slice.now();
    short = whole && addresses.length <= shortList;
    if (!whole) return;
    const there = new Set(own.map(([, address]) => address));
    for (const address of seen.keys()) if (!there.has(address)) seen.delete(address);
    for (const address of known.keys()) if (!there.has(address)) known.delete(address);
  }

  async function servicesOf(slice: Slice, source: ClientSource, address: string): Promise<Known | undefined> {
    const before = known.get(address);
    if (before !== undefined && slice.now() - before.at < registeredEveryMs) return before;
    if (!slice.mayAsk()) return before;
    const { value } = await slice.timed(source.registered(address));
    if (known.size >= mostKnown) known.clear();
    const fresh: Known = { at: slice.now(), services: value.filter(({ namespace, group }) => group !== canaryGroup && slice.allows(namespace)) };
    known.set(address, fresh);
    return fresh;
  }

  /** From the list of one service in which it stands; the usual ones where nothing tells. */
  async function limitsOf(slice: Slice, client: Known, address: string): Promise<BeatLimits> {
    const [first] = client.services;
    if (client.limits !== undefined) return client.limits;
    if (first === undefined || slice.dialect.instances === undefined || !slice.mayAsk()) return usualLimits;
    const { value } = await slice.timed(slice.dialect.instances(first.namespace, first.group, first.service, first.cluster));
    const instance = value.find(({ ip, port, ephemeral }) => `${ip}:${port}` === address && ephemeral !== false);
    client.limits = instance === undefined ? usualLimits : limitsIn(instance.metadata);
    return client.limits;
  }

  async function look(slice: Slice, source: ClientSource, address: string): Promise<void> {
    seen.delete(address);
    const { value: lastBeat, serverNow } = await slice.timed(source.lastBeat(address));
    const client = lastBeat === undefined ? undefined : await servicesOf(slice, source, address);
    if (lastBeat === undefined || client === undefined) return;
    const age = Math.max(0, serverNow - lastBeat);
    const limits = age > usualLimits.unhealthyAfter ? await limitsOf(slice, client, address) : client.limits ?? usualLimits;
    const at = slice.now();
    const one = new Map(client.services.map((registered) => [registered.namespace, registered]));
    seen.set(address, {
      at, beats: [...one.values()].map(({ namespace, group, service }): Beat => ({ namespace, group, service, address, age, ...limits, at })),
    });
  }

  return {
    async read(slice) {
      const source = slice.dialect.beats;
      if (source?.source !== 'client') return [];
      for (const [address, { at }] of seen) if (at < slice.since) seen.delete(address);
      await list(slice, source);
      const first = listed.findIndex(([hash]) => hash > place);
      for (let i = 0; i < listed.length && slice.mayAsk(); i++) {
        const [hash, address] = listed[(Math.max(0, first) + i) % listed.length]!;
        place = hash;
        await look(slice, source, address);
      }
      return [...seen.values()].flatMap(({ beats }) => beats);
    },
  };
}

/** So that neighbours in the list are none in the network. */
function spread(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
