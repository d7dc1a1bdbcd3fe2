/**
 * What a gate is: a question on a cluster that is answered term by term from what was observed, and nothing else. Pure:
 * the runner brings the observations, the command prints the answer.
 */

import type { Earlier } from './earlier.ts';
import type { History } from './history.ts';

export interface Term {
  /** Stable, for scripts: `member-lists`. */
  readonly term: string;
  /** The node that it is about; absent where it is about the cluster. */
  readonly node?: string;
  readonly state: 'pass' | 'fail' | 'unknown';
  /** One line for people: the number, or the reason. */
  readonly detail: string;
  /** Of an unknown one that time will tell: something is still to be read, or has to last. */
  readonly pending?: 'reading' | 'holding';
}

export interface Judgement {
  readonly terms: readonly Term[];
  /** What does not decide, and what an operator should know before going on. */
  readonly warnings?: readonly string[];
  /** What to do next. */
  readonly notes?: readonly string[];
  /** Nodes in the order in which to stop them. */
  readonly stopOrder?: readonly string[];
  /** Instances that are gone, one line each. */
  readonly missing?: readonly string[];
}

/** The registration that `gone` looks for. */
export interface InstanceName {
  readonly namespace: string;
  readonly group: string;
  readonly service: string;
  /** The cluster inside the service; any unless told. */
  readonly cluster?: string;
  readonly ip: string;
  readonly port: number;
}

/** Arguments of a gate, as the command line gave them. */
export interface GateRequest {
  /** `ip:port` as the members list writes it. */
  readonly node?: string;
  /** Nodes still to be stopped after it. */
  readonly remaining: readonly string[];
  readonly to?: string;
  readonly version?: string;
  readonly before?: Earlier;
  /** Instances that may be missing. */
  readonly allow: number;
  readonly allowQuorumLoss: boolean;
  readonly instance?: InstanceName;
  /** Credentials are configured. */
  readonly hasCredentials: boolean;
  /** The configuration leaves namespaces out: what is read of them is less than what a node counts. */
  readonly filtersNamespaces: boolean;
}

/** Flags that only some gates take, by their name on the command line. */
export type GateFlag =
  | 'remaining' | 'allow-quorum-loss' | 'to' | 'version' | 'before' | 'allow' | 'out' | 'service' | 'instance' | 'namespace' | 'group' | 'cluster';

/** What has to be read for a gate, besides life and members. */
export interface GateReads {
  /** Everything that a poll reads; otherwise only what is named in `only`. */
  readonly polls?: true;
  /** All contents, again and again, for comparison. */
  readonly contents?: true;
  /** More often than a poll reads them. */
  readonly upgrade?: true;
  readonly connections?: true;
  readonly only?: readonly ('switches' | 'raft' | 'instance')[];
  /** All registrations, as a snapshot has them. */
  readonly registrations?: true;
}

export interface Gate {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** When it passes, in one line. */
  readonly doc: string;
  readonly takesNode?: true;
  readonly flags?: readonly GateFlag[];
  readonly required?: readonly GateFlag[];
  readonly reads: GateReads;
  /** Once it passes, a snapshot is written. */
  readonly writesSnapshot?: true;
  /** Of at least one observation. */
  readonly judge: (history: History, request: GateRequest) => Judgement;
}

export type Verdict = 'pass' | 'fail' | 'unknown';

export const exitCodes: Readonly<Record<Verdict, 0 | 1 | 2>> = { pass: 0, fail: 1, unknown: 2 };

/** What is known to be wrong decides, whatever else could not be told. */
export function verdictOf({ terms }: Judgement): Verdict {
  if (terms.some(({ state }) => state === 'fail')) return 'fail';
  return terms.some(({ state }) => state === 'unknown') ? 'unknown' : 'pass';
}

/** Time would add nothing: all is told, or something is wrong and the rest only has to last. */
export function isSettled({ terms }: Judgement): boolean {
  const pending = terms.flatMap((term) => term.pending ?? []);
  return pending.length === 0 || (!pending.includes('reading') && terms.some(({ state }) => state === 'fail'));
}

type About = string | { readonly term: string; readonly node: string | undefined };

function made(about: About, state: Term['state'], detail: string, pending?: Term['pending']): Term {
  const { term, node } = typeof about === 'string' ? { term: about, node: undefined } : about;
  return { term, ...(node === undefined ? {} : { node }), state, detail, ...(pending === undefined ? {} : { pending }) };
}

export const pass = (about: About, detail: string): Term => made(about, 'pass', detail);
export const fail = (about: About, detail: string): Term => made(about, 'fail', detail);
export const unknown = (about: About, detail: string, pending?: Term['pending']): Term => made(about, 'unknown', detail, pending);
export const of = (term: string, node: string | undefined): About => ({ term, node });
