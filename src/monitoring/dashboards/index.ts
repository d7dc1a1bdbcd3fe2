/** All dashboards, and the files that they make. */

import type { Values } from '../values.ts';
import { beatsAndPush } from './beats-and-push.ts';
import { clusterBoard } from './cluster.ts';
import { clusters } from './clusters.ts';
import { dashboardText, type BoardSpec } from './dashboard.ts';
import { divergence } from './divergence.ts';
import { exporter } from './exporter.ts';
import { boards } from './links.ts';
import { migration } from './migration.ts';
import { services } from './services.ts';

const all: readonly BoardSpec[] = [clusters, clusterBoard, divergence, services, beatsAndPush, migration, exporter];

/** Text of each dashboard by the name of its file. */
export function dashboardFiles(values: Values): ReadonlyMap<string, string> {
  return new Map(all.map((spec) => [`${boards[spec.name].uid}.json`, dashboardText(spec, values)]));
}
