/**
 * One run: an instance is registered at the node that is responsible for it, beats there, is looked for on all other nodes
 * and by a subscriber, is deregistered, and looked for until it is gone. Every step has its limit, and however the run ends,
 * what it registered is deregistered.
 */

import type { CanaryRun, RunResult, Sighting } from '../../analysis/canary/ledger.ts';
import type { CanaryPlace } from '../../analysis/canary/plan.ts';
import type { CanaryCall, CanaryInstance, CanaryShown } from '../../nacos/canary-calls.ts';
import { NacosError } from '../../nacos/errors.ts';
import type { PushListener } from '../../nacos/push-listener.ts';
import { Stopped } from '../patient.ts';
import { limitMs, look, type CanaryNode, type RunDeps } from './look.ts';
import { subscribe } from './subscription.ts';

export interface RunRequest {
  readonly place: CanaryPlace;
  /** The responsible node. */
  readonly owner: CanaryNode;
  /** All others that are up. */
  readonly others: readonly CanaryNode[];
  /** Where the responsible node pushes by UDP. */
  readonly listener: PushListener | undefined;
}

/** What a run has found, and in which words the first failure was told. */
export interface RunReport {
  readonly run: CanaryRun;
  readonly why: string | undefined;
  /** Why no push could be waited for, where one should have been. */
  readonly unheard: string | undefined;
}

/** One after the other in each run, so that a quantile rests on more than one a minute. */
const beatsAtOnce = 3;
/** Less than half of what makes an instance unhealthy. */
const beatEveryMs = 4_000;
/** For one attempt to deregister when the program ends. */
const hurriedMs = 1_500;

interface Notes {
  readonly beats: number[];
  readonly failures: { readonly result: RunResult; readonly why: string }[];
  replications: readonly Sighting[];
  deregistrations: readonly Sighting[];
  push: number | undefined;
}

type Registration = 'done' | 'refused' | 'uncertain' | 'unsupported';

export async function runCanary(deps: RunDeps, { place: { node, name, ip, port }, owner, others, listener }: RunRequest): Promise<RunReport> {
  const { now, patient } = deps;
  const instance: CanaryInstance = { namespace: deps.namespace, name, ip, port, round: now().toString(36) };
  const notes: Notes = { beats: [], failures: [], replications: [], deregistrations: [], push: undefined };
  const subscription = listener === undefined ? undefined : subscribe(deps, listener, owner, instance);

  const fail = (result: RunResult, why: string): void => void notes.failures.push({ result, why });
  const write = (kind: Exclude<CanaryCall['kind'], 'subscribe'>, at: CanaryNode, timeoutMs = deps.timeoutMs) => at.client.canary({ kind, instance }, { timeoutMs });
  const lookAll = (nodes: readonly CanaryNode[], from: number, wanted: (shown: CanaryShown) => boolean) => Promise.all(nodes.map(async (observer) => (
    { observer: observer.node, seconds: await look(deps, observer, instance, from, wanted) }
  )));

  async function register(): Promise<Registration> {
    try {
      await patient.orStop(write('register', owner));
      return 'done';
    } catch (error) {
      fail('register_failed', wordsOf(error));
      if (!(error instanceof NacosError)) return 'uncertain';
      if (error.reason === 'gone') return 'unsupported';
      return (error.httpStatus ?? 0) >= 400 ? 'refused' : 'uncertain';
    }
  }

  async function beat(): Promise<void> {
    try {
      notes.beats.push((await patient.orStop(write('beat', owner))).durationMs / 1000);
    } catch (error) {
      fail('beat_failed', wordsOf(error));
    }
  }

  /** Beats as long as the work lasts, which goes on meanwhile. */
  async function beatDuring<T>(work: Promise<T>): Promise<T> {
    let ended = false;
    const watched = work.finally(() => {
      ended = true;
    });
    // Whoever stops the run is told by the beats first.
    watched.catch(() => undefined);
    for (let i = 0; i < beatsAtOnce && notes.failures.length === 0; i++) await beat();
    for (;;) {
      await Promise.race([watched, patient.sleep(beatEveryMs)]);
      if (ended) return watched;
      await beat();
    }
  }

  async function untilShown(from: number): Promise<void> {
    const [sightings, pushed] = await beatDuring(Promise.all([lookAll(others, from, ({ current }) => current), subscription?.pushed(from)]));
    // Of a registration at a node that went away nobody had to hear.
    notes.replications = known(sightings).filter(({ seconds }) => seconds !== undefined || deps.isUp(node));
    const late = tooLate(notes.replications);
    if (late.length > 0) fail('replication_timeout', `not shown by ${late.join(', ')} within ${limitMs / 1000} s`);
    if (typeof pushed === 'number') notes.push = pushed;
    if (subscription !== undefined && pushed === undefined) fail('push_timeout', `not pushed within ${limitMs / 1000} s`);
  }

  async function deregister(): Promise<boolean> {
    const timeoutMs = patient.stopped() ? hurriedMs : deps.timeoutMs;
    let why = '';
    // Any node hands it on to whoever is responsible by now.
    for (const at of [owner, ...others.slice(0, 1)]) {
      try {
        await write('deregister', at, timeoutMs);
        return true;
      } catch (error) {
        why = wordsOf(error);
      }
    }
    fail('cleanup_failed', why);
    return false;
  }

  async function untilGone(from: number): Promise<void> {
    const shown = new Set(notes.replications.flatMap(({ observer, seconds }) => (seconds === undefined ? [] : [observer])));
    notes.deregistrations = known(await lookAll([owner, ...others.filter((other) => shown.has(other.node))], from, ({ present }) => !present));
    const left = tooLate(notes.deregistrations);
    if (left.length > 0) fail('cleanup_failed', `still shown by ${left.join(', ')} after ${limitMs / 1000} s`);
  }

  let registration: Registration = 'uncertain';
  let deregistered = false;
  try {
    await subscription?.begun;
    registration = await register();
    if (registration === 'done') {
      await untilShown(now());
      deregistered = await deregister();
      if (deregistered) await untilGone(now());
    }
  } finally {
    subscription?.end();
    // Also of a run that was stopped; and a second time where the first failed.
    if (!deregistered && registration !== 'refused' && registration !== 'unsupported') await deregister();
  }
  const { failures: [failure], ...found } = notes;
  return {
    run: { node, result: registration === 'unsupported' ? undefined : failure?.result ?? 'success', ...found },
    why: failure?.why,
    unheard: subscription?.trouble(),
  };
}

/** Without nodes of which nothing can be said. */
function known(sightings: readonly { readonly observer: string; readonly seconds: number | undefined | 'unknown' }[]): readonly Sighting[] {
  return sightings.flatMap(({ observer, seconds }) => (seconds === 'unknown' ? [] : [{ observer, seconds }]));
}

function tooLate(sightings: readonly Sighting[]): readonly string[] {
  return sightings.flatMap(({ observer, seconds }) => (seconds === undefined ? [observer] : []));
}

function wordsOf(error: unknown): string {
  if (error instanceof Stopped) throw error;
  return error instanceof Error ? error.message : String(error);
}
