/** Whether a node that was started has what the others have, and what to do where it has not. */

import type { Judgement, GateRequest, Term } from '../gate.ts';
import { fail, of, pass, unknown } from '../gate.ts';
import { asOf, heldSince, latest, spans, type History } from '../history.ts';
import { nodeOf, type NodeSeen, type Observation } from '../observation.ts';
import { hasTwoStores, is1x, tellsStores } from '../versions.ts';
import { count, seconds } from '../words.ts';
import { compared, undivided, type Minding } from './consistency.ts';
import { dipIsOver } from './dip.ts';
import { known, upFor } from './life.ts';
import { upInViews } from './members.ts';
import { sameVersion } from './versions.ts';

/** A missing count that has not fallen for so long stands still. */
const standsStillMs = 60_000;
/** A node that fills gets so long before a restart is advised, milliseconds. */
const patienceMs = 600_000;

/** Everything that `node-back` asks. */
export function isBack(history: History, request: GateRequest): Judgement {
  const now = latest(history);
  const node = request.node!;
  const seen = nodeOf(now, node);
  if (seen === undefined) return { terms: [known(now, node)] };
  return {
    terms: [
      ...upInViews(now, node), upFor(history, node, 'ready'),
      ...(request.version === undefined ? [] : sameVersion({ ...now, nodes: [seen] }, request.version)),
      filled(history, node), ...compared(history), ...undivided(history, ofNode(node)),
      ...oldStore(history, seen, request), ...dipIsOver(history, request.before),
    ],
    notes: advice(history, seen),
  };
}

/** Differences of one node. */
const ofNode = (node: string): Minding => (other, { services, since }) => ({ number: other === node ? services : 0, since });

/** What it lacks now: by the counts while it joins, by its contents after that. */
function lackOf(observation: Observation, node: string): number {
  return Math.max(nodeOf(observation, node)?.joining?.missing ?? 0, observation.contents.lacking.get(node) ?? 0);
}

/** It lacks nothing and is not joining; or has been watched for a minute without getting any fuller. */
function filled(history: History, node: string): Term {
  const now = latest(history);
  const about = of('complete', node);
  const { answers, problem, joining } = nodeOf(now, node)!;
  if (answers !== true) return unknown(about, problem ?? 'was not read yet', answers === undefined ? 'reading' : undefined);
  const isJoining = joining !== undefined;
  const lack = lackOf(now, node);
  if (!isJoining && lack === 0) return pass(about, 'is not joining, and lacks nothing');
  const words = [...(isJoining ? ['is joining'] : []), ...(lack === 0 ? [] : [`lacks ${count(lack, 'instance')}`])].join(', ');
  return standsStill(history, node) ? fail(about, `${words}, and that number has not fallen for ${seconds(standsStillMs)}`) : unknown(about, words, 'reading');
}

function standsStill(history: History, node: string): boolean {
  const lack = lackOf(latest(history), node);
  if (lack === 0 || !spans(history, standsStillMs)) return false;
  const { observations } = history;
  const from = observations.indexOf(asOf(history, standsStillMs));
  return observations.slice(from).every((observation) => lackOf(observation, node) > 0 && lackOf(observation, node) <= lack);
}

/** While versions are mixed, 2.0 and 2.1 answer from 1.x's store: that must hold what the 1.x nodes hold. */
function oldStore(history: History, { node, version, upgrade }: NodeSeen, { filtersNamespaces }: GateRequest): readonly Term[] {
  const now = latest(history);
  if (!hasTwoStores(version) || !now.nodes.some((other) => is1x(other.version))) return [];
  const about = of('v1-store', node);
  if (!tellsStores(version) || upgrade.state === 'unsupported') return [pass(about, `${version!} does not count its V1 store apart; its catalog, which was compared, is that store`)];
  if (upgrade.state === 'failed') return [unknown(about, `upgrade/ops/metrics could not be read: ${upgrade.reason}`)];
  if (upgrade.state === 'unread') return [unknown(about, 'upgrade/ops/metrics was not read yet', 'reading')];
  if (filtersNamespaces) return [pass(about, `${upgrade.value.instances.v1} instances in all; the configuration leaves namespaces out, so they are not compared`)];
  const held = upgrade.value.instances.v1;
  const agreed = agreedInstances(now);
  if (held === agreed) return [pass(about, `${count(held, 'instance')}, as the others hold`)];
  const since = heldSince(history, (observation) => isShort(observation, node)) ?? now.at;
  const words = `its V1 store holds ${held} instances, the cluster ${agreed}`;
  return [upgrade.at > since && now.at - since >= standsStillMs / 2 ? fail(about, words) : unknown(about, words, 'reading')];
}

function isShort(observation: Observation, node: string): boolean {
  const upgrade = nodeOf(observation, node)?.upgrade;
  return upgrade?.state === 'told' && upgrade.value.instances.v1 !== agreedInstances(observation);
}

const agreedInstances = ({ namespaces }: Observation): number => [...namespaces.values()].reduce((sum, numbers) => sum + (numbers?.instances ?? 0), 0);

/** A restart costs another dip: only where waiting will not do. */
function advice(history: History, { node, startedAt }: NodeSeen): readonly string[] {
  const now = latest(history);
  const lack = lackOf(now, node);
  if (lack === 0) return [];
  const lasted = now.at - Math.max(startedAt ?? 0, heldSince(history, (observation) => lackOf(observation, node) > 0) ?? now.at);
  const lacks = `${node} lacks ${count(lack, 'instance')}`;
  if (lasted >= patienceMs) return [`restart ${node}: ${lacks} after ${Math.floor(lasted / 60_000)} minutes`];
  if (standsStill(history, node)) return [`restart ${node}: ${lacks}, and that number has not fallen for ${seconds(standsStillMs)}`];
  return [`wait, do not restart: ${lacks}, ${lackOf(asOf(history, standsStillMs), node)} ${seconds(Math.min(standsStillMs, now.at - history.startedAt))} ago`];
}
