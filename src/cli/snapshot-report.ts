/** From what was last read of each node to what the snapshot endpoint answers: all of it but the services themselves. */

import { stages, type Catalog, type ClusterSnapshot, type NodeSnapshot } from '../model.ts';
import type { ClusterReport, NamespaceReport, NodeReport, StageReport } from '../server/snapshot.ts';
import { compareText } from '../snapshot/write.ts';
import { toldByNode } from './told-by-node.ts';

export function snapshotReport({ cluster, at, nodes }: ClusterSnapshot): ClusterReport {
  return { cluster, at: iso(at), nodes: nodes.toSorted((a, b) => compareText(a.node, b.node)).map(nodeReport) };
}

function nodeReport(node: NodeSnapshot): NodeReport {
  const { responseMs, clockOffsetMs } = node;
  const { raft, switches, counts } = node.stages;
  const { members, ...told } = toldByNode(node);
  return {
    ...told,
    ...(responseMs === undefined ? {} : { responseMs }),
    ...(clockOffsetMs === undefined ? {} : { clockOffsetMs }),
    stages: stageReports(node),
    ...(members === undefined ? {} : { members }),
    ...(raft?.value === undefined ? {} : { raft: raft.value.raft.toSorted((a, b) => compareText(a.group, b.group)) }),
    ...(switches?.value === undefined ? {} : { switches: switches.value.enabled }),
    namespaces: [...counts?.value ?? []].toSorted(([a], [b]) => compareText(a, b)).map(([id, catalog]) => namespaceReport(id, catalog)),
  };
}

function stageReports(node: NodeSnapshot): Readonly<Record<string, StageReport>> {
  const reports: Record<string, StageReport> = {};
  for (const stage of stages) {
    const reading = node.stages[stage];
    if (reading === undefined) continue;
    const { outcome, at, valueAt, failures } = reading;
    reports[stage] = { ...outcome, at: iso(at), ...(valueAt === undefined ? {} : { valueAt: iso(valueAt) }), failures };
  }
  return reports;
}

function namespaceReport(id: string, { services, empty, totalInstances, totalHealthy }: Catalog): NamespaceReport {
  return { id, services, servicesEmpty: empty, instances: totalInstances, instancesHealthy: totalHealthy };
}

const iso = (at: number): string => new Date(at).toISOString();
