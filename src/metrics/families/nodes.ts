/** Each node: what it says of itself, and what the others say of it. */

import { isReady } from '../../analysis/status.ts';
import { databaseStates, memberStates, portNames } from '../../model.ts';
import { family, stageValue, upNodes } from '../view.ts';

export const nodeFamilies = [
  family({
    name: 'nacos_node_up', type: 'gauge', labels: ['nacos_cluster', 'nacos_node'],
    help: '1 if the node answered any HTTP response in time, 401, 403 and 503 included; 0 at the second consecutive failed check.',
    rows(view, emit) {
      for (const node of view.nodes) if (node.up !== undefined) emit(node.up ? 1 : 0, view.cluster, node.name);
    },
  }),
  family({
    name: 'nacos_node_ready', type: 'gauge', labels: ['nacos_cluster', 'nacos_node'],
    help: '1 if the node says that it is ready; 0 where it says no, answers 503 or calls its own status DOWN.',
    rows(view, emit) {
      for (const node of upNodes(view)) {
        const ready = isReady(node.node);
        if (ready !== undefined) emit(ready ? 1 : 0, view.cluster, node.name);
      }
    },
  }),
  family({
    name: 'nacos_node_joining', type: 'gauge', labels: ['nacos_cluster', 'nacos_node'],
    help: '1 while a node that came up is still filling: it has no vote until it holds what the others agree on.',
    rows(view, emit) {
      for (const node of upNodes(view)) emit(view.ledger.joining.has(node.name) ? 1 : 0, view.cluster, node.name);
    },
  }),
  family({
    name: 'nacos_node_info', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'version', 'api', 'mode'],
    help: 'Version of the node, the API it is read by, and the mode it runs in.',
    rows(view, emit) {
      for (const { name, node } of upNodes(view)) {
        if (node.api !== undefined) emit(1, view.cluster, name, node.state?.version ?? '', node.api, node.state?.mode ?? 'unknown');
      }
    },
  }),
  family({
    name: 'nacos_node_response_seconds', type: 'gauge', labels: ['nacos_cluster', 'nacos_node'],
    help: 'Time to the first byte of the last liveness check.',
    rows(view, emit) {
      for (const { name, node } of upNodes(view)) if (node.responseMs !== undefined) emit(node.responseMs / 1000, view.cluster, name);
    },
  }),
  family({
    name: 'nacos_node_clock_offset_seconds', type: 'gauge', labels: ['nacos_cluster', 'nacos_node'],
    help: 'Clock of the node minus the clock of the exporter, from the Date header of a response: good to about a second.',
    rows(view, emit) {
      for (const { name, node } of upNodes(view)) if (node.clockOffsetMs !== undefined) emit(node.clockOffsetMs / 1000, view.cluster, name);
    },
  }),
  family({
    name: 'nacos_node_cpu_ratio', type: 'gauge', labels: ['nacos_cluster', 'nacos_node'],
    help: 'CPU use of the node as operator/metrics reports it, 0 to 1; 3.x without the open endpoint does not.',
    rows(view, emit) {
      for (const node of view.nodes) emitKnown(stageValue(node, 'metrics')?.cpu, (value) => emit(value, view.cluster, node.name));
    },
  }),
  family({
    name: 'nacos_node_load1', type: 'gauge', labels: ['nacos_cluster', 'nacos_node'],
    help: 'One-minute load of the operating system as operator/metrics reports it.',
    rows(view, emit) {
      for (const node of view.nodes) emitKnown(stageValue(node, 'metrics')?.load1, (value) => emit(value, view.cluster, node.name));
    },
  }),
  family({
    name: 'nacos_node_memory_ratio', type: 'gauge', labels: ['nacos_cluster', 'nacos_node'],
    help: 'Memory use of the node as operator/metrics reports it, 0 to 1.',
    rows(view, emit) {
      for (const node of view.nodes) emitKnown(stageValue(node, 'metrics')?.memory, (value) => emit(value, view.cluster, node.name));
    },
  }),
  family({
    name: 'nacos_node_port_open', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'port'],
    help: '1 if a connection to the port comes about, 0 if it is refused or not there in time: seen from the exporter, so a firewall between the two makes 0 as well. HTTP is tried where it is configured, the others at the address of the members list: gRPC at 1000 and 1001 above its port (from 2.0 on), raft where the node says (from 1.4 on; not on a node that is in no raft group).',
    rows(view, emit) {
      for (const node of view.nodes) {
        const ports = stageValue(node, 'ports');
        for (const port of portNames) emitKnown(ports?.[port], (open) => emit(open ? 1 : 0, view.cluster, node.name, port));
      }
    },
  }),
  family({
    name: 'nacos_node_database_state', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'state'],
    help: 'Database of the configuration center as the node sees it: 1 for the state it is in, 0 for the others. Up to 2.5: 3.x does not tell. A node of 2.x that has a cluster.conf and no address server does not tell of a slave.',
    rows(view, emit) {
      for (const node of view.nodes) {
        const seen = stageValue(node, 'database');
        if (seen !== undefined) for (const state of databaseStates) emit(seen === state ? 1 : 0, view.cluster, node.name, state);
      }
    },
  }),
  family({
    name: 'nacos_member_state', type: 'gauge', labels: ['nacos_cluster', 'observer', 'nacos_node', 'state'],
    help: 'State of a member in the members list of the observing node: 1 for the state it is in, 0 for the others.',
    rows(view, emit) {
      for (const observer of view.nodes) {
        for (const member of stageValue(observer, 'members') ?? []) {
          for (const state of memberStates) emit(member.state === state ? 1 : 0, view.cluster, observer.name, member.address, state);
        }
      }
    },
  }),
  family({
    name: 'nacos_switch_enabled', type: 'gauge', labels: ['nacos_cluster', 'nacos_node', 'switch'],
    help: 'Boolean switches of the node under their own names, such as pushEnabled.',
    rows(view, emit) {
      for (const node of view.nodes) {
        const enabled = stageValue(node, 'switches')?.enabled ?? {};
        for (const name of Object.keys(enabled).toSorted()) emit(enabled[name] === true ? 1 : 0, view.cluster, node.name, name);
      }
    },
  }),
] as const;

function emitKnown<T>(value: T | undefined, emit: (value: T) => void): void {
  if (value !== undefined) emit(value);
}
