/**
 * What a poll reads of a node besides its life, its members and its contents: one row a stage, in the order of asking, with
 * its source and its pace. A row is all that another reading of a node takes here.
 */

import type { HostPort } from '../analysis/member-address.ts';
import type { Actuator, Namespace, OpenPorts, SelfView, Stage, StageValues, Switches } from '../model.ts';
import type { Call, Dialect } from '../nacos/dialects/dialect.ts';
import { NacosError } from '../nacos/errors.ts';
import type { BeatAsking, BeatSampler } from './beat-sampler.ts';
import { readPorts } from './ports.ts';

/** Read by other means than a row: at every check, or page by page, or for all nodes together. */
export type RowStage = Exclude<Stage, 'liveness' | 'members' | 'counts' | 'contents'>;

/**
 * `poll`: every poll. `slow`: every `poll.slow_interval`. `rare`: every `poll.rare_interval`. `walks`: slow where the version
 * walks all its services for it, else every poll.
 */
export type Pace = 'poll' | 'slow' | 'rare' | 'walks';

/** What a row reads with; it may ask several times. */
export interface Asking {
  readonly dialect: Dialect;
  ask<T>(call: Call<T>): Promise<T>;
  /** The node's own entry; throws `wrong_member` where another member answers. */
  self(): Promise<SelfView>;
  /** The same as this poll has read it already; undefined where it did not. */
  seen(): SelfView | undefined;
  /** Where the node is called, and its own address once that is known. */
  readonly server: HostPort;
  readonly address: string | undefined;
  open(door: HostPort): Promise<boolean>;
  /** The node's own, with what it is to be asked with. */
  readonly beats: BeatSampler;
  beatAsking(): BeatAsking;
  /** Reads the node's own metrics out of their text. */
  actuator(text: string): Promise<Actuator>;
}

export interface StageRead<S extends RowStage> {
  readonly pace: Pace;
  /** Read after the counts, which do not wait for it: a large answer that seldom comes, or one that may take as long as it is given. */
  readonly last?: true;
  /** Tells nothing of what is registered, nor of who has it: only who goes on watching reads it. */
  readonly aside?: true;
  readonly supported: (dialect: Dialect) => boolean;
  /** True where reading would change what the node shows: it is not read, as if the version had no source. */
  readonly disturbs?: (switches: Switches) => boolean;
  /** Throws NacosError; asked only where the dialect supports the stage. */
  readonly read: (asking: Asking) => Promise<StageValues[S]>;
}

type StageReads = { readonly [S in RowStage]: StageRead<S> };

/** Stages that are one call of the dialect, under their own name. */
type OneCall = { [S in RowStage]: Dialect[S] extends Call<StageValues[S]> | undefined ? S : never }[RowStage];

function oneCall<S extends OneCall>(stage: S, pace: Pace): StageRead<S> {
  return {
    pace,
    supported: (dialect) => dialect[stage] !== undefined,
    read: ({ dialect, ask }) => ask(dialect[stage] as Call<StageValues[S]>),
  };
}

/** Who it is that answers comes first: what others say in its name is not read. */
export const stageReads: StageReads = {
  raft: { ...oneCall('raft', 'poll'), read: ({ self }) => self() },
  switches: oneCall('switches', 'poll'),
  readiness: oneCall('readiness', 'walks'),
  metrics: { ...oneCall('metrics', 'walks'), read: ({ dialect, ask }) => twice(() => ask(dialect.metrics!)) },
  push: oneCall('push', 'poll'),
  namespaces: { ...oneCall('namespaces', 'rare'), read: allNamespaces },
  beats: { pace: 'poll', last: true, aside: true, supported: (dialect) => dialect.beats !== undefined, read: ({ beats, beatAsking }) => beats.read(beatAsking()) },
  connections: { ...oneCall('connections', 'rare'), last: true, aside: true },
  // It makes the node rebuild what it would push, which is what its catalog shows: a node that is frozen would thaw (2.0.4).
  upgrade: { ...oneCall('upgrade', 'rare'), last: true, aside: true, disturbs: ({ enabled }) => enabled['pushEnabled'] === false },
  database: { ...oneCall('database', 'slow'), aside: true },
  ports: { pace: 'slow', last: true, aside: true, supported: (dialect) => dialect.ports !== undefined, read: openPorts },
  actuator: {
    pace: 'poll', last: true, aside: true,
    supported: (dialect) => dialect.actuator !== undefined,
    read: async ({ dialect, ask, actuator }) => actuator(await ask(dialect.actuator!)),
  },
};

export const rowStages = Object.keys(stageReads) as readonly RowStage[];

export const asideStages = rowStages.filter((stage) => stageReads[stage].aside);

/** From 2.0.4 on, onlyStatus=false may answer 500 once when a client disconnects while it is being counted. */
async function twice<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof NacosError && error.httpStatus === 500) return read();
    throw error;
  }
}

/** Namespaces that the console lists, and those that only services use, where the version tells. */
async function allNamespaces({ dialect, ask }: Asking): Promise<readonly Namespace[]> {
  const listed = await ask(dialect.namespaces!);
  const used = dialect.serviceNamespaces === undefined ? [] : await ask(dialect.serviceNamespaces).catch(() => []);
  const known = new Set(listed.map((namespace) => namespace.id));
  return [...listed, ...used.filter((id) => !known.has(id)).map((id) => ({ id, name: id }))];
}

function openPorts({ dialect, server, address, seen, open }: Asking): Promise<OpenPorts> {
  return readPorts(dialect.ports ?? [], { server, address, self: seen() }, open);
}
