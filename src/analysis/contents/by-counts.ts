/**
 * What counts tell of contents, where these are too many to be read at every poll: a service without instances on a node
 * is known by that alone, and a service whose counts are not those of what was read last is to be read again.
 */

import type { Catalog } from '../../model.ts';
import { countAt } from '../columns.ts';
import { linesOf, nothing } from './canonical.ts';
import { put, type Shelf } from './shelf.ts';

export interface CountsNews {
  /** Read again first: the nodes count differently, or otherwise than they showed. */
  readonly differing: readonly number[];
  /** Read again next: health moved, or the same change everywhere. */
  readonly moved: readonly number[];
  /** Known anew from counts alone, and to be compared. */
  readonly known: readonly number[];
}

/**
 * `before`: each node's catalog of the pass before, for what moved since. `sampled`: there is more in question than can be
 * read again, and a second count must do. `pause` lets others have their turn.
 */
export async function compareCounts(
  shelf: Shelf, catalogs: ReadonlyMap<string, Catalog>, before: ReadonlyMap<string, Catalog>, at: number, sampled: boolean, pause: () => Promise<void>,
): Promise<CountsNews> {
  const differing: number[] = [];
  const moved: number[] = [];
  const known: number[] = [];
  const back: number[] = [];
  const nodes = [...catalogs].filter(([node, { names }]) => names === shelf.names && shelf.columns.has(node))
    .map(([node, catalog]) => ({ node, catalog, earlier: before.get(node), column: shelf.columns.get(node)! }));
  let work = 0;
  for (let service = 0; service < shelf.names.names.length && nodes.length > 0; service++) {
    if (++work >= servicesPerTurn) {
      work = 0;
      await pause();
    }
    const first = countAt(nodes[0]!.catalog.instances, service);
    let alike = true;
    let stirred = shelf.open.has(service);
    for (const { catalog, earlier } of nodes) {
      const count = countAt(catalog.instances, service);
      if (Math.max(0, count) !== Math.max(0, first)) alike = false;
      if (earlier === undefined || earlier === catalog) continue;
      if (count !== countAt(earlier.instances, service) || countAt(catalog.healthy, service) !== countAt(earlier.healthy, service)) stirred = true;
    }
    if (alike && !stirred) continue;
    work += stirredWork;
    let news = false;
    let shown = true;
    let returned = true;
    const agreed = shelf.agreed[service];
    for (const { node, catalog, column } of nodes) {
      const count = Math.max(0, countAt(catalog.instances, service));
      const text = column.texts[service];
      if (count === 0 && text !== undefined && text !== nothing) {
        put(shelf, node, service, nothing, at);
        news = true;
      } else if (text === undefined || linesOf(text) !== count) {
        shown = false;
        if (text !== nothing || agreed === undefined || linesOf(agreed) !== count) returned = false;
      }
    }
    if (!shown) (returned ? back : alike ? moved : differing).push(service);
    else if (news || (alike ? agreesAgain(shelf, service, nodes.map(({ node }) => node)) : sampled && standsByCounts(shelf, service))) {
      touch(shelf, service, nodes.map(({ node }) => node), known, at);
    } else if (!shelf.open.has(service)) moved.push(service);
  }
  // So many services come back at once that they cannot be read one by one: as many instances as agreed are those agreed.
  if (back.length <= readable) return { differing: [...back, ...differing], moved, known };
  for (const service of back) {
    for (const { node, column } of nodes) if (column.texts[service] === nothing) put(shelf, node, service, shelf.agreed[service]!, at);
    touch(shelf, service, nodes.map(({ node }) => node), known, at);
  }
  return { differing, moved, known };
}

/** The counts pass is a read of its own of a service of which nothing but numbers of instances is in question. */
function touch(shelf: Shelf, service: number, nodes: readonly string[], known: number[], at: number): void {
  for (const node of nodes) put(shelf, node, service, shelf.columns.get(node)!.texts[service]!, at);
  known.push(service);
}

/** Something was in question, and the nodes show the same now. */
function agreesAgain(shelf: Shelf, service: number, nodes: readonly string[]): boolean {
  return shelf.open.has(service) && nodes.every((node) => shelf.columns.get(node)!.texts[service] === shelf.columns.get(nodes[0]!)!.texts[service]);
}

/** All that is in question are instances that some node lacks or has too many of: a second count shows whether it still stands. */
function standsByCounts(shelf: Shelf, service: number): boolean {
  const cases = shelf.open.get(service)?.cases;
  if (cases === undefined || cases.size === 0) return false;
  for (const { difference } of cases.values()) if (difference.what === 'conflict') return false;
  return true;
}

const servicesPerTurn = 5_000;
/** Comparing counts with texts takes so many times what finding nothing new does. */
const stirredWork = 10;
/** Services that are soon read one by one. */
const readable = 200;
