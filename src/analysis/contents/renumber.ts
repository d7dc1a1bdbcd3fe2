/**
 * A shelf under another dictionary of names: one is begun anew where the names of services that are gone outnumber the living.
 * What is known of the living, and what is open, goes along: such a time is when it is needed.
 */

import type { ServiceNames } from '../../model.ts';
import { carry } from './account.ts';
import { nothing } from './canonical.ts';
import { createShelf, type Shelf } from './shelf.ts';

const servicesPerTurn = 5_000;

/** `intern` gives a service its number in `names`; `pause` lets others have their turn. */
export async function renumber(
  old: Shelf, names: ServiceNames, intern: (group: string, name: string) => number, pause: () => Promise<void>,
): Promise<Shelf> {
  const shelf = createShelf(names, old.shownKeys);
  shelf.enabled = old.enabled;
  for (const [node, { completeAt }] of old.columns) shelf.columns.set(node, { texts: [], readAt: [], completeAt, moved: new Set() });
  for (let service = 0; service < old.names.names.length; service++) {
    if ((service + 1) % servicesPerTurn === 0) await pause();
    if (isOver(old, service)) continue;
    move(old, service, shelf, intern(old.names.groups[service]!, old.names.names[service]!));
  }
  return shelf;
}

/** All nodes show nothing of it, and nothing is said of it. */
function isOver(shelf: Shelf, service: number): boolean {
  if (shelf.open.has(service) || (shelf.agreed[service] ?? nothing) !== nothing) return false;
  for (const { texts, moved } of shelf.columns.values()) if ((texts[service] ?? nothing) !== nothing || moved.has(service)) return false;
  return true;
}

function move(from: Shelf, was: number, to: Shelf, service: number): void {
  to.agreed[service] = from.agreed[was];
  to.voters[service] = from.voters[was];
  for (const [node, column] of from.columns) {
    const target = to.columns.get(node)!;
    target.texts[service] = column.texts[was];
    target.readAt[service] = column.readAt[was]!;
    if (column.moved.has(was)) target.moved.add(service);
  }
  const open = from.open.get(was);
  if (open !== undefined) {
    to.open.set(service, open);
    carry(to.account, service, undefined, open.share);
  }
  const kinds = from.kinds.get(was);
  if (kinds !== undefined) to.kinds.set(service, kinds);
  const values = from.values.get(was);
  if (values !== undefined) to.values.set(service, values);
  const shown = from.shown.get(was);
  if (shown !== undefined) to.shown.set(service, shown);
}
