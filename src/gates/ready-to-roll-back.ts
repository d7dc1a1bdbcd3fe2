/**
 * `ready-to-roll-back`: clients were told to send full beats again, before a 1.x server gets them. 1.x makes nothing of a beat
 * without a body: all instances of such clients would be deregistered.
 */

import { fail, of, pass, unknown, type Gate, type Term } from './gate.ts';
import { heldSince, latest, type History } from './history.ts';
import type { NodeSeen } from './observation.ts';
import { hasLightBeats } from './versions.ts';
import { seconds } from './words.ts';

const heldMs = 15_000;

export const readyToRollBack: Gate = {
  name: 'ready-to-roll-back',
  doc: '`lightBeatEnabled` is off on all nodes for at least 15 s.',
  reads: { only: ['switches'] },
  judge(history) {
    const { nodes } = latest(history);
    if (nodes.length === 0) return { terms: [unknown('light-beats', 'no node was read', 'reading')] };
    return { terms: nodes.map((node) => lightBeatsOff(history, node)) };
  },
};

function lightBeatsOff(history: History, node: NodeSeen): Term {
  const about = of('light-beats', node.node);
  const { switches, answers, problem, version, api } = node;
  if (answers !== true) return unknown(about, problem ?? 'was not read yet', answers === undefined ? 'reading' : undefined);
  if (switches.state === 'failed') return unknown(about, `its switches could not be read: ${switches.reason}`);
  if (switches.state === 'unsupported') return unknown(about, api === 'v3-open' ? '3.x shows its switches to an administrator only, and no credentials are configured' : 'its switches cannot be read');
  if (switches.state === 'unread') return unknown(about, 'its switches were not read yet', 'reading');
  const on = switches.value.enabled['lightBeatEnabled'];
  if (on === undefined) return version !== undefined && !hasLightBeats(version) ? pass(about, `${version} has no light beats`) : unknown(about, 'does not tell lightBeatEnabled');
  if (on) return fail(about, 'light beats are on (lightBeatEnabled=true)');
  const { at } = latest(history);
  const lasted = at - (heldSince(history, (observation) => isOff(observation.nodes.find((other) => other.node === node.node))) ?? at);
  return lasted >= heldMs ? pass(about, `off for ${seconds(lasted)}`) : unknown(about, `off, seen so for ${seconds(lasted)} of ${seconds(heldMs)}`, 'holding');
}

const isOff = (node: NodeSeen | undefined): boolean => node?.switches.state === 'told' && node.switches.value.enabled['lightBeatEnabled'] === false;
