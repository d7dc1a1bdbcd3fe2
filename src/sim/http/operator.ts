/** The operator's endpoints: metrics, switches, push counters, and the upgrade state of 2.0 and 2.1. */

import { sdkClients } from '../clients.ts';
import { ownerOf } from '../members.ts';
import type { Totals } from '../model.ts';
import { pushOf } from '../push.ts';
import { switchDomain } from '../switches.ts';
import { allAre2x } from '../upgrading.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { flag, json, result, text } from './exchange.ts';
import { catalogueFor } from './naming.ts';

function totalsOf(exchange: Exchange): Totals {
  const sum = { services: 0, empty: 0, instances: 0, healthy: 0, ephemeral: 0 };
  for (const id of exchange.world.store.namespaces.keys()) {
    const { totals } = catalogueFor(exchange, id);
    sum.services += totals.services;
    sum.empty += totals.empty;
    sum.instances += totals.instances;
    sum.healthy += totals.healthy;
    sum.ephemeral += totals.ephemeral;
  }
  return sum;
}

/** Refresh of the service gauge from 2.0 on, milliseconds; 0 until the first. */
const gaugeMs = 15_000;

function serviceGauge(exchange: Exchange, services: number): number {
  const { node, world } = exchange;
  if (node.traits.number < 20_000) return services;
  const now = world.clock.now();
  if (now - node.gauge.at >= gaugeMs) node.gauge = { at: now, services };
  return node.gauge.services;
}

/** Services this node is responsible for, and their instances: 1.x reckons by the hash of the grouped name. */
function responsible(exchange: Exchange): { readonly services: number; readonly instances: number } {
  const { world, node } = exchange;
  let services = 0;
  let instances = 0;
  for (const id of world.store.namespaces.keys()) {
    const { entries, versions } = catalogueFor(exchange, id);
    entries.forEach((entry, i) => {
      if (ownerOf(world, node, entry.hash) !== node.index) return;
      services += 1;
      instances += versions[i]!.instances.count;
    });
  }
  return { services, instances };
}

/** An even share of `count`, the rest to the first nodes: the shares of all running nodes add up. */
function share(exchange: Exchange, count: number): number {
  const running = exchange.world.nodes.filter((node) => node.running);
  const rank = running.findIndex((node) => node.index === exchange.node.index);
  return Math.floor(count / running.length) + (rank < count % running.length ? 1 : 0);
}

const round = (value: number): number => Math.round(value * 1e7) / 1e7;

function fullMetrics(exchange: Exchange, ownMachine: boolean): Record<string, unknown> {
  const { node, world } = exchange;
  const { number, generation } = node.traits;
  const totals = totalsOf(exchange);
  const persistent = totals.instances - totals.ephemeral;
  const connected = sdkClients(world);
  const old = generation === 'v1' || generation === 'v2.0';
  const own = old ? responsible(exchange) : { services: 0, instances: share(exchange, totals.ephemeral) + persistent };
  // The 1.x store's numbers go to 0 when it is shut.
  const shut = generation === 'v2.0' && !world.doubleWrite;
  return {
    status: node.status ?? 'UP',
    serviceCount: serviceGauge(exchange, totals.services),
    instanceCount: totals.instances,
    ...(number >= 20_000 ? { subscribeCount: connected.length } : {}),
    ...(old ? { raftNotifyTaskCount: 0, responsibleServiceCount: shut ? 0 : own.services } : {}),
    responsibleInstanceCount: shut ? 0 : own.instances,
    ...(number >= 20_004 ? {
      clientCount: totals.instances + connected.length,
      connectionBasedClientCount: connected.length,
      ephemeralIpPortClientCount: totals.ephemeral,
      persistentIpPortClientCount: persistent,
      responsibleClientCount: share(exchange, totals.ephemeral) + persistent + connected.filter((client) => client.node === node).length,
    } : {}),
    ...(ownMachine ? { cpu: round(node.load.cpu), load: round(node.load.load), mem: round(node.load.mem) } : {}),
  };
}

/** From 2.0 on only the status, unless asked for more. */
const onlyStatus = (exchange: Exchange): boolean => exchange.node.traits.number >= 20_000 && exchange.query.get('onlyStatus') !== 'false';

export function metricsV1(exchange: Exchange): SimResponse {
  return json(exchange, onlyStatus(exchange) ? { status: exchange.node.status ?? 'UP' } : fullMetrics(exchange, true));
}

/** The v2 answer keeps the machine's load, not what is the node's own. */
export function metricsV2(exchange: Exchange): SimResponse {
  if (onlyStatus(exchange)) return result(exchange, { status: exchange.node.status ?? 'UP' });
  const { responsibleInstanceCount: _, ...rest } = fullMetrics(exchange, true);
  return result(exchange, rest);
}

export function metricsV3(exchange: Exchange): SimResponse {
  if (onlyStatus(exchange)) return result(exchange, { status: exchange.node.status ?? 'UP' });
  const { responsibleInstanceCount: _, ...rest } = fullMetrics(exchange, false);
  return result(exchange, rest);
}

const domain = ({ node, world }: Exchange): unknown => switchDomain(node.traits, world.doubleWrite, node.switches);
export const switches = (exchange: Exchange): SimResponse => json(exchange, domain(exchange));
export const switchesResult = (exchange: Exchange): SimResponse => result(exchange, domain(exchange));

export function pushState(exchange: Exchange): SimResponse {
  const { node, query, world } = exchange;
  const push = pushOf(world, node);
  const succeed = push.total - push.failed;
  const head = { succeed, total: push.total, ratio: push.total === 0 ? 0 : succeed / push.total };
  // 1.x shows raw packets as details.
  const details = node.traits.number < 20_000
    ? { data: [] }
    : { detail: push.total === 0 ? { avgPushCost: -1, maxPushCost: -1 } : { avgPushCost: push.avgCostMs, maxPushCost: push.maxCostMs } };
  return json(exchange, { ...head, ...(flag(query, 'detail') ? details : {}), reset: flag(query, 'reset') });
}

/** Both stores side by side; as text, the lists at the end run over several lines. */
export function upgradeMetrics(exchange: Exchange): SimResponse {
  const { world, node } = exchange;
  const totals = totalsOf(exchange);
  const own = responsible(exchange);
  const open = world.doubleWrite || !node.upgrade.upgraded;
  let ephemeralServices = 0;
  let services = 0;
  const all: string[] = [];
  for (const id of world.store.namespaces.keys()) {
    const { entries, versions } = catalogueFor(exchange, id);
    entries.forEach((entry, i) => {
      services += 1;
      const { count, ephemeral } = versions[i]!.instances;
      if (ephemeral > 0 || (count === 0 && !versions[i]!.permanent)) ephemeralServices += 1;
      if (!open) all.push(`${id}##${entry.group}@@${entry.service}`);
    });
  }
  const metrics = {
    upgraded: node.upgrade.upgraded,
    isAll20XVersion: allAre2x(world, node),
    isDoubleWriteEnabled: node.switches.get('doubleWriteEnabled') ?? world.doubleWrite,
    doubleWriteDelayTaskCount: node.upgrade.pendingTasks,
    serviceCountV1: open ? services - node.upgrade.v1Missing.length : 0,
    instanceCountV1: open ? totals.instances : 0,
    serviceCountV2: services - node.upgrade.v2Missing.length,
    instanceCountV2: totals.instances,
    subscribeCountV2: sdkClients(world).length,
    responsibleServiceCountV1: open ? own.services : 0,
    responsibleInstanceCountV1: open ? own.instances : 0,
    ephemeralServiceCountV2: ephemeralServices,
    persistentServiceCountV2: services - ephemeralServices,
    ephemeralInstanceCountV2: totals.ephemeral,
    persistentInstanceCountV2: totals.instances - totals.ephemeral,
    'service.V1.not.in.V2': node.upgrade.v2Missing.join('\n'),
    'service.V2.not.in.V1': (open ? node.upgrade.v1Missing : all).join('\n'),
  };
  if (flag(exchange.query, 'json')) return text(exchange, JSON.stringify(metrics));
  const lines = Object.entries(metrics).map(([name, value]) => `${name.padEnd(30)} = ${typeof value === 'number' ? String(value).padStart(5) : value}`);
  return text(exchange, `${lines.join('\n')}\n`);
}
