/** Plays one scenario through the whole reading path in virtual time, looks at truth and detector, and compares them. */

import { createCluster, type SimCluster } from '../../src/sim/index.ts';
import { fillSmall, openRig, type Rig, type RigOptions } from '../poller/harness.ts';
import { churnTruth, nothingChurned, type Churn, type ChurnTruth } from './churn-truth.ts';
import { allowedFrom, deadlineOf, type Surroundings } from './deadlines.ts';
import { atomName, divergenceTruth, kindOrder, type Atom, type DivergenceTruth } from './divergence-truth.ts';
import { compareLosses, lossTruth } from './loss-truth.ts';
import { createViewer } from './registrations.ts';
import type { Scenario } from './scenario.ts';
import { standingsOf } from './standing.ts';

export interface Outcome {
  readonly scenario: Scenario;
  /** Differences that had to be confirmed. */
  readonly labelled: number;
  readonly confirmed: number;
  /** Longest time from the beginning of a labelled difference to its confirmation, seconds. */
  readonly latency: number | undefined;
  readonly falseAlarms: number;
  /** What is wrong, for people; empty where all holds. */
  readonly faults: readonly string[];
  readonly countersOk: boolean;
}

interface Run {
  readonly from: number;
  to: number;
}

/** Two agreeing polls, and the read itself. */
const healMs = 31_000;
const faultsShown = 6;

export interface PlayOptions {
  readonly rules?: RigOptions['rules'];
}

export async function play(scenario: Scenario, options: PlayOptions = {}): Promise<Outcome> {
  const rig = await openScenario(scenario, options);
  try {
    return await watch(scenario, rig);
  } finally {
    await rig.close();
  }
}

async function openScenario(scenario: Scenario, options: PlayOptions): Promise<Rig> {
  const auth = scenario.versions.some((version) => version.startsWith('3')) ? { username: 'nacos', password: 'nacos' } : undefined;
  return openRig({
    build(clock) {
      const sim = createCluster({ ...scenario.cluster, versions: scenario.versions, seed: scenario.seed, clock, ...(auth === undefined ? {} : { auth }) });
      (scenario.fill ?? fillSmall)(sim);
      for (const node of sim.nodes) node.lag(scenario.lagMs ?? 0);
      scenario.script(sim);
      return sim;
    },
    ...(options.rules === undefined ? {} : { rules: options.rules }),
    config: {
      ...scenario.config,
      ...(auth === undefined ? {} : { auth: { user: { username: auth.username, password: { from: 'value' as const, value: auth.password } } } }),
    },
  });
}

async function watch(scenario: Scenario, rig: Rig): Promise<Outcome> {
  const { sim, clock } = rig;
  const start = clock.now();
  const everyMs = (scenario.everySeconds ?? 1) * 1000;
  const pollMs = rig.config.poll.interval;
  const standings = standingsOf(sim, (scenario.remaps ?? []).map((at) => start + at * 1000), (scenario.hidden ?? []).map(([node, from, to]) => [node, start + from * 1000, start + to * 1000] as const));
  const isMute = (node: number, now: number): boolean => (scenario.mute ?? []).some(([index, from]) => index === node && now >= start + from * 1000);
  const viewer = createViewer(sim);
  const divergence = divergenceTruth(sim, { standings, viewer, isMute, everyMs });
  const churn = churnTruth(sim, { standings, viewer, isMute });
  const losses = lossTruth(churn);
  const readersAt = readersOf(rig);
  const runs = new Map<string, Run[]>();
  const faults: string[] = [];
  const counterFaults: string[] = [];
  const fault = (text: string): void => void faults.push(`${Math.round((clock.now() - start) / 1000)} s: ${text}`);

  for (let at = 0; at <= scenario.seconds * 1000; at += everyMs) {
    if (at > 0) await rig.play(everyMs);
    const now = clock.now();
    const polled = at % pollMs === 0;
    standings.look(now);
    divergence.look(now, polled);
    const shown = note(rig, runs, now, everyMs);
    checkKinds(shown, divergence, runs, now, fault);
    if (!polled) continue;
    checkMetrics(rig, shown, fault);
    checkListed(scenario, rig, shown, start, fault);
    const readers = readersAt(now);
    if (readers.length > 0) churn.look(now, readers);
    // A node that hangs holds up what the others were read for: counters are compared at the polls that all answer.
    if (!sim.nodes.every((node, i) => !node.running || readers.includes(i))) continue;
    losses.look(now);
    counterFaults.push(...compareCounters(rig, churn, scenario.balanceOnly !== undefined).map((text) => `${at / 1000} s: ${text}`));
    if (scenario.losses === true) counterFaults.push(...compareLosses(rig, losses).map((text) => `${at / 1000} s: ${text}`));
  }
  const surroundings = { versions: scenario.versions, pollMs, everyMs, standings, watchedSince: start };
  return judge(scenario, divergence.atoms, runs, clock.now(), { faults, counterFaults, start, surroundings });
}

const contentsApi = 'catalog_contents';

/** Nodes whose contents were read whole at this very moment. */
function readersOf(rig: Rig): (now: number) => readonly number[] {
  let seen = 0;
  return (now) => {
    const read = new Set<string>();
    for (; seen < rig.requests.length; seen++) {
      const { api, at, node, code } = rig.requests[seen]!;
      if (at === now && code === '200' && api === contentsApi) read.add(node);
    }
    const torn = (address: string): boolean => rig.poller.snapshot().nodes.some(({ node, stages }) => node === address && stages.contents?.outcome.status === 'failed');
    return rig.sim.nodes.flatMap(({ address }, i) => (read.has(address) && !torn(address) ? [i] : []));
  };
}

type Shown = ReturnType<NonNullable<ReturnType<Rig['poller']['view']>['contents']>['divergent']>;

const nameOf = (service: Shown[number], difference: Shown[number]['differences'][number]): string => atomName({ ...service, ...difference, field: difference.field ?? '' });

/** What the detector says is confirmed, as runs of time. */
function note(rig: Rig, runs: Map<string, Run[]>, now: number, everyMs: number): Shown {
  const shown = (rig.poller.view().contents?.divergent() ?? []).filter((one) => one.confirmed);
  for (const service of shown) {
    for (const difference of service.differences) {
      const name = nameOf(service, difference);
      const list = runs.get(name) ?? [];
      const last = list.at(-1);
      if (last !== undefined && last.to === now) continue;
      if (last !== undefined && last.to >= now - everyMs) last.to = now;
      else list.push({ from: now, to: now });
      runs.set(name, list);
    }
  }
  return shown;
}

/** When first listed, a service has the first kind that applies. */
function checkKinds(shown: Shown, truth: DivergenceTruth, runs: ReadonlyMap<string, readonly Run[]>, now: number, fault: (text: string) => void): void {
  for (const service of shown) {
    const names = service.differences.map((difference) => nameOf(service, difference));
    if (!names.every((name) => runs.get(name)!.at(-1)!.from === now)) continue;
    const kinds = new Set(names.flatMap((name) => truth.open.get(name)?.kind ?? []));
    const right = kindOrder.find((kind) => kinds.has(kind));
    if (right !== undefined && right !== service.kind) fault(`${service.service} is called ${service.kind} and is ${right}`);
  }
}

/** The metrics say what the list says. */
function checkMetrics(rig: Rig, shown: Shown, fault: (text: string) => void): void {
  const published = rig.samples('nacos_divergent_services').reduce((sum, sample) => sum + sample.value, 0);
  if (published !== shown.length) fault(`nacos_divergent_services says ${published}, the list ${shown.length}`);
  for (const node of rig.sim.nodes) {
    const said = rig.samples('nacos_node_divergent_services', { nacos_node: node.address });
    const listed = shown.filter((service) => service.differences.some((difference) => difference.node === node.address)).length;
    const sum = said.reduce((total, sample) => total + sample.value, 0);
    if (said.length > 0 && sum !== listed) fault(`nacos_node_divergent_services says ${sum} of ${node.address}, the list ${listed}`);
  }
}

/** What a scenario says of everything listed, confirmed or not. */
function checkListed(scenario: Scenario, rig: Rig, shown: Shown, start: number, fault: (text: string) => void): void {
  if (scenario.neverSuspected === true) {
    for (const { service } of rig.poller.view().contents?.divergent() ?? []) fault(`${service} is suspected`);
    for (const { value, labels } of rig.samples('nacos_node_missing_instances')) if (value > 0) fault(`${labels.get('nacos_node')} is said to lack ${value}`);
  }
  if (scenario.since === undefined) return;
  const [from, to] = scenario.since.map((seconds) => start + seconds * 1000) as [number, number];
  for (const { service, since } of shown) if (since < from || since > to) fault(`${service} is said to differ since ${(since - start) / 1000} s`);
}

const counterNames: readonly (keyof Churn)[] = ['registered', 'deregistered', 'becameUnhealthy', 'recovered', 'restarted', 'flapped', 'servicesEmptied'];

/** Of the balance, how many more there are at the end, and not by how many events. */
const balanceOf = (churn: Pick<Churn, 'registered' | 'deregistered'>): number => churn.registered - churn.deregistered;

function compareCounters(rig: Rig, truth: ChurnTruth, balanceOnly: boolean): readonly string[] {
  const wrong: string[] = [];
  const said = rig.poller.view().contents?.churn.counts;
  for (const namespace of new Set([...truth.counts.keys(), ...said?.keys() ?? []])) {
    const right = truth.counts.get(namespace) ?? nothingChurned();
    const mine = said?.get(namespace);
    if (balanceOnly) {
      const balance = mine === undefined ? 0 : balanceOf(mine);
      if (balance !== balanceOf(right)) wrong.push(`${namespace} has ${balance} more, truth ${balanceOf(right)}`);
      continue;
    }
    for (const name of counterNames) {
      const value = name === 'flapped' ? (mine?.flappedByOwnership ?? 0) + (mine?.flappedOtherwise ?? 0) : mine?.[name] ?? 0;
      if (value !== right[name]) wrong.push(`${namespace} ${name} ${value}, truth ${right[name]}`);
    }
  }
  return wrong;
}

function judge(
  scenario: Scenario, atoms: readonly Atom[], runs: ReadonlyMap<string, readonly Run[]>, end: number,
  seen: { readonly faults: readonly string[]; readonly counterFaults: readonly string[]; readonly start: number; readonly surroundings: Surroundings },
): Outcome {
  const faults = [...seen.faults];
  const seconds = (at: number): string => `${Math.round((at - seen.start) / 1000)} s`;
  const { everyMs, pollMs } = seen.surroundings;
  const byName = new Map<string, Atom[]>();
  for (const atom of atoms) {
    if (!atom.tied && !runs.has(atom.name)) continue;
    const list = byName.get(atom.name);
    if (list === undefined) byName.set(atom.name, [atom]);
    else list.push(atom);
  }
  const allowed = (atom: Atom): number => allowedFrom(atom, seen.surroundings);
  const due = (atom: Atom): number => deadlineOf(atom, seen.surroundings);

  // Nothing is due before two polls.
  const labels = atoms.filter((atom) => endOf(atom, end) - atom.foundAt > 2 * pollMs && endOf(atom, end) > due(atom));
  let confirmed = 0;
  let latency: number | undefined;
  for (const label of labels) {
    const candidates = label.tied ? [...runs].filter(([name]) => sameButNode(name, label)).flatMap(([, list]) => list) : runs.get(label.name) ?? [];
    const run = candidates.find(({ from, to }) => to >= allowed(label) - 1000 && from <= due(label));
    if (run === undefined) faults.push(`missed: ${label.name} (${label.kind}) from ${seconds(label.begin)}, due by ${seconds(due(label))}`);
    else {
      confirmed++;
      latency = Math.max(latency ?? 0, Math.max(0, run.from - label.begin) / 1000);
    }
  }

  let falseAlarms = 0;
  for (const [name, list] of runs) {
    for (const run of list) {
      const reasons = byName.get(name)?.length ? byName.get(name)! : atoms.filter((atom) => atom.tied && sameButNode(name, atom));
      const first = reasons.find((atom) => allowed(atom) - 1000 <= Math.min(run.from, endOf(atom, end)) && endOf(atom, end) + healMs >= run.from);
      const last = Math.max(...reasons.filter((atom) => atom.begin <= run.to).map((atom) => endOf(atom, end)));
      if (first === undefined) {
        falseAlarms++;
        faults.push(`false alarm: ${name} at ${seconds(run.from)}`);
      } else if (scenario.healsAtPolls === true && last < end && Math.abs(run.to + everyMs - secondPoll(last, { start: seen.start, pollMs })) > everyMs) {
        faults.push(`not ended by two agreeing polls: ${name} until ${seconds(run.to)}, healed at ${seconds(last)}`);
      } else if (run.to > last + healMs) faults.push(`not ended: ${name} until ${seconds(run.to)}, healed at ${seconds(last)}`);
      else if (first.node === name.split(' ')[1] && run.to < Math.min(end, last) - 1000 && reasons.some((atom) => atom.begin <= run.from && endOf(atom, end) > run.to + 1000)) {
        faults.push(`ended early: ${name} at ${seconds(run.to)}`);
      }
    }
  }
  if (scenario.labels === 'some' && labels.length === 0) faults.push('nothing was labelled');
  if (scenario.labels === 'none' && labels.length > 0) faults.push(`${labels.length} labelled, where nothing should be`);
  const countersOk = seen.counterFaults.length === 0;
  return { scenario, labelled: labels.length, confirmed, latency, falseAlarms, countersOk, faults: [...cut(faults), ...cut(seen.counterFaults)] };
}

/** The second poll after a moment. */
const secondPoll = (after: number, { start, pollMs }: { readonly start: number; readonly pollMs: number }): number => start + (Math.ceil((after - start) / pollMs) + 1) * pollMs;

const endOf = (atom: Atom, end: number): number => (atom.open ? end : atom.end);

const cut = (texts: readonly string[]): readonly string[] =>
  (texts.length > faultsShown ? [...texts.slice(0, faultsShown), `and ${texts.length - faultsShown} more`] : texts);

/** Of an even split: the same service and instance, whoever is named. */
function sameButNode(name: string, atom: Atom): boolean {
  const [place, , what, instance, field] = name.split(' ');
  return place === `${atom.namespace}/${atom.group}@@${atom.service}` && what === atom.what && instance === atom.instance && (field ?? '') === atom.field;
}

export type { SimCluster };
