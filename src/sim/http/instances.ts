/** What clients do to their instances over HTTP: `v1/ns/instance` and its beats. */

import type { Client } from '../http-clients.ts';
import { beat, enrol, leave } from '../http-clients.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { json, missingParameter, noSuchApi, text } from './exchange.ts';
import { askedService } from './naming.ts';

/** Parameters of the query and of a form alike. */
function withForm(exchange: Exchange): Exchange {
  return { ...exchange, query: new URLSearchParams([...exchange.query, ...new URLSearchParams(exchange.body)]) };
}

/** Undefined where a parameter is missing. */
function clientIn(exchange: Exchange): Client | undefined {
  const asked = askedService(exchange);
  const { query } = exchange;
  const ip = query.get('ip');
  const port = Number(query.get('port'));
  if (asked === undefined || ip === null || ip === '' || !Number.isInteger(port) || port === 0) return undefined;
  return {
    namespace: asked.namespace, group: asked.group, service: asked.name, ip, port, cluster: query.get('clusterName') || 'DEFAULT',
    weight: Number(query.get('weight') ?? 1), enabled: query.get('enabled') !== 'false', metadata: metadataIn(query.get('metadata')),
  };
}

function metadataIn(written: string | null): Readonly<Record<string, string>> {
  return written === null || written === '' ? {} : JSON.parse(written) as Record<string, string>;
}

export function instance(bare: Exchange): SimResponse {
  const exchange = withForm(bare);
  const client = clientIn(exchange);
  if (exchange.method !== 'POST' && exchange.method !== 'DELETE') return noSuchApi(exchange);
  if (client === undefined) return missingParameter(exchange, 'ip');
  if (exchange.method === 'POST') enrol(exchange.world, exchange.node, client);
  else leave(exchange.world, exchange.node, client);
  return text(exchange, 'ok');
}

/** A beat that holds the whole instance registers it where the server has lost it; without, the client is told to do so. */
export function instanceBeat(bare: Exchange): SimResponse {
  const exchange = withForm(bare);
  const client = clientIn(exchange);
  if (exchange.method !== 'PUT') return noSuchApi(exchange);
  if (client === undefined) return missingParameter(exchange, 'ip');
  const whole = exchange.query.get('beat') ?? '';
  const known = beat(exchange.world, exchange.node, client);
  if (!known && whole !== '') {
    const said = JSON.parse(whole) as { readonly weight?: number; readonly metadata?: Readonly<Record<string, string>> };
    enrol(exchange.world, exchange.node, { ...client, weight: said.weight ?? 1, metadata: said.metadata ?? {} });
  }
  return json(exchange, { clientBeatInterval: 5000, code: known || whole !== '' ? 10_200 : 20_404, lightBeatEnabled: true });
}
