/** A real Nacos cluster on loopback: some nodes with embedded storage, or one standalone. Start it, hurt it, stop it. */

import { join } from 'node:path';
import { resolveDistribution } from './distribution.ts';
import { temporaryFolder } from './guard.ts';
import { type Properties, writeHome, writeMembers } from './home.ts';
import { boot, lostItsClient, tail } from './node.ts';
import { consoleOffset, freeBasePort, portStride } from './ports.ts';
import type { Child } from './processes.ts';
import { clusterFault, olderHabit } from './readiness.ts';
import { turnSwitch } from './registry.ts';
import { type LabVersion, releaseOf } from './versions.ts';
import { allSettledOrThrow, sleep, until } from './wait.ts';

export interface ClusterOptions {
  readonly version: LabVersion;
  /** 1 is standalone. */
  readonly nodes: number;
  /** So many more nodes that have a port, and are neither members nor started before `configure` names them. */
  readonly spare?: number;
  /** Of the ports, where several clusters of one node start at the same time. */
  readonly lane?: number;
  /** HTTP port of the first node; found by itself if absent. */
  readonly basePort?: number;
  readonly properties?: Properties;
  /**
   * As an operator leaves a cluster of 2.0 behind: nothing is copied to the store of 1.x any more. Without it, 2.0.4 was seen to
   * bring back instances that had been deregistered right after a burst of registrations, and to go down for good with its raft.
   */
  readonly doubleWrite?: 'closed';
}

export interface LabNode {
  readonly version: LabVersion;
  /** `ip:port` as members write it. */
  readonly address: string;
  /** With the context path, without a slash at the end. */
  readonly url: string;
  /** 3.x: the console's own port; before it the same as `url`. */
  readonly consoleUrl: string;
  /** Of the running process; undefined while there is none. */
  readonly pid: number | undefined;
}

export interface LabCluster {
  readonly version: LabVersion;
  readonly nodes: readonly LabNode[];
  /** SIGKILL. */
  kill(index: number): Promise<void>;
  /** SIGTERM and some patience, as an operator stops a node. */
  shutdown(index: number): Promise<void>;
  /** Starts a stopped node on the home it had; ready and a full member when it resolves. */
  start(index: number): Promise<void>;
  suspend(index: number): void;
  resume(index: number): void;
  /** Kills a node and starts another version on the same port, in a home of its own. */
  upgrade(index: number, version: LabVersion): Promise<void>;
  /** The members from now on, by number, in the configuration of every node: those that run read it anew by themselves. */
  configure(indices: readonly number[]): Promise<void>;
  /** Ends all nodes and removes their homes. */
  stop(): Promise<void>;
  logs(index: number): string;
  /** Folder with the data of a node. */
  home(index: number): string;
}

interface Slot {
  version: LabVersion;
  home: string;
  child?: Child;
  readonly port: number;
}

/** 1.4.1 closes its port at SIGTERM, but was not seen to end within 15 s. */
const shutdownGraceMs = 5_000;

/** Writers of a cluster's embedded store need a leader of every group, and peers must have seen each other. */
const settleTimeoutMs = 60_000;

export async function startCluster(options: ClusterOptions): Promise<LabCluster> {
  const count = options.nodes + (options.spare ?? 0);
  const basePort = options.basePort ?? (await freeBasePort(count, options.lane));
  const folder = await temporaryFolder(`nacos-${options.version}`);
  const homeOf = (index: number, version: LabVersion): string => join(folder.path, `node${index}-${version}`);
  const slots: Slot[] = Array.from({ length: count }, (_, index) => ({
    version: options.version,
    home: homeOf(index, options.version),
    port: basePort + index * portStride,
  }));
  const first = slots.slice(0, options.nodes);
  let members = first.map(addressOf);
  const nodes = slots.map((slot) => viewOf(slot));
  const slotOf = (index: number): Slot => {
    const slot = slots[index];
    if (slot === undefined) throw new Error(`no node ${index} in a cluster of ${slots.length}`);
    return slot;
  };

  async function prepare(slot: Slot): Promise<void> {
    await writeHome(await resolveDistribution(slot.version), {
      home: slot.home,
      port: slot.port,
      members,
      properties: options.properties ?? {},
    });
  }

  async function run(index: number): Promise<void> {
    const slot = slotOf(index);
    const distribution = await resolveDistribution(slot.version);
    const { address, url, consoleUrl } = nodes[index]!;
    await boot({ distribution, home: slot.home, cluster: members.length > 1, address, url, consoleUrl }, (child) => (slot.child = child));
  }

  /** All running nodes see each other, and each knows the leaders. */
  async function settled(timeoutMs: number): Promise<void> {
    const running = nodes.filter((node) => node.pid !== undefined);
    const releases = running.map((node) => releaseOf(node.version)).toSorted((a, b) => a.generation - b.generation);
    const oldest = releases[0]!;
    const mixed = releases.at(-1) !== oldest;
    for (const node of running) {
      await until(`${node.address} as a full member`, timeoutMs, async () => {
        const release = releaseOf(node.version);
        // Groups that only the newer version has get no leader before a majority runs it.
        const fault =
          (await clusterFault(release, oldest.raftGroups, node, running.length)) ?? (mixed ? undefined : await olderHabit(release, node));
        if (fault !== undefined) throw new Error(fault);
        return true;
      });
    }
  }

  async function settle(): Promise<void> {
    if (members.length === 1) return;
    await settledOrCured();
    // A switch that is turned at one node only is on again when it restarts.
    if (options.doubleWrite === 'closed') await closeDoubleWrite(nodes.filter((node) => node.pid !== undefined));
  }

  async function settledOrCured(): Promise<void> {
    await settled(settleTimeoutMs).catch(async (error: unknown) => {
      const sick = slots.flatMap((slot, index) => (slot.child?.alive() && lostItsClient(slot.home) ? [index] : []));
      if (sick.length === 0) throw error;
      for (const index of sick) {
        await end(index, 0);
        await run(index);
      }
      await settled(settleTimeoutMs);
    });
  }

  async function end(index: number, graceMs: number): Promise<void> {
    await slotOf(index).child?.end(graceMs);
  }

  async function start(index: number): Promise<void> {
    if (nodes[index]?.pid !== undefined) throw new Error(`node ${index} runs already`);
    await run(index);
    await settle();
  }

  async function stop(): Promise<void> {
    await Promise.all(slots.map((slot) => slot.child?.end()));
    await folder.remove();
  }

  try {
    await allSettledOrThrow(slots.map((slot) => prepare(slot)));
    await allSettledOrThrow(first.map((_, index) => run(index)));
    await settle();
  } catch (error) {
    await stop();
    throw error;
  }

  return {
    version: options.version,
    nodes,
    kill: (index) => end(index, 0),
    shutdown: (index) => end(index, shutdownGraceMs),
    start,
    suspend: (index) => slotOf(index).child?.signal('SIGSTOP'),
    resume: (index) => slotOf(index).child?.signal('SIGCONT'),
    async upgrade(index, version) {
      await end(index, 0);
      const slot = slotOf(index);
      slot.version = version;
      slot.home = homeOf(index, version);
      await prepare(slot);
      // Peers must notice that the old process is gone before its successor announces another version.
      await sleep(6_000);
      await start(index);
    },
    async configure(indices) {
      members = indices.map((index) => addressOf(slotOf(index)));
      await Promise.all(slots.map((slot) => writeMembers(slot.home, members)));
    },
    stop,
    logs: (index) => tail(slotOf(index).home, 200),
    home: (index) => slotOf(index).home,
  };
}

async function closeDoubleWrite(running: readonly LabNode[]): Promise<void> {
  if (running.some(({ version }) => releaseOf(version).generation !== 2)) return;
  await Promise.all(running.map((node) => turnSwitch(node, 'doubleWriteEnabled', false)));
}

const addressOf = (slot: Slot): string => `127.0.0.1:${slot.port}`;

function viewOf(slot: Slot): LabNode {
  const url = `http://127.0.0.1:${slot.port}/nacos`;
  return {
    address: addressOf(slot),
    url,
    get version() {
      return slot.version;
    },
    get consoleUrl() {
      return releaseOf(slot.version).generation === 3 ? `http://127.0.0.1:${slot.port + consoleOffset}` : url;
    },
    get pid() {
      return slot.child?.alive() ? slot.child.pid : undefined;
    },
  };
}
