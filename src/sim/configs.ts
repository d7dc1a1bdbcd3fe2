/** What is stored in the config center, and what each node serves of it: the same, unless a script makes a node miss changes. */

import { createHash } from 'node:crypto';
import { canonicalNamespace } from './model.ts';
import type { NodeState, World } from './world.ts';

export interface ConfigName {
  readonly namespace?: string;
  readonly group?: string;
  readonly dataId: string;
}

export interface SimConfig extends Required<ConfigName> {
  readonly content: string;
}

export const md5Of = (content: string): string => createHash('md5').update(content, 'utf8').digest('hex');

const named = ({ namespace, group, dataId }: ConfigName): Required<ConfigName> => ({ namespace: canonicalNamespace(namespace), group: group || 'DEFAULT_GROUP', dataId });

const keyOf = (name: ConfigName): string => Object.values(named(name)).join(' ');

/** Nodes hear of it `dumpMs` later; until then they serve what they served. */
export function publishConfig(world: World, config: ConfigName & { readonly content: string }, dumpMs: number): void {
  if (dumpMs > 0) late(world, config, dumpMs);
  world.configs.set(keyOf(config), { ...named(config), content: config.content });
}

export function removeConfig(world: World, name: ConfigName): void {
  world.configs.delete(keyOf(name));
}

function late(world: World, name: ConfigName, dumpMs: number): void {
  const waiting = world.nodes.filter((node) => !node.heldConfigs.has(keyOf(name)));
  for (const node of waiting) holdConfig(node, name, servedConfig(world, node, name));
  world.clock.at(world.clock.now() + dumpMs, () => waiting.forEach((node) => dumpConfig(node, name)));
}

/** The node serves this, or nothing, whatever is stored. */
export function holdConfig(node: NodeState, name: ConfigName, held: SimConfig | undefined): void {
  node.heldConfigs.set(keyOf(name), held);
}

/** The node serves what is stored. */
export function dumpConfig(node: NodeState, name: ConfigName): void {
  node.heldConfigs.delete(keyOf(name));
}

export function servedConfig(world: World, node: NodeState, name: ConfigName): SimConfig | undefined {
  const key = keyOf(name);
  return node.heldConfigs.has(key) ? node.heldConfigs.get(key) : world.configs.get(key);
}

/** Of a namespace, or of it those with that name; empty texts match all. */
export function storedConfigs(world: World, namespace: string, group = '', dataId = ''): readonly SimConfig[] {
  return [...world.configs.values()].filter((config) => (
    config.namespace === namespace && (group === '' || config.group === group) && (dataId === '' || config.dataId === dataId)
  ));
}
