/** The canary of one cluster: a round over its nodes every interval, one node after the other, and never two rounds at once. */

import { emptyCanaryLedger, keepNodes, noteRun, type CanaryLedger, type RunResult } from '../../analysis/canary/ledger.ts';
import { planCanary } from '../../analysis/canary/plan.ts';
import { healthyServers } from '../../analysis/responsible.ts';
import type { CanaryConfig } from '../../config/config.ts';
import type { CanaryView } from '../../metrics/view.ts';
import type { ClusterSnapshot } from '../../model.ts';
import { canaryGroup } from '../../nacos/canary-calls.ts';
import type { PushListener } from '../../nacos/push-listener.ts';
import type { Log } from '../failure-log.ts';
import { createPatient, Stopped } from '../patient.ts';
import type { CanaryNode } from './look.ts';
import { runCanary } from './run.ts';

/** What the program lends to the canaries of all clusters. */
export interface CanaryHost {
  /** Where the configuration names none. */
  readonly identity: string;
  readonly listen: () => Promise<PushListener>;
}

export interface CanaryDeps {
  readonly cluster: string;
  readonly config: CanaryConfig;
  readonly host: CanaryHost;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly timeoutMs: number;
  /** Nodes that are up, each answering for itself. */
  readonly nodes: () => readonly CanaryNode[];
  readonly snapshot: () => ClusterSnapshot;
  readonly log: { readonly info: Log; readonly warn: Log };
  /** Something was measured. */
  readonly changed: () => void;
}

export interface Canary {
  /** Begins the first round; a second call does nothing. */
  start(): void;
  view(): CanaryView;
  /** Deregisters what is registered, and resolves when that is done, or after a few seconds. */
  stop(): Promise<void>;
}

/** The program ends without having deregistered everything: it expires. */
const stopMs = 3_500;
/** Nodes that cannot tell who is responsible: of an unknown version, and r-nacos. */
const canariless: ReadonlySet<string | undefined> = new Set([undefined, 'r-nacos']);
/** Before a round is tried again where no node could be asked. */
const pauseMs = 1_000;

export function createCanary(deps: CanaryDeps): Canary {
  const { config, now } = deps;
  const patient = createPatient(deps.wait);
  const identity = config.identity ?? deps.host.identity;
  const told = new Map<string, RunResult | undefined>();
  const unheard = new Set<string>();
  let ledger: CanaryLedger = emptyCanaryLedger;
  let listener: PushListener | undefined;
  let running: Promise<void> | undefined;

  const apiOf = (node: string): string | undefined => deps.snapshot().nodes.find((other) => other.node === node)?.api;
  const pushes = (node: string): boolean => config.push && apiOf(node) === 'v1';

  /** Once a node's results change: a line a minute of the same failure tells nobody anything. */
  function tell(node: string, result: RunResult | undefined, why: string | undefined): void {
    if (told.has(node) ? told.get(node) === result : result === 'success') return;
    told.set(node, result);
    const data = { cluster: deps.cluster, node, ...(why === undefined ? {} : { why }) };
    if (result === 'success') deps.log.info(data, 'canary succeeds again');
    else if (result === undefined) deps.log.warn(data, 'canary unsupported: the API for clients of v1 is closed, and /v3/client does not replicate');
    else deps.log.warn({ ...data, result }, 'canary failed');
  }

  function tellUnheard(node: string | undefined, why: string | undefined): void {
    if (why === undefined || unheard.has(`${node} ${why}`)) return;
    unheard.add(`${node} ${why}`);
    deps.log.warn({ cluster: deps.cluster, ...(node === undefined ? {} : { node }), why }, 'canary cannot wait for pushes');
  }

  /** Members that Distro counts; where no node tells its members, all that answer. */
  function serversNow(nodes: readonly CanaryNode[]): readonly string[] {
    const up = new Set(nodes.map(({ node }) => node));
    const listed = healthyServers(deps.snapshot().nodes.filter(({ node }) => up.has(node)));
    return listed.length > 0 ? listed : nodes.map(({ node }) => node).toSorted();
  }

  async function listenerFor(node: string): Promise<PushListener | undefined> {
    if (!pushes(node)) return undefined;
    // Without a port pushes are not measured, and nothing fails.
    listener ??= await deps.host.listen().catch((error: unknown) => {
      tellUnheard(undefined, String(error));
      return undefined;
    });
    return listener;
  }

  async function round(): Promise<void> {
    ledger = keepNodes(ledger, new Set(deps.snapshot().nodes.map(({ node }) => node)));
    const able = (): readonly CanaryNode[] => deps.nodes().filter(({ node }) => !canariless.has(apiOf(node)));
    for (const { node } of able()) {
      // Who is responsible may have changed since the last node's turn.
      const nodes = able();
      const [place] = planCanary({ identity, group: canaryGroup, servers: serversNow(nodes), nodes: [node] });
      const owner = nodes.find((other) => other.node === node);
      if (place === undefined || owner === undefined) continue;
      const { run, why, unheard: deaf } = await runCanary({
        now, patient, namespace: config.namespace, timeoutMs: deps.timeoutMs, isUp: (name) => deps.nodes().some((other) => other.node === name),
      }, { place, owner, others: nodes.filter((other) => other !== owner && !ledger.unsupported.has(other.node)), listener: await listenerFor(node) });
      if (patient.stopped()) throw new Stopped();
      ledger = noteRun(ledger, run);
      tell(node, run.result, why);
      tellUnheard(node, deaf);
      deps.changed();
    }
  }

  async function rounds(): Promise<void> {
    for (;;) {
      const startedAt = now();
      if (deps.nodes().length === 0) await patient.sleep(pauseMs);
      else {
        await round();
        await patient.sleep(Math.max(pauseMs, startedAt + config.interval - now()));
      }
    }
  }

  return {
    start() {
      running ??= rounds().catch((error: unknown) => {
        if (!(error instanceof Stopped)) deps.log.warn({ cluster: deps.cluster, error: String(error) }, 'canary ended');
      });
    },
    view: () => ({ ledger, pushed: deps.snapshot().nodes.map(({ node }) => node).filter(pushes) }),
    async stop() {
      patient.stop();
      if (running !== undefined) await Promise.race([running, deps.wait(stopMs)]);
      listener?.close();
    },
  };
}
