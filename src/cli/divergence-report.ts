/** From the pollers' views to what the divergence and events endpoints answer. */

import type { Difference } from '../analysis/contents/compare.ts';
import type { ChurnEvent } from '../analysis/contents/churn-book.ts';
import { healsByItself } from '../analysis/contents/patience.ts';
import { placeOf } from '../analysis/contents/place.ts';
import { countDivergent, type DivergentService } from '../analysis/contents/summary.ts';
import { valuesOf, type KnownValues } from '../analysis/contents/values.ts';
import type { ClusterView, RecentEvents } from '../metrics/view.ts';
import type { ClusterPoller } from '../poller/cluster-poller.ts';
import { mostDifferences, mostEvents, mostServices, type ClusterDivergence, type DivergenceDifference, type DivergentConfigItem, type EventItem, type EventsPage } from '../server/divergence.ts';
import type { DifferingDetails } from '../server/pages/state.ts';

export function divergenceOf(pollers: readonly ClusterPoller[]): readonly ClusterDivergence[] {
  return pollers.map((poller): ClusterDivergence => {
    const view = poller.view();
    const { contents } = view;
    const details = detailsIn(view);
    const configs = configsIn(view);
    const namespaces = [...contents?.namespaces.values() ?? []];
    return {
      cluster: poller.cluster,
      compared: namespaces.length > 0 && namespaces.every((found) => found.lastComplete !== undefined),
      sampled: contents?.sampled ?? false,
      total: countDivergent(namespaces),
      services: (contents?.divergent(mostServices) ?? []).map((found) => {
        const { since, differences: _, values: __, ...rest } = found;
        const { omitted, ...shown } = details(found);
        return { ...rest, since: new Date(since).toISOString(), ...shown, ...(omitted === 0 ? {} : { omitted }) };
      }),
      ...(configs === undefined ? {} : { configs }),
    };
  });
}

/** Of a service that differs: what is shown of its differences, and whether they go away by themselves on the versions of this view. */
export function detailsIn({ nodes }: ClusterView): (found: DivergentService) => DifferingDetails {
  const versions = new Map(nodes.map(({ name, node }) => [name, node.state?.version ?? '']));
  return ({ differences, values }) => ({
    healsByItself: differences.every(({ node }) => healsByItself(versions.get(node) ?? '')),
    differences: differences.slice(0, mostDifferences).map((difference) => differenceOf(difference, values)),
    omitted: Math.max(0, differences.length - mostDifferences),
  });
}

/** Undefined while `config_check` is off. */
export function configsIn({ configCheck }: ClusterView): readonly DivergentConfigItem[] | undefined {
  return configCheck?.divergent().map((config) => ({ ...config, since: new Date(config.since).toISOString() }));
}

function differenceOf({ node, what, instance, field, agreed, shown }: Difference, known: KnownValues | undefined): DivergenceDifference {
  const values = field === 'metadata' ? valuesOf(known, agreed, shown) : { agreed, shown };
  return { node, what, ...placeOf(instance), ...values, ...(field === undefined ? {} : { field }) };
}

export function eventItem({ at, instance, ...rest }: ChurnEvent, cluster: string): EventItem {
  return { ...rest, at: new Date(at).toISOString(), cluster, instance: placeOf(instance) };
}

/** Events after a cursor, oldest first. Undefined for a cluster that is not polled. */
export function eventsOf(pollers: readonly ClusterPoller[], cluster: string, after: number): EventsPage | undefined {
  const poller = pollers.find((one) => one.cluster === cluster);
  if (poller === undefined) return undefined;
  const recent = poller.view().contents?.events();
  return recent === undefined ? { events: [], cursor: after, missed: false } : eventsPage(recent, cluster, after);
}

export function eventsPage(recent: RecentEvents, cluster: string, after: number): EventsPage {
  // A cursor of the future is one of a process whose clock went ahead: nothing is known of what it has seen.
  const from = after > recent.cursor ? 0 : after;
  const events = recent.events.filter((event) => event.cursor > from).slice(0, mostEvents);
  const oldest = recent.events[0]?.cursor ?? recent.cursor + 1;
  return {
    events: events.map((event) => eventItem(event, cluster)),
    cursor: events.at(-1)?.cursor ?? recent.cursor,
    missed: after > 0 && from + 1 < oldest,
  };
}
