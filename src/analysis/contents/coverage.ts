/** How much of what is agreed was read of late: churn of the rest is told when the sweep comes by. */

import { nothing } from './canonical.ts';
import type { Shelf } from './shelf.ts';

/** Share of the services with agreed instances that every node has shown since then, 0 to 1; 1 where there are none. */
export function coverageSince(shelf: Shelf, since: number): number {
  const columns = [...shelf.columns.values()];
  if (columns.length > 0 && columns.every(({ completeAt }) => completeAt >= since)) return 1;
  const readAt = columns.map((column) => column.readAt);
  const { agreed } = shelf;
  let services = 0;
  let covered = 0;
  // Asked for with every text: hence no call in the loop.
  for (let service = 0; service < agreed.length; service++) {
    if (agreed[service] === undefined || agreed[service] === nothing) continue;
    services++;
    let node = 0;
    while (node < readAt.length && readAt[node]![service]! >= since) node++;
    if (node === readAt.length) covered++;
  }
  return services === 0 ? 1 : covered / services;
}
