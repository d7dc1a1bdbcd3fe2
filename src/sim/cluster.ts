/** The simulated cluster: a registry, nodes that each see it in their own way, and a script that moves both. */

import type { Bulk, ServiceName, ServiceSettings } from './changes.ts';
import { bulk, createService, keepFromOthers, register, removeServices, rewrite, serviceOf, snapshot } from './changes.ts';
import { realClock, scoped, timelineOf } from './clock.ts';
import type { SimClock, Timeline } from './clock.ts';
import type { SimRequest, SimResponse } from './http/exchange.ts';
import { createAnswering } from './http/answer.ts';
import { freshConfig } from './config-center.ts';
import type { ConfigName } from './configs.ts';
import { publishConfig, removeConfig } from './configs.ts';
import { altered } from './lists.ts';
import { churnOnce, remapDip, restartInstances, setHealth, silence, stopBeats } from './incidents.ts';
import { freshOpinion, ownerOf, report, reportPeriodMs } from './members.ts';
import type { Registration, Registry, Selector, SimInstance } from './model.ts';
import { canonicalNamespace } from './model.ts';
import type { SimNode } from './node.ts';
import { nodeHandle } from './node.ts';
import { countPush, freshPush } from './push.ts';
import { elect, settleRaft } from './raft.ts';
import { seeded } from './random.ts';
import { registryOf } from './registry.ts';
import { createStore, put } from './store.ts';
import { forceUpgrade, judgeUpgrade } from './upgrading.ts';
import { traitsOf } from './versions.ts';
import { pushChange, pushedList } from './subscribers.ts';
import { createView, onChange, seenBy } from './view.ts';
import type { AuthOptions, ConsoleNamespace, NodeState, World } from './world.ts';

export interface ClusterOptions {
  /** One version a node: `['2.0.4', '2.0.4', '2.0.4']`. */
  readonly versions: readonly string[];
  readonly clock?: SimClock;
  readonly seed?: number;
  /** Default `/nacos`. */
  readonly context?: string;
  readonly auth?: AuthOptions;
  /** Known to the console besides `public`; instances may be in others too. */
  readonly namespaces?: readonly ConsoleNamespace[];
  /** Until a change reaches the other nodes; default 0. */
  readonly replicationMs?: number;
  /** A service without instances loses its row after so long; default 60 s, Infinity for never. */
  readonly emptyServiceMs?: number;
  /** Configuration in Derby: there is a raft group `nacos_config`. Default true. */
  readonly embeddedStorage?: boolean;
  /** Pushes that each change means at each node; default 2. */
  readonly subscribers?: number;
  /** gRPC clients of each running node of 2.0 or later, which register nothing; default 3. */
  readonly sdkClients?: number;
  /** 3.x: closed v1 and v2 APIs answer. Default false. */
  readonly compatibility?: boolean;
  /** Whether the actuator endpoints are open. Default false, as shipped. */
  readonly actuator?: boolean;
  /** 3.x: v1's API for clients answers. Default true. */
  readonly clientApi?: boolean;
  /** First virtual address: 10.0.0.1:8848 and so on; `listen` replaces them. */
  readonly addresses?: readonly string[];
}

export interface SimCluster {
  readonly seed: number;
  readonly clock: SimClock;
  readonly context: string;
  readonly nodes: readonly SimNode[];
  node(index: number): SimNode;
  /** What is really registered. */
  readonly truth: Registry;

  // Script: milliseconds from the cluster's creation
  readonly timeline: Timeline;
  at: Timeline['at'];
  every: Timeline['every'];
  loop: Timeline['loop'];
  random(): number;

  // Registry
  /**
   * `through`: the node at which it arrives, which knows at once. `only`: the one node that ever learns of it, as with
   * ephemeral instances registered over 3.0's and 3.1's `/v3/client/ns/instance`.
   */
  register(registrations: Registration | readonly Registration[], options?: { readonly through?: number; readonly only?: number }): void;
  bulk(plan: Bulk): void;
  /** Returns how many went. */
  deregister(selector: Selector): number;
  /** `knownTo: 'owner'`: every node but the one responsible for the service keeps the old health (1.1.x). */
  setHealth(selector: Selector, healthy: boolean, options?: { readonly knownTo?: 'owner' }): number;
  change(selector: Selector, change: Partial<Pick<SimInstance, 'weight' | 'enabled' | 'metadata' | 'healthy'>>): number;
  restartInstances(selector: Selector, options?: { readonly downMs?: number; readonly tag?: string }): number;
  /** Clients die: unhealthy after 15 s, gone after 30 s; over gRPC at once. */
  silence(selector: Selector): number;
  /** Clients stop beating, and the servers do nothing about it. */
  stopBeats(selector: Selector): number;
  /** The dip after a change of ownership. */
  remapDip(selector: Selector, options?: { readonly goneMs?: number; readonly overMs?: number }): number;
  /** One small everyday change. */
  churn(selector?: Selector): void;
  /** The chosen instances as registrations, to bring them back. */
  snapshot(selector: Selector): readonly Registration[];
  createService(id: ServiceName, settings?: ServiceSettings): void;
  removeServices(selector: Selector): number;
  addNamespace(namespace: ConsoleNamespace): void;
  removeNamespace(id: string): void;
  /** Index of the node responsible for a service, as node `observer` reckons it (1.x). */
  ownerOf(service: ServiceName, observer?: number): number;

  // Config center
  /** Nodes serve it at once, or so much later. */
  publishConfig(config: ConfigName & { readonly content: string }, options?: { readonly dumpMs?: number }): void;
  removeConfig(name: ConfigName): void;

  // Cluster
  elect(group: string, leader: number): void;
  /** Splits the members; all but the largest part hear no changes any more. */
  partition(parts: readonly (readonly number[])[]): void;
  healPartition(): void;
  /** All raft groups take a node in, or let it go. */
  setInRaft(index: number, member: boolean): void;
  /**
   * The 1.x store of 2.0 and 2.1 is shut: V1 counts go to 0. Too early, it forces each running node to its own store: what
   * that lacked is lost on the node.
   */
  closeDoubleWrite(): void;

  /** Answers as the node would, without a socket. */
  handle(index: number, request: SimRequest): SimResponse;
  /** Ends all scripts. */
  close(): void;
  /** For the listener: real addresses, and starts and stops. */
  readonly wiring: {
    setAddress(index: number, ip: string, port: number): void;
    onLife(listener: (index: number, running: boolean) => void): () => void;
    /** Who carries the packets that 1.x pushes to subscribers. */
    onPush(carry: (ip: string, port: number, packet: string) => void): void;
  };
}

const upgradeCheckMs = 5000;

function createNode(index: number, version: string, address: string, now: number, actuator: boolean): NodeState {
  const [ip = '', port = '8848'] = address.split(':');
  return {
    index, ip, port: Number(port), traits: traitsOf(version), running: true, life: 0, startedAt: now, self: 'UP', status: undefined, notReady: undefined,
    skewMs: 0, switches: new Map(), load: { cpu: 0.08, load: 0.6, mem: 0.31 }, push: freshPush(now), config: freshConfig(now), heldConfigs: new Map(), actuator,
    upgrade: { readySince: now, upgraded: false, claimsAll2x: false, pendingTasks: 0, v1Missing: [], v2Missing: [] },
    view: createView(), catalogues: new Map(), clients: { stamp: '', byId: new Map() }, peers: new Map(), raft: new Map(), unlisted: new Set(), sdkClients: undefined, faults: new Set(), tornPages: false, listOffset: 0,
    gauge: { at: 0, services: 0 }, requests: new Map(),
  };
}

function createWorld(options: ClusterOptions, clock: SimClock): World {
  const seed = options.seed ?? 1;
  const now = clock.now();
  const world: World = {
    clock, random: seeded(seed), seed, context: options.context ?? '/nacos', store: createStore(),
    nodes: options.versions.map((version, index) => createNode(index, version, options.addresses?.[index] ?? `10.0.0.${index + 1}:8848`, now, options.actuator ?? false)),
    consoleNamespaces: [{ id: 'public', name: 'public' }, ...(options.namespaces ?? [])],
    configs: new Map(), auth: options.auth, tokens: new Map(), embeddedStorage: options.embeddedStorage ?? true, compatibility: options.compatibility ?? false,
    doubleWrite: true, subscribers: options.subscribers ?? 2, sdkClients: options.sdkClients ?? 3, shared: new Map(), rows: { versions: [], rows: [] }, metadata: new WeakMap(),
    beats: new Map(), pushed: [], onPush: () => undefined, clientApi: options.clientApi ?? true,
    cuts: new Set(), silent: new Map(), outsideRaft: new Set(), terms: new Map(), lifeListeners: new Set(),
  };
  for (const node of world.nodes) {
    node.view.lagMs = options.replicationMs ?? 0;
    for (const peer of world.nodes) if (peer !== node) node.peers.set(peer.index, freshOpinion(world, peer, true));
  }
  const all2x = world.nodes.every((node) => node.traits.number >= 20_000);
  for (const node of world.nodes) node.upgrade.upgraded = all2x && node.traits.generation === 'v2.0';
  settleRaft(world);
  return world;
}

/** Nodes hear of each change, pushes are counted, and a cleaner comes for what is left empty. */
function followChanges(world: World, emptyServiceMs: number): void {
  world.store.listener = (entry, previous, next, through) => {
    for (const node of world.nodes) {
      onChange(node.view, world.clock, entry, previous, next, through === node.index);
      countPush(world, node, next === undefined || next.instances.healthy === 0);
      if (node.traits.number < 20_000) pushChange(world, node, entry, () => pushedList(seenBy(node.view, entry)));
    }
    if (next === undefined || next.permanent || next.instances.count > 0 || emptyServiceMs === Infinity) return;
    world.clock.at(world.clock.now() + emptyServiceMs, () => {
      if (entry.current === next) put(world.store, entry, undefined);
    });
  };
}

export function createCluster(options: ClusterOptions): SimCluster {
  const { clock, cancelAll } = scoped(options.clock ?? realClock());
  const world = createWorld(options, clock);
  followChanges(world, options.emptyServiceMs ?? 60_000);
  const timeline = timelineOf(clock, clock.now());
  let round = 0;
  timeline.every(reportPeriodMs, () => report(world, (round += 1)));
  timeline.every(upgradeCheckMs, () => world.nodes.forEach((node) => judgeUpgrade(world, node)));
  const nodes = world.nodes.map((node) => nodeHandle(world, node));
  const answer = createAnswering(world);
  const churnPool: Registration[] = [];
  const ownerIndex = (id: ServiceName, observer = 0): number => {
    const chosen = serviceOf(id);
    const entry = world.store.namespaces.get(chosen.namespace)?.byName.get(`${chosen.group}@@${chosen.service}`);
    return entry === undefined ? observer : ownerOf(world, world.nodes[observer]!, entry.hash);
  };
  return {
    seed: world.seed,
    clock,
    context: world.context,
    nodes,
    node(index) {
      const handle = nodes[index];
      if (handle === undefined) throw new Error(`the simulated cluster has no node ${index}`);
      return handle;
    },
    truth: registryOf(world.store, (entry) => entry.current),
    timeline,
    at: timeline.at,
    every: timeline.every,
    loop: timeline.loop,
    random: world.random,
    register(registrations, how = {}) {
      const list = Array.isArray(registrations) ? (registrations as readonly Registration[]) : [registrations as Registration];
      if (how.only !== undefined) keepFromOthers(world, list, how.only);
      register(world, list, how.only ?? how.through);
    },
    bulk: (plan) => bulk(world, plan),
    deregister: (selector) => rewrite(world, selector, () => undefined),
    setHealth: (selector, healthy, how) => setHealth(world, selector, healthy, how?.knownTo === 'owner'),
    change: (selector, change) => rewrite(world, selector, (instance) => altered(instance, change)),
    restartInstances: (selector, how) => restartInstances(world, selector, how),
    silence: (selector) => silence(world, selector),
    stopBeats: (selector) => stopBeats(world, snapshot(world, { ...selector, ephemeral: true })),
    remapDip: (selector, how) => remapDip(world, selector, how),
    churn: (selector = {}) => churnOnce(world, churnPool, selector),
    snapshot: (selector) => snapshot(world, selector),
    createService: (id, settings = {}) => createService(world, serviceOf(id), settings),
    removeServices: (selector) => removeServices(world, selector),
    addNamespace: (namespace) => void world.consoleNamespaces.push(namespace),
    removeNamespace(id) {
      const index = world.consoleNamespaces.findIndex((namespace) => namespace.id === canonicalNamespace(id));
      if (index > 0) world.consoleNamespaces.splice(index, 1);
    },
    publishConfig: (config, how = {}) => publishConfig(world, config, how.dumpMs ?? 0),
    removeConfig: (name) => removeConfig(world, name),
    ownerOf: ownerIndex,
    elect: (group, leader) => elect(world, group, leader),
    partition(parts) {
      const part = (index: number): number => parts.findIndex((members) => members.includes(index));
      for (const a of world.nodes) for (const b of world.nodes) if (a.index < b.index && part(a.index) !== part(b.index)) world.cuts.add(`${a.index}-${b.index}`);
      const largest = parts.toSorted((a, b) => b.length - a.length)[0] ?? [];
      for (const node of nodes) if (!largest.includes(node.index)) node.pause();
      clock.at(clock.now() + upgradeCheckMs, () => settleRaft(world));
    },
    healPartition() {
      world.cuts.clear();
      for (const node of nodes) node.resume();
      settleRaft(world);
    },
    setInRaft(index, member) {
      if (member) world.outsideRaft.delete(index);
      else world.outsideRaft.add(index);
      settleRaft(world);
    },
    closeDoubleWrite() {
      world.doubleWrite = false;
      for (const node of world.nodes) forceUpgrade(world, node);
    },
    handle: answer,
    close: cancelAll,
    wiring: {
      setAddress(index, ip, port) {
        const node = world.nodes[index]!;
        node.ip = ip;
        node.port = port;
      },
      onLife(listener) {
        world.lifeListeners.add(listener);
        return () => world.lifeListeners.delete(listener);
      },
      onPush(carry) {
        world.onPush = carry;
      },
    },
  };
}
