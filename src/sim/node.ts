/** The handle by which scripts and tests move one node. */

import { instanceOf, serviceOf } from './changes.ts';
import { configOf } from './config-center.ts';
import type { ConfigName } from './configs.ts';
import { dumpConfig, holdConfig, servedConfig } from './configs.ts';
import type { Fault } from './faults.ts';
import type { StartOptions } from './life.ts';
import { startNode, stopNode } from './life.ts';
import type { MemberState, Registration, Registry, Selector, ServiceId, ServiceVersion } from './model.ts';
import { instanceKey } from './model.ts';
import type { Distortion } from './patch.ts';
import { withChanged, withMissing, withSurplus } from './patch.ts';
import type { Difference } from './registry.ts';
import { differences, registryOf, strays } from './registry.ts';
import { matchesService, select } from './select.ts';
import type { Selected } from './select.ts';
import { entryOf, findService } from './store.ts';
import type { BooleanSwitch } from './switches.ts';
import { servesOldStore } from './upgrading.ts';
import { catchUp, heal, patch, pin, seenBy, setFilled, unpin } from './view.ts';
import type { ConfigCounters, NodeState, UpgradeState, World } from './world.ts';
import { addressOfNode } from './world.ts';

export interface SimNode {
  readonly index: number;
  /** `ip:port` as the members list writes it. */
  readonly address: string;
  readonly version: string;
  readonly running: boolean;

  // Life
  stop(): void;
  start(options?: StartOptions): void;
  /** Stops, and starts `downMs` later (8 s). */
  restart(options?: StartOptions & { readonly downMs?: number }): void;
  upgrade(version: string, options?: StartOptions & { readonly downMs?: number }): void;

  // What it believes of the registry
  /** Changes arrive so much later. */
  lag(ms: number): void;
  /** Nothing arrives. */
  pause(): void;
  /** Everything held back arrives. */
  resume(): void;
  /**
   * Counts stand still, by `pushEnabled=false` unless `switch` is false. The switch freezes nothing where the 1.x store
   * answers.
   */
  freeze(options?: { readonly switch?: boolean }): void;
  thaw(): void;
  /** Changes of these services never arrive. */
  pin(selector: Selector): void;
  unpin(selector: Selector): void;
  /** Loses instances; a service that loses all loses its row unless `keepRow`. */
  drop(selector: Selector, options?: { readonly keepRow?: boolean }): number;
  /** Loses whole services. */
  dropServices(selector: Selector): number;
  /** Makes up instances that exist nowhere else. */
  invent(...registrations: readonly Registration[]): void;
  /** Holds other content for these instances. */
  distort(selector: Selector, change: Distortion): number;
  /** Back to what the truth says, for these services or for all. */
  heal(selector?: Selector): void;
  /** Shows this part of all instances, 0..1, until set to 1. */
  setFilled(part: number): void;
  /** The part that it shows: below 1 while it fills. */
  readonly filled: number;
  /** Pages of one walk repeat and miss rows. */
  tearPages(on: boolean): void;

  // What it says of itself and of others
  setReady(ready: boolean, detail?: string): void;
  /** Pins the server status (`DOWN`, `READ_ONLY`); undefined lifts it. */
  setStatus(status: string | undefined): void;
  setSwitch(name: BooleanSwitch | 'doubleWriteEnabled' | (string & {}), value: unknown): void;
  setLoad(load: { readonly cpu?: number; readonly load?: number; readonly mem?: number }): void;
  skew(ms: number): void;
  /** Its opinion of another member, whatever reports say; undefined lets reports decide again. */
  sees(member: number, state: MemberState | undefined): void;
  /** Its belief about a raft group, which elections no longer change; undefined lets them again. */
  believes(group: string, belief: { readonly leader: number; readonly term: number } | undefined): void;
  setPush(push: { readonly total?: number; readonly failed?: number; readonly empty?: number; readonly pending?: number; readonly failing?: number; readonly avgCostMs?: number; readonly maxCostMs?: number }): void;
  /** Numbers of its config center. */
  setConfig(config: Partial<Omit<ConfigCounters, 'day'>>): void;
  /** So many more configurations were read and published. */
  countConfig(more: { readonly gets?: number; readonly publishes?: number }): void;
  /** Keeps serving what it serves now of a configuration, whatever is published. */
  staleConfig(name: ConfigName): void;
  /** Serves nothing under that name. */
  loseConfig(name: ConfigName): void;
  /** Serves what is stored again. */
  dumpConfig(name: ConfigName): void;
  /** Opens or closes its actuator endpoint. */
  setActuator(open: boolean): void;
  /** Whether its own list names another member. */
  lists(member: number, listed: boolean): void;
  /** Clients connected over gRPC until it restarts, all of that version. */
  setClients(clients: number, version?: string): void;
  setUpgrade(state: Partial<Pick<UpgradeState, 'upgraded' | 'claimsAll2x' | 'pendingTasks' | 'v1Missing' | 'v2Missing'>>): void;

  /** Returns what takes the fault away. */
  fault(fault: Fault): () => void;
  clearFaults(): void;

  /** What it shows right now. */
  readonly view: Registry;
  /** In what that differs from the truth. */
  differences(): readonly Difference[];
  /** Services of which it shows another state than the truth's, whether or not that says something else. */
  strays(): readonly ServiceId[];
  /** What it shows of a service: the same object as long as nothing of it has changed. */
  shows(service: ServiceId): ServiceVersion | undefined;
  /** Requests answered so far, by path without context and query. */
  readonly requests: ReadonlyMap<string, number>;
}

/** Default time between stop and start, as in the recorded upgrade. */
const downMs = 8000;

export function nodeHandle(world: World, node: NodeState): SimNode {
  const { view, store, random, clock } = { ...world, view: node.view };
  const see = (entry: Parameters<typeof seenBy>[1]): ReturnType<typeof seenBy> => seenBy(view, entry);
  const chosen = (selector: Selector): readonly Selected[] => select(store, random, selector, see);
  const count = (selected: readonly Selected[]): number => selected.reduce((sum, one) => sum + one.instances.length, 0);
  const again = (options: StartOptions & { readonly downMs?: number }): void => {
    stopNode(world, node);
    clock.at(clock.now() + (options.downMs ?? downMs), () => startNode(world, node, options));
  };
  const freeze = (bySwitch: boolean): void => {
    if (bySwitch) node.switches.set('pushEnabled', false);
    view.frozen = !bySwitch || (node.traits.pushFreezesCounts && !servesOldStore(node));
  };
  const thaw = (): void => {
    node.switches.delete('pushEnabled');
    view.frozen = false;
    catchUp(view);
  };
  return {
    index: node.index,
    get address() {
      return addressOfNode(node);
    },
    get version() {
      return node.traits.version;
    },
    get running() {
      return node.running;
    },
    stop: () => stopNode(world, node),
    start: (options) => startNode(world, node, options),
    restart: (options = {}) => again(options),
    upgrade: (version, options = {}) => again({ ...options, version }),
    lag(ms) {
      view.lagMs = ms;
    },
    pause() {
      view.paused = true;
    },
    resume() {
      view.paused = false;
      catchUp(view);
    },
    freeze(options = {}) {
      freeze(options.switch !== false);
    },
    thaw,
    pin: (selector) => pin(view, chosen(selector).map(({ entry }) => entry)),
    unpin: (selector) => unpin(view, [...view.pinned].filter((entry) => matchesService(entry, selector))),
    drop(selector, options = {}) {
      const selected = chosen(selector);
      for (const { entry, instances } of selected) patch(view, entry, (old) => withMissing(old, instances.map(instanceKey), options.keepRow ?? false));
      return count(selected);
    },
    dropServices(selector) {
      const selected = chosen(selector);
      for (const { entry } of selected) patch(view, entry, (old) => ({ ...old, absent: true }));
      return selected.length;
    },
    invent(...registrations) {
      for (const registration of registrations) {
        const entry = entryOf(store, serviceOf(registration));
        patch(view, entry, (old) => withSurplus(old, instanceOf(registration, clock.now())));
      }
    },
    distort(selector, change) {
      const selected = chosen(selector);
      for (const { entry, instances } of selected) patch(view, entry, (old) => withChanged(old, instances.map(instanceKey), change));
      return count(selected);
    },
    heal(selector = {}) {
      // By identity alone: a service to be healed may have no instance that the selector could find.
      heal(view, [...new Set([...view.patches.keys(), ...view.pinned])].filter((entry) => matchesService(entry, selector)));
    },
    setFilled: (part) => setFilled(view, part),
    get filled() {
      return view.filled;
    },
    tearPages(on) {
      node.tornPages = on;
    },
    setReady(ready, detail = 'Naming is not in readiness') {
      node.notReady = ready ? undefined : detail;
    },
    setStatus(status) {
      node.status = status;
      if (status === undefined) node.switches.delete('overriddenServerStatus');
      else node.switches.set('overriddenServerStatus', status);
    },
    setSwitch(name, value) {
      if (name !== 'pushEnabled') node.switches.set(name, value);
      else if (value === false) freeze(true);
      else thaw();
    },
    setLoad(load) {
      node.load = { ...node.load, ...load };
    },
    skew(ms) {
      node.skewMs = ms;
    },
    sees(member, state) {
      node.peers.get(member)!.forced = state;
    },
    believes(group, belief) {
      if (belief === undefined) node.raft.delete(group);
      else node.raft.set(group, { ...belief, stuck: true });
    },
    lists(member, listed) {
      if (listed) node.unlisted.delete(member);
      else node.unlisted.add(member);
    },
    setClients(clients, version = 'Nacos-Java-Client:v2.1.0') {
      node.sdkClients = { count: clients, version };
    },
    setPush(push) {
      Object.assign(node.push, push);
    },
    setConfig(config) {
      Object.assign(node.config, config);
    },
    countConfig({ gets = 0, publishes = 0 }) {
      const config = configOf(world, node);
      config.gets += gets;
      config.publishes += publishes;
    },
    staleConfig: (name) => holdConfig(node, name, servedConfig(world, node, name)),
    loseConfig: (name) => holdConfig(node, name, undefined),
    dumpConfig: (name) => dumpConfig(node, name),
    setActuator(open) {
      node.actuator = open;
    },
    setUpgrade(state) {
      Object.assign(node.upgrade, state);
    },
    fault(fault) {
      const own = { ...fault };
      node.faults.add(own);
      return () => node.faults.delete(own);
    },
    clearFaults: () => node.faults.clear(),
    view: registryOf(store, see),
    differences: () => differences(store, see),
    strays: () => strays(store, see),
    shows(service) {
      const entry = findService(store, service);
      return entry === undefined ? undefined : see(entry);
    },
    requests: node.requests,
  };
}
