/**
 * `ready-to-close-double-write`: 2.0 and 2.1 serve their own store, and it holds all that 1.x's does. Closing it earlier forces
 * the switch and cleans the V1 store: instances are lost.
 */

import type { UpgradeState } from '../model.ts';
import { fail, of, pass, unknown, type Gate, type Term } from './gate.ts';
import { latest, runOf, type History } from './history.ts';
import { nodeOf, type NodeSeen, type Observation } from './observation.ts';
import { untoldStores } from './terms/stores.ts';
import { hasTwoStores } from './versions.ts';
import { count, seconds, some } from './words.ts';

/** Between two readings that say so, milliseconds. */
const apartMs = 20_000;

interface Check {
  readonly term: string;
  readonly holds: (state: UpgradeState) => boolean;
  readonly words: (state: UpgradeState) => string;
}

const checks: readonly Check[] = [
  { term: 'double-write', holds: (state) => state.doubleWriteEnabled, words: (state) => (state.doubleWriteEnabled ? 'double write is on' : 'double write is closed already: see double-write-off') },
  { term: 'upgraded', holds: (state) => state.upgraded, words: (state) => (state.upgraded ? 'serves its own store' : 'still serves the V1 store (upgraded=false)') },
  { term: 'all-2x', holds: (state) => state.allMembers2x, words: (state) => (state.allMembers2x ? 'knows every member as 2.x' : 'knows a member that is not 2.x (isAll20XVersion=false)') },
  { term: 'queue', holds: (state) => state.pendingTasks === 0, words: (state) => `${count(state.pendingTasks, 'double-write task')} waiting` },
  { term: 'services', holds: ({ services }) => services.v1 === services.v2, words: ({ services }) => `V1 ${services.v1}, V2 ${services.v2} services` },
  { term: 'instances', holds: ({ instances }) => instances.v1 === instances.v2, words: ({ instances }) => `V1 ${instances.v1}, V2 ${instances.v2} instances` },
  { term: 'only-in-v1', holds: ({ only }) => only.v1.length === 0, words: ({ only }) => `${count(only.v1.length, 'service')} in V1 alone${named(only.v1)}` },
  { term: 'only-in-v2', holds: ({ only }) => only.v2.length === 0, words: ({ only }) => `${count(only.v2.length, 'service')} in V2 alone${named(only.v2)}` },
];

const named = (names: readonly string[]): string => (names.length === 0 ? '' : `: ${some(names)}`);

export const readyToCloseDoubleWrite: Gate = {
  name: 'ready-to-close-double-write',
  doc: 'On every node: upgraded, isAll20XVersion, readyToUpgrade, an empty queue, V1 = V2 services and instances, and no service in one store alone; twice, 20 s apart.',
  reads: { polls: true, upgrade: true },
  judge(history) {
    const { nodes } = latest(history);
    if (nodes.length === 0) return { terms: [unknown('stores', 'no node was read yet', 'reading')] };
    const terms = nodes.flatMap((node) => [...storesOf(node), readiness(node)].flat());
    return { terms: terms.every(({ state }) => state === 'pass') ? [...terms, twice(history)] : terms };
  },
};

function storesOf(node: NodeSeen): readonly Term[] {
  const untold = untoldStores(node, 'stores');
  if (untold !== undefined || node.upgrade.state !== 'told') return untold === undefined ? [] : [untold];
  const { value } = node.upgrade;
  return checks.map(({ term, holds, words }) => (holds(value) ? pass : fail)(of(term, node.node), words(value)));
}

/** Every member in this node's list: it judges by that list when all may go on. */
function readiness({ node, members, version, answers }: NodeSeen): readonly Term[] {
  if (answers === false || !hasTwoStores(version)) return [];
  if (members.state === 'failed') return [unknown(of('ready', node), `its member list could not be read: ${members.reason}`)];
  if (members.state !== 'told') return [unknown(of('ready', node), 'its member list was not read', members.state === 'unread' ? 'reading' : undefined)];
  const not = members.value.filter(({ readyToUpgrade }) => readyToUpgrade !== true);
  if (not.length === 0) return [pass(of('ready', node), `every member says readyToUpgrade (${members.value.length})`)];
  return not.map(({ address, readyToUpgrade }) => fail(of('ready', node), `${address} ${readyToUpgrade === undefined ? 'does not say readyToUpgrade' : 'says readyToUpgrade=false'}`));
}

function holdsIn(observation: Observation): boolean {
  return observation.nodes.every((node) => [...storesOf(node), ...readiness(node)].every(({ state }) => state === 'pass'));
}

/** By the node whose readings lie closest. */
function twice(history: History): Term {
  const run = runOf(history, holdsIn);
  const readings = latest(history).nodes.map(({ node }) => {
    const times = run.flatMap((observation) => {
      const upgrade = nodeOf(observation, node)?.upgrade;
      return upgrade?.state === 'told' ? upgrade.at : [];
    });
    return Math.max(...times) - Math.min(...times);
  });
  const apart = Math.min(...readings);
  return apart >= apartMs ? pass('twice', `all of it twice, ${seconds(apart)} apart`) : unknown('twice', `all of it once; once more ${seconds(apartMs)} later`, 'holding');
}
