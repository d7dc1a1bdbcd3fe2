/** From a request to a node's answer: faults first, then the filters in the servers' order, then the route. */

import type { Fault, FaultMemory } from '../faults.ts';
import { faultFor } from '../faults.ts';
import type { NodeState, World } from '../world.ts';
import { refuse } from './auth.ts';
import type { Exchange, SimRequest, SimResponse } from './exchange.ts';
import { caused, failedResult, noSuchApi, springError, text } from './exchange.ts';
import { guardOf, isClosed, isGuardedByStatus, isMoved, isOldPeer, isOldRaft, namesDownTwice, routeFor } from './routes.ts';

const nothing = Buffer.alloc(0);

export function createAnswering(world: World): (index: number, request: SimRequest) => SimResponse {
  const memory: FaultMemory = new WeakMap();
  return function answer(index, request) {
    const node = world.nodes[index];
    if (node === undefined || !node.running) return { status: 0, headers: {}, body: nothing, fault: 'refused' };
    const url = new URL(request.path, 'http://node');
    const path = url.pathname.startsWith(`${world.context}/`) ? url.pathname.slice(world.context.length) : undefined;
    node.requests.set(path ?? url.pathname, (node.requests.get(path ?? url.pathname) ?? 0) + 1);
    const fault = faultFor(node.faults, memory, path ?? url.pathname, url.search);
    if (fault?.kind === 'member') return answer(fault.index, request);
    const early = fault === undefined ? undefined : instead(fault);
    if (early !== undefined) return dated(world, node, early);
    const exchange: Exchange = {
      world, node, method: request.method, path: path ?? url.pathname, fullPath: url.pathname, query: url.searchParams,
      headers: request.headers ?? {}, body: request.body ?? '',
    };
    const honest = path === undefined ? springError(exchange, 404, 'No message available') : route(exchange);
    return dated(world, node, fault === undefined ? honest : spoiled(fault, honest));
  };
}

function route(exchange: Exchange): SimResponse {
  const { node, path, world } = exchange;
  const { traits } = node;
  if (isGuardedByStatus(path) && node.status !== undefined && node.status !== 'UP' && !(node.status === 'READ_ONLY' && exchange.method === 'GET')) {
    return text(exchange, namesDownTwice(traits)
      ? `server is ${node.status}now, detailed error message: Optional[The naming module is not ready]`
      : `server is ${node.status} now, please try again later!`, 503);
  }
  if (isOldRaft(path, traits)) return caused(exchange, 500, 'old raft protocol already stop');
  if (isOldPeer(path, traits)) return caused(exchange, 500, `unable to find local peer: ${node.ip}:${node.port}, all peers: []`);
  const found = routeFor(path, traits);
  if (found === undefined) return missing(exchange);
  if (isClosed(found, traits, world)) return springError(exchange, 410, 'Current API will be deprecated');
  if (isMoved(found, traits)) return noSuchApi(exchange);
  const refused = refuse(exchange, guardOf(found, traits));
  if (refused !== undefined) return refused;
  try {
    return found.handler(exchange);
  } catch (error) {
    return caused(exchange, 500, error instanceof Error ? error.message : String(error));
  }
}

/** 2.2 and later have another method at the members path of 2.0 and 2.1. */
function missing(exchange: Exchange): SimResponse {
  const { number } = exchange.node.traits;
  if (exchange.path === '/v2/core/cluster/nodes' && number >= 20_200) {
    return number >= 30_000
      ? springError(exchange, 405, "Request method 'GET' not supported")
      : failedResult(exchange, 500, 500, "caused: Request method 'GET' not supported;", null);
  }
  return noSuchApi(exchange);
}

/** What comes in place of the answer. */
function instead(fault: Fault): SimResponse | undefined {
  switch (fault.kind) {
    case 'hang':
    case 'reset':
    case 'malformed':
      return { status: 0, headers: {}, body: nothing, fault: fault.kind };
    case 'status':
      return { status: fault.status, headers: { 'content-type': fault.contentType ?? 'text/plain;charset=UTF-8' }, body: Buffer.from(fault.body ?? '') };
    case 'empty':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: nothing };
    case 'html':
      return { status: 200, headers: { 'content-type': 'text/html' }, body: Buffer.from('<!doctype html><title>Sign in</title><p>Please sign in.') };
    case 'redirect':
      return { status: 302, headers: { location: fault.location }, body: nothing };
    case 'huge':
      return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.alloc(fault.bytes, 0x20) };
    default:
      return undefined;
  }
}

/** The right answer, damaged. */
function spoiled(fault: Fault, honest: SimResponse): SimResponse {
  if (fault.kind === 'slow') return { ...honest, delayMs: (honest.delayMs ?? 0) + fault.delayMs };
  if (fault.kind === 'half') return { ...honest, body: honest.body.subarray(0, honest.body.length >> 1), fault: 'truncated' };
  if (fault.kind === 'body') return { ...honest, body: Buffer.from(fault.body) };
  return honest;
}

/** Every server writes the `Date` of its own clock. */
function dated(world: World, node: NodeState, response: SimResponse): SimResponse {
  if (response.status === 0) return response;
  return { ...response, headers: { ...response.headers, date: new Date(world.clock.now() + node.skewMs).toUTCString() } };
}
