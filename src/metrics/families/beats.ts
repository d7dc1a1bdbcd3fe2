/** How long ago those who beat were last heard of, by the clock of the node that is responsible for them. */

import type { BeatView } from '../../analysis/beats.ts';
import { family, type ClusterView } from '../view.ts';

const perSource = ['nacos_cluster', 'namespace_id', 'source'] as const;
const stats = ['p50', 'p90', 'p99', 'max'] as const;
const limits = ['unhealthy', 'delete'] as const;

export const beatFamilies = [
  family({
    name: 'nacos_beat_age_seconds', type: 'gauge', labels: [...perSource, 'stat'],
    help: 'Age of the last beat when it was looked at, of the instances (1.x) or of the clients that register over HTTP (2.2 and later) sampled within the last minute; by the clock of the server, good to half a second.',
    rows(view, emit) {
      eachSource(view, (namespace, source, beats) => {
        const ages = beats.namespaces.get(namespace)?.get(source)?.ages;
        if (ages !== undefined) for (const stat of stats) emit(ages[stat] / 1000, view.cluster, namespace, source, stat);
      });
    },
  }),
  family({
    name: 'nacos_beat_sampled_instances', type: 'gauge', labels: perSource,
    help: 'Instances or clients whose last beat was looked at within the last minute: what the other beat metrics speak of.',
    rows(view, emit) {
      eachSource(view, (namespace, source, beats) => emit(beats.namespaces.get(namespace)?.get(source)?.sampled ?? 0, view.cluster, namespace, source));
    },
  }),
  family({
    name: 'nacos_beat_overdue_instances', type: 'gauge', labels: ['nacos_cluster', 'namespace_id', 'limit'],
    help: 'Sampled instances or clients whose last beat is older than their own limits allow (preserved.heart.beat.timeout, preserved.ip.delete.timeout), a count of the sample; who should have been deleted counts under both limits.',
    rows(view, emit) {
      const { beats } = view;
      if (beats === undefined) return;
      for (const namespace of view.namespaces) {
        for (const limit of limits) emit((limit === 'delete' ? beats.deletable : beats.unhealthy).get(namespace) ?? 0, view.cluster, namespace, limit);
      }
    },
  }),
] as const;

/** Every namespace under every source that some node has: nobody sampled there is 0, and not absent. */
function eachSource(view: ClusterView, row: (namespace: string, source: BeatView['sources'][number], beats: BeatView) => void): void {
  const { beats } = view;
  if (beats === undefined) return;
  for (const namespace of view.namespaces) for (const source of beats.sources) row(namespace, source, beats);
}
