/** How much of what is agreed was read of late: churn of the rest is told when the sweep comes by. */

import { nothing } from './canonical.ts';
import type { Shelf } from './shelf.ts';

/** Share of the services with agreed instances that every node has shown since then, 0 to 1; 1 where there are none. */
export function coverageSince(shelf: Shelf, since: number): number {
  const columns = [...shelf.columns.values()];
  if (columns.length > 0 && columns.every(({ completeAt }) => completeAt >= since)) return 1;
  let services = 0;
  let covered = 0;
  for (let service = 0; service < shelf.agreed.length; service++) {
    const agreed = shelf.agreed[service];
    if (agreed === undefined || agreed === nothing) continue;
    services++;
    if (columns.every(({ readAt }) => (readAt[service] ?? 0) >= since)) covered++;
  }
  return services === 0 ? 1 : covered / services;
}
