/** The two stores of 2.0 and 2.1, and the switch that writes to both. */

import { fail, of, pass, unknown, type Term } from '../gate.ts';
import type { NodeSeen } from '../observation.ts';
import { hasTwoStores, is1x, numberOf, tellsStores } from '../versions.ts';

/** What a node of 1.x, 2.2 or later says to a question on its second store: that it has none. */
export function storeless(version: string | undefined): string | undefined {
  return numberOf(version) === undefined || hasTwoStores(version) ? undefined : `${version!} has no double write`;
}

/** The switch of the node; it is on again after every start. */
export function switchOff({ node, version, switches, answers, problem }: NodeSeen): Term {
  const about = of('double-write-switch', node);
  if (answers === false) return unknown(about, problem ?? 'does not answer');
  if (version === undefined) return unknown(about, problem ?? 'its version is not known', answers === undefined ? 'reading' : undefined);
  const none = storeless(version);
  if (none !== undefined) return pass(about, none);
  if (switches.state === 'unread') return unknown(about, 'its switches were not read yet', 'reading');
  if (switches.state === 'failed') return unknown(about, `its switches could not be read: ${switches.reason}`);
  const on = switches.state === 'told' ? switches.value.enabled['doubleWriteEnabled'] : undefined;
  if (on === undefined) return unknown(about, 'does not tell doubleWriteEnabled');
  return on ? fail(about, 'double write is on (doubleWriteEnabled=true)') : pass(about, 'double write is off');
}

/** Why a node's stores cannot be read, as a term; undefined where they were. */
export function untoldStores({ node, version, upgrade, answers, problem }: NodeSeen, term: string): Term | undefined {
  const about = of(term, node);
  if (answers === false) return unknown(about, problem ?? 'does not answer');
  if (upgrade.state === 'told') return undefined;
  if (is1x(version)) return fail(about, `still runs ${version!}`);
  if (numberOf(version) !== undefined && !hasTwoStores(version)) return unknown(about, `${version!} has no double write: there is nothing to close`);
  if (version !== undefined && !tellsStores(version)) return unknown(about, `${version} does not tell how its stores compare; 2.0.2 to 2.1.2 do`);
  if (upgrade.state === 'failed') return unknown(about, `upgrade/ops/metrics could not be read: ${upgrade.reason}`);
  if (upgrade.state === 'unsupported') return unknown(about, 'has no upgrade/ops/metrics');
  return unknown(about, problem ?? 'upgrade/ops/metrics was not read yet', 'reading');
}
