/** What families project from: one cluster's snapshot and ledger with the judgements already made, at one moment. */

import type { CanaryLedger } from '../analysis/canary/ledger.ts';
import type { Agreement } from '../analysis/agreement.ts';
import { viewBeats, type BeatView } from '../analysis/beats.ts';
import { namespacesOf, standing, type Standing } from '../analysis/consensus.ts';
import type { ConfigLedger, DivergentConfig } from '../analysis/config-check.ts';
import type { Ledger } from '../analysis/ledger.ts';
import type { ChurnEvent, ChurnView } from '../analysis/contents/churn-book.ts';
import type { ShownTally } from '../analysis/contents/shown.ts';
import type { DivergentService, NamespaceDivergence } from '../analysis/contents/summary.ts';
import type { Selection } from '../analysis/selection.ts';
import { freshCatalogs, isUp, type Timing } from '../analysis/status.ts';
import type { Catalogs, ClusterSnapshot, NodeSnapshot, ServiceNames, Stage } from '../model.ts';
import { defineFor, type AnyFamily } from './family.ts';

export interface NodeView {
  readonly name: string;
  readonly node: NodeSnapshot;
  /** Undefined before the first check ended. */
  readonly up: boolean | undefined;
  readonly standing: Standing;
  /** Catalogs that may speak for the node; undefined while it is down or unread. */
  readonly catalogs: Catalogs | undefined;
}

/** Events that are kept, oldest first, and the cursor of the last one there was. */
export interface RecentEvents {
  readonly events: readonly ChurnEvent[];
  readonly cursor: number;
}

/** What the comparison of contents has brought so far. */
export interface ContentsView {
  readonly namespaces: ReadonlyMap<string, NamespaceDivergence>;
  /** Namespace to its agreed instances that are enabled. */
  readonly enabled: ReadonlyMap<string, number>;
  /** Namespace to the share of its services that were read within two polls. */
  readonly coverage: ReadonlyMap<string, number>;
  /** Namespace to what its services carry under the metadata keys to be shown; absent without such keys. */
  readonly shown?: ReadonlyMap<string, { readonly names: ServiceNames; readonly services: ReadonlyMap<number, ShownTally> }>;
  readonly sampled: boolean;
  readonly churn: ChurnView;
  readonly events: () => RecentEvents;
  /** Services that differ now, oldest first; so many of them at most. */
  readonly divergent: (most?: number) => readonly DivergentService[];
}

/** Metadata keys whose values are shown, and how many values of each and of one service. */
export interface MetadataViews {
  readonly keys: readonly string[];
  readonly valuesPerKey: number;
}

/** What the canary has measured so far. */
export interface CanaryView {
  readonly ledger: CanaryLedger;
  /** Nodes at which a subscriber is pushed to. */
  readonly pushed: readonly string[];
}

/** What nodes serve to clients of the config center, compared with what is stored. */
export interface ConfigCheckView {
  readonly ledger: ConfigLedger;
  /** Which ones differ now; a hundred at most. */
  readonly divergent: () => readonly DivergentConfig[];
}

export interface ClusterView {
  readonly cluster: string;
  readonly now: number;
  readonly snapshot: ClusterSnapshot;
  readonly ledger: Ledger;
  readonly timing: Timing;
  readonly nodes: readonly NodeView[];
  /** Every namespace that has a catalog on some node, sorted. */
  readonly namespaces: readonly string[];
  /** Nodes that the configuration names. */
  readonly configuredNodes: number;
  /** Namespace to the numbers of the services that get series of their own. */
  readonly selected: ReadonlyMap<string, Int32Array>;
  /** Services left out by the limit. */
  readonly droppedServices: number;
  readonly metadataViews: MetadataViews;
  /** Absent where no node tells of beats. */
  readonly beats?: BeatView;
  /** Absent before the first comparison. */
  readonly contents?: ContentsView;
  /** Absent while it is off. */
  readonly canary?: CanaryView;
  /** Likewise. */
  readonly configCheck?: ConfigCheckView;
}

export interface ViewInput {
  readonly snapshot: ClusterSnapshot;
  readonly ledger: Ledger;
  readonly now: number;
  readonly timing: Timing;
  readonly configuredNodes: number;
  readonly selection: Selection;
  readonly metadataViews?: MetadataViews;
  readonly contents?: ContentsView;
  readonly canary?: CanaryView;
  readonly configCheck?: ConfigCheckView;
}

export function buildView(input: ViewInput): ClusterView {
  const { snapshot, ledger, now, timing } = input;
  const countsInterval = snapshot.intervals.counts ?? timing.interval;
  const nodes = snapshot.nodes.map((node): NodeView => {
    const up = isUp(node, now, timing);
    return {
      name: node.node, node, up,
      standing: up === true ? standing(ledger, node, { ...snapshot, at: now }, timing) : 'down',
      catalogs: up === true ? freshCatalogs(node, now, countsInterval, timing) : undefined,
    };
  });
  const beats = nodes.flatMap((node) => stageValue(node, 'beats') ?? []);
  return {
    cluster: snapshot.cluster, now, snapshot, ledger, timing, nodes, namespaces: namespacesOf(snapshot),
    configuredNodes: input.configuredNodes, selected: input.selection.selected, droppedServices: input.selection.dropped,
    metadataViews: input.metadataViews ?? { keys: [], valuesPerKey: 0 },
    ...(beats.length === 0 ? {} : { beats: viewBeats(beats, now - beatWindow(snapshot)) }),
    ...(input.contents === undefined ? {} : { contents: input.contents }),
    ...(input.canary === undefined ? {} : { canary: input.canary }),
    ...(input.configCheck === undefined ? {} : { configCheck: input.configCheck }),
  };
}

/** A minute, or where polls are rare as long as one is certain to fall into it. Milliseconds. */
const beatWindow = ({ intervals }: ClusterSnapshot): number => Math.max(60_000, 2 * (intervals.beats ?? 0));

export const family = defineFor<ClusterView>();
export type ClusterFamily = AnyFamily<ClusterView>;

/** Agreements that stand now: some node voted, and that node still speaks (a poller that hangs lets none stand). */
export function standingAgreements(view: ClusterView): readonly (readonly [string, Agreement])[] {
  const speaks = new Set(view.nodes.filter((node) => node.standing === 'votes').map((node) => node.name));
  return view.namespaces.flatMap((namespace) => {
    const agreement = view.ledger.agreed.get(namespace);
    return agreement !== undefined && agreement.votes.some((vote) => speaks.has(vote.node)) ? [[namespace, agreement] as const] : [];
  });
}

/** Nodes that are up, for everything that only a node which answers can say. */
export function upNodes(view: ClusterView): readonly NodeView[] {
  return view.nodes.filter((node) => node.up === true);
}

/** The value of a stage, from a node that is up. */
export function stageValue<S extends Stage>(node: NodeView, stage: S): NonNullable<NodeSnapshot['stages'][S]>['value'] | undefined {
  return node.up === true ? node.node.stages[stage]?.value : undefined;
}
