/** `nacos-exporter diff A B`: two snapshots, or with --nodes two nodes of one. Exit 0 same, 1 different, 2 could not tell. */

import { placeInWords, placeOf } from '../analysis/contents/place.ts';
import { diffRegistries, type Registry, type RegistryChange } from '../analysis/contents/registry-diff.ts';
import { clusterIn, registryOfCluster, registryOfNode, SnapshotLacks } from '../analysis/contents/snapshot-registry.ts';
import { parseCommandLine, type CommandSyntax } from '../config/flags.ts';
import { formatIssue } from '../config/issues.ts';
import type { NodeDocument, SnapshotDocument } from '../snapshot/document.ts';
import { parseSnapshot } from '../snapshot/parse.ts';
import type { Machine } from './machine.ts';

export const diffSyntax: CommandSyntax = {
  positionals: 2,
  flags: [{ name: 'nodes', kind: 'text', doc: 'Two nodes of one snapshot, ip:port,ip:port: what the second holds against the first.' }],
};

/** Thrown with one line for people; exit 2. */
class DiffError extends Error {}

export async function diff(argv: readonly string[], machine: Machine): Promise<number> {
  const line = parseCommandLine(argv, diffSyntax);
  if (line.issues.length > 0) {
    for (const issue of line.issues) machine.printError(formatIssue(issue));
    return 2;
  }
  try {
    const changes = changesOf(line.positionals, line.values.get('nodes')?.[0], machine);
    for (const change of changes) machine.print(words(change));
    machine.print(changes.length === 0 ? 'no difference' : `${changes.length} difference${changes.length === 1 ? '' : 's'}`);
    return changes.length === 0 ? 0 : 1;
  } catch (error) {
    machine.printError(error instanceof Error ? error.message : String(error));
    return 2;
  }
}

function changesOf(files: readonly string[], nodes: string | undefined, machine: Machine): readonly RegistryChange[] {
  const [first, second] = files;
  if (nodes !== undefined) {
    if (first === undefined || second !== undefined) throw new DiffError('--nodes compares two nodes of one snapshot: give one file');
    const names = nodes.split(',');
    if (names.length !== 2) throw new DiffError(`--nodes: "${nodes}" names ${names.length} nodes; give two, ip:port,ip:port`);
    const document = read(first, machine);
    const [before, after] = names.map((name) => nodeOf(document, name, first));
    return diffRegistries(registryOfNode(before!), registryOfNode(after!));
  }
  if (first === undefined || second === undefined) throw new DiffError('give two snapshots, or one with --nodes');
  const [before, after] = [read(first, machine), read(second, machine)];
  const clusters = [...new Set([...before.clusters, ...after.clusters].map(({ name }) => name))];
  return clusters.flatMap((name) => diffRegistries(clusterOf(before, name, first), clusterOf(after, name, second))
    .map((change) => (clusters.length === 1 ? change : { ...change, service: `${name}/${change.service}` })));
}

function read(file: string, machine: Machine): SnapshotDocument {
  try {
    return parseSnapshot(machine.readFile(file));
  } catch (error) {
    throw new DiffError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function nodeOf(document: SnapshotDocument, name: string, file: string): NodeDocument {
  const found = document.clusters.flatMap(({ nodes }) => nodes).find(({ node }) => node === name);
  if (found === undefined) throw new DiffError(`${file}: no node ${name}; it has ${document.clusters.flatMap(({ nodes }) => nodes.map(({ node }) => node)).join(', ')}`);
  return found;
}

/** What the nodes that were read agree on. */
function clusterOf(document: SnapshotDocument, name: string, file: string): Registry {
  try {
    return registryOfCluster(clusterIn(document, name));
  } catch (error) {
    throw error instanceof SnapshotLacks ? new DiffError(`${file}: ${error.message}`) : error;
  }
}

function words({ change, service, instance, fields }: RegistryChange): string {
  const mark = { added: '+', removed: '-', changed: '~' }[change];
  return `${mark} ${service}${instance === undefined ? '' : ` ${placeInWords(placeOf(instance))}`}${fields === undefined || fields.length === 0 ? '' : ` (${fields.join(', ')})`}`;
}
