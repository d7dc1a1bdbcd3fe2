/** What no label may carry, as the API tells it: which service differs, on which node, in which instance and field, and since when; bounded and counted. */

export interface DivergenceDifference {
  readonly node: string;
  readonly what: 'missing' | 'surplus' | 'conflict';
  /** The cluster inside the service. */
  readonly cluster: string;
  readonly address: string;
  readonly ephemeral?: boolean;
  readonly field?: string;
  /** Of metadata the keys that differ, as JSON; both empty where they are not known. */
  readonly agreed: string;
  readonly shown: string;
}

export interface DivergenceItem {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly kind: string;
  readonly confirmed: boolean;
  /** ISO 8601, UTC: when it was first seen. */
  readonly since: string;
  readonly cause?: string;
  /** False where the version of a node never repairs such a difference. */
  readonly healsByItself: boolean;
  readonly differences: readonly DivergenceDifference[];
  /** Differences beyond those listed. */
  readonly omitted?: number;
}

/** A configuration that a node serves otherwise than it is stored, by name: contents are not known here. */
export interface DivergentConfigItem {
  readonly namespace: string;
  readonly group: string;
  readonly dataId: string;
  readonly node: string;
  readonly what: 'content' | 'missing';
  /** ISO 8601, UTC: when it was first seen. */
  readonly since: string;
}

export interface ClusterDivergence {
  readonly cluster: string;
  /** False until every node's contents were compared once. */
  readonly compared: boolean;
  /** More was due for a verdict than may be read again. */
  readonly sampled: boolean;
  /** How many there are; `services` may be a part of them. */
  readonly total: number;
  readonly services: readonly DivergenceItem[];
  /** Absent while `config_check` is off. */
  readonly configs?: readonly DivergentConfigItem[];
}

export interface EventItem {
  readonly cursor: number;
  readonly at: string;
  readonly cluster: string;
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  readonly instance: { readonly cluster: string; readonly address: string; readonly ephemeral?: boolean };
  readonly cause: string;
  readonly tagBefore: string;
  readonly tagAfter: string;
}

export interface EventsPage {
  readonly events: readonly EventItem[];
  /** To be given as `after` next time. */
  readonly cursor: number;
  /** Events after `after` and before the first of these are not known here: the list is bounded, and a new process has none. */
  readonly missed: boolean;
}

/** Services of an answer at most, and differences of each; the rest is counted. */
export const mostServices = 500;
export const mostDifferences = 20;
export const mostEvents = 1_000;
