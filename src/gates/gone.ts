/** `gone`: an instance that was taken offline is absent on all nodes, twice: a client that still beats would have brought it back. */

import { fail, of, pass, unknown, type Gate, type GateRequest, type InstanceName, type Term } from './gate.ts';
import { heldSince, latest, type History } from './history.ts';
import type { NodeSeen } from './observation.ts';
import { seconds } from './words.ts';

/** Longer than a beat and a round of verification of Distro, 5 s each. */
const apartMs = 10_000;

export const gone: Gate = {
  name: 'gone',
  doc: 'An instance that was taken offline is absent on all nodes, twice, 10 s apart.',
  flags: ['service', 'instance', 'namespace', 'group', 'cluster'],
  required: ['service', 'instance'],
  reads: { only: ['instance'] },
  judge(history, request) {
    const { nodes } = latest(history);
    if (nodes.length === 0) return { terms: [unknown('absent', 'no node was read', 'reading')] };
    const { namespace, group, service } = request.instance!;
    const isEmpty = nodes.every(({ instances }) => instances.state !== 'told' || instances.value.length === 0);
    return {
      terms: nodes.map((node) => absent(history, node, request)),
      ...(isEmpty ? { warnings: [`no node shows any instance of ${namespace}/${group}@@${service}: if that is not meant, look at the name`] } : {}),
    };
  },
};

function absent(history: History, seen: NodeSeen, { instance }: GateRequest): Term {
  const about = of('absent', seen.node);
  const { instances, answers, problem, api } = seen;
  if (answers !== true) return unknown(about, problem ?? 'was not read yet', answers === undefined ? 'reading' : undefined);
  if (instances.state === 'failed') return unknown(about, `could not be asked: ${instances.reason}`);
  if (instances.state === 'unsupported') return unknown(about, api === 'v3-open' ? '3.x shows instances to a user with read permission only, and none is configured' : 'cannot be asked');
  if (instances.state === 'unread') return unknown(about, 'was not asked yet', 'reading');
  const there = instances.value.find((one) => is(one, instance!));
  if (there !== undefined) return fail(about, `still there: ${there.healthy ? 'healthy' : 'unhealthy'}, ${there.enabled ? 'enabled' : 'disabled'}, cluster ${there.cluster}`);
  const { at } = latest(history);
  const lasted = at - (heldSince(history, ({ nodes }) => nodes.some((node) => node.node === seen.node && lacks(node, instance!))) ?? at);
  return lasted >= apartMs ? pass(about, `absent for ${seconds(lasted)}`) : unknown(about, `absent; asked again ${seconds(apartMs)} later`, 'holding');
}

const is = (one: { readonly ip: string; readonly port: number; readonly cluster: string }, name: InstanceName): boolean =>
  one.ip === name.ip && one.port === name.port && (name.cluster === undefined || one.cluster === name.cluster);

const lacks = ({ instances }: NodeSeen, name: InstanceName): boolean => instances.state === 'told' && !instances.value.some((one) => is(one, name));
