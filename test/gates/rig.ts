/**
 * A gate over a scripted cluster in virtual time: the poller reads the simulation as it reads servers, the gate's own runner
 * looks every five seconds, and what it says comes back as lines.
 */

import { takeCluster } from '../../src/cli/snapshot-cluster.ts';
import { parseCheck } from '../../src/cli/check-arguments.ts';
import { askNodes, intervalsFor, presentIn } from '../../src/cli/gate-looks.ts';
import { allows } from '../../src/analysis/names.ts';
import { earlierOf } from '../../src/gates/earlier.ts';
import { exitCodes, type GateRequest } from '../../src/gates/gate.ts';
import { observe, type Extras, type Observation } from '../../src/gates/observation.ts';
import { jsonOf, tableOf } from '../../src/gates/report.ts';
import { runGate, type Run } from '../../src/gates/runner.ts';
import { createCluster, type ClusterOptions, type SimCluster } from '../../src/sim/index.ts';
import { snapshotFormat, type SnapshotDocument } from '../../src/snapshot/document.ts';
import { parseSnapshot } from '../../src/snapshot/parse.ts';
import { clusterLines, firstLine, lastLines } from '../../src/snapshot/write.ts';
import { fillSmall, openRig, type ConfigChanges, type Rig } from '../poller/harness.ts';

export interface Scene {
  /** Three times 2.1.0 unless told. */
  readonly versions?: readonly string[];
  readonly cluster?: Omit<ClusterOptions, 'versions' | 'clock'>;
  readonly config?: ConfigChanges;
  /** Addresses as configured; all nodes unless told. */
  readonly servers?: readonly string[];
  readonly fill?: (sim: SimCluster) => void;
  /** Bytes a second of contents reads of a large cluster. */
  readonly contentsRate?: number;
  /** Played before anybody looks; steps at later times are counted from then. */
  readonly script?: (sim: SimCluster) => void;
  /** So long before the gate begins the script was played, milliseconds. */
  readonly aged?: number;
  /** As on the command line; `N0` stands for the address of the first node. */
  readonly argv: readonly string[];
  /** A snapshot for --before. */
  readonly before?: SnapshotDocument;
}

export interface Answer {
  readonly code: 0 | 1 | 2;
  /** `state term node detail`, with `N0` for the address of the first node. */
  readonly lines: readonly string[];
  readonly progress: readonly string[];
  readonly run: Run;
  readonly seconds: number;
  readonly table: readonly string[];
  readonly json: { readonly [key: string]: unknown };
}

/** From one look to the next. */
const lookMs = 5_000;

/** In what is said. */
function nameless(text: string, sim: SimCluster): string {
  return sim.nodes.reduce((said, { address, index }) => said.replaceAll(address, `N${index}`), text);
}

async function open(scene: Scene, argv: readonly string[]): Promise<{ readonly rig: Rig; readonly args: ReturnType<typeof argumentsOf> }> {
  const args = argumentsOf(argv);
  const rig = await openRig({
    ...(scene.config === undefined ? {} : { config: scene.config }),
    ...(scene.servers === undefined ? {} : { servers: scene.servers }),
    ...(scene.contentsRate === undefined ? {} : { contentsRate: scene.contentsRate }),
    intervals: intervalsFor(args.gate.reads, 15_000),
    build(clock) {
      const sim = createCluster({ sdkClients: 0, ...scene.cluster, versions: scene.versions ?? ['2.1.0', '2.1.0', '2.1.0'], clock });
      (scene.fill ?? fillSmall)(sim);
      clock.advance(60_000);
      for (const group of ['naming_persistent_service', 'naming_persistent_service_v2', 'naming_service_metadata', 'naming_instance_metadata', 'nacos_config', 'lock_acquire_service_v2']) sim.elect(group, 0);
      scene.script?.(sim);
      clock.advance(scene.aged ?? 0);
      return sim;
    },
  });
  return { rig, args };
}

function argumentsOf(argv: readonly string[]): Extract<ReturnType<typeof parseCheck>, { readonly gate: unknown }> {
  const parsed = parseCheck(argv);
  if ('mistakes' in parsed) throw new Error(parsed.mistakes.join('\n'));
  return parsed;
}

export async function play(scene: Scene): Promise<Answer> {
  // Addresses as the simulation gives them out.
  const addresses = (text: string): string => text.replaceAll(/\bN(\d)\b/g, (_, index) => `10.0.0.${Number(index) + 1}:8848`);
  const { rig, args } = await open(scene, scene.argv.map(addresses));
  try {
    const { before: _, ...rest } = args;
    const { namespaces, auth } = rig.config;
    const request: GateRequest = {
      ...rest,
      ...(scene.before === undefined ? {} : { before: earlierOf(scene.before, 'c', 'before.json', (id) => allows(namespaces, id)) }),
      hasCredentials: auth.user !== undefined, filtersNamespaces: namespaces.deny.length > 0,
    };
    let first = true;
    const next = async (): Promise<Observation> => {
      await rig.play(first ? 1_000 : lookMs);
      first = false;
      return observe(rig.poller.view(), await extrasOf(rig, args.gate.reads, request));
    };
    const progress: string[] = [];
    const run = await runGate(args.gate, request, args.waitMs, { now: rig.clock.now, next, progress: (line) => void progress.push(nameless(line, rig.sim)) });
    const lines = run.judgement.terms.map(({ state, term, node = '-', detail }) => nameless(`${state} ${term} ${node} ${detail}`, rig.sim));
    return {
      code: exitCodes[run.verdict], lines, progress, run, seconds: (run.endedAt - run.startedAt) / 1000,
      table: tableOf(run).map((line) => nameless(line, rig.sim)), json: JSON.parse(nameless(jsonOf(run), rig.sim)) as Answer['json'],
    };
  } finally {
    await rig.close();
  }
}

async function extrasOf(rig: Rig, { only, registrations }: { readonly only?: Parameters<typeof askNodes>[1]; readonly registrations?: true }, request: GateRequest): Promise<Extras> {
  return {
    ...(only === undefined ? {} : { nodes: await meanwhile(rig, askNodes(rig.poller, only, request, rig.clock.now)) }),
    ...(registrations === true ? { present: presentIn(await meanwhile(rig, snapshotOf(rig)), rig.config) } : {}),
  };
}

/** Lets time pass until it is done. */
async function meanwhile<T>(rig: Rig, work: Promise<T>): Promise<T> {
  const state = { done: false };
  const end = work.finally(() => {
    state.done = true;
  });
  while (!state.done) await rig.play(500);
  return end;
}

async function snapshotOf(rig: Rig): Promise<SnapshotDocument> {
  const { cluster, missing } = await takeCluster(rig.config, rig.poller, rig.clock.now);
  const head = { format: snapshotFormat, takenAt: new Date(rig.clock.now()).toISOString(), exporter: 'test' } as const;
  return parseSnapshot([firstLine(head), ...clusterLines(cluster, true), ...lastLines(missing)].join('\n'));
}

/** What a cluster like the scene's holds before anything is scripted. */
export async function snapshotBefore(scene: Omit<Scene, 'argv' | 'script'>): Promise<SnapshotDocument> {
  const { rig } = await open({ ...scene, argv: [] }, ['consistent']);
  try {
    return await meanwhile(rig, snapshotOf(rig));
  } finally {
    await rig.close();
  }
}
