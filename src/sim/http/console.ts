/** State, liveness, readiness and namespaces: the console's answers up to 2.5, the core admin API's from 3.0 on. */

import { storedConfigs } from '../configs.ts';
import { isStandalone } from '../world.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { json, restResult, result, text } from './exchange.ts';

/** All values are strings; from 2.2 on more modules add theirs. */
export function serverState(exchange: Exchange): SimResponse {
  const { world, node } = exchange;
  const mode = isStandalone(world) ? 'standalone' : 'cluster';
  const { number, version } = node.traits;
  if (number < 20_202) return json(exchange, { version, standalone_mode: mode, function_mode: null });
  const auth = String(world.auth !== undefined);
  const common = { auth_system_type: 'nacos', auth_enabled: auth, version, login_page_enabled: auth, function_mode: null };
  if (number < 20_300) return json(exchange, { ...common, standalone_mode: mode });
  return json(exchange, { ...common, startup_mode: mode, server_port: String(node.port), datasource_platform: '', config_retention_days: '30' });
}

const naming3 = {
  defaultMaxSize: '102400', auth_system_type: 'nacos', defaultMaxAggrSize: '1024', maxHealthCheckFailCount: '12', maxContent: '10485760',
  console_ui_enabled: 'true', defaultMaxAggrCount: '10000', defaultGroupQuota: '200', config_retention_days: '30', auth_admin_request: 'false',
  isHealthCheck: 'true', function_mode: null, isManageCapacity: 'true', isCapacityLimitCheck: 'false', datasource_platform: '',
  notifyConnectTimeout: '100', notifySocketTimeout: '200', defaultClusterQuota: '100000', login_page_enabled: 'true',
  plugin_datasource_log_enabled: 'false',
};

/** Distro's and raft's settings, shown by a cluster only. */
const cluster3 = {
  data_verify_timeoutMs: '3000', max_entries_size: '1024', replicator_pipeline: 'true', data_load_retryDelayMs: '30000', apply_batch: '32',
  election_timeout_ms: '5000', data_verify_intervalMs: '5000', max_byte_count_per_rpc: '131072', election_heartbeat_factor: '10', sync: 'true',
  disruptor_buffer_size: '16384', max_replicator_inflight_msgs: '256', data_sync_delayMs: '1000', core_thread_num: '8', rpc_request_timeout_ms: '5000',
  data_load_timeoutMs: '30000', snapshot_interval_secs: '1800', data_sync_retryDelayMs: '3000', max_body_size: '524288', sync_meta: 'false',
  data_sync_timeoutMs: '3000', cli_service_thread_num: '4', max_append_buffer_size: '262144', read_index_type: null, max_election_delay_ms: '1000',
  enable_log_entry_checksum: 'false',
};

export function stateV3(exchange: Exchange): SimResponse {
  const { world, node } = exchange;
  const single = isStandalone(world);
  return result(exchange, {
    ...naming3,
    ...(single ? {} : cluster3),
    auth_enabled: String(world.auth !== undefined && world.auth.adminOnly !== true),
    startup_mode: single ? 'standalone' : 'cluster',
    version: node.traits.version,
    server_port: String(node.port),
  });
}

export const liveness = (exchange: Exchange): SimResponse => text(exchange, 'OK');
export const livenessV3 = (exchange: Exchange): SimResponse => result(exchange, 'ok');

function unready(exchange: Exchange): string | undefined {
  const { node } = exchange;
  if (node.notReady !== undefined) return node.notReady;
  // From 2.3 on a node whose status is not UP is not ready.
  return node.traits.number >= 20_300 && node.status !== undefined && node.status !== 'UP' ? 'naming not in readiness' : undefined;
}

export function readiness(exchange: Exchange): SimResponse {
  const why = unready(exchange);
  return why === undefined ? text(exchange, 'OK') : text(exchange, why, 500);
}

/** Says no with status 200 and a code. */
export function readinessV3(exchange: Exchange): SimResponse {
  const why = unready(exchange);
  return why === undefined ? result(exchange, 'ok') : json(exchange, { code: 30_000, message: why.toLowerCase().replace(' is ', ' '), data: null });
}

/** Public has the id `''` up to 2.5 and `public` from 3.0 on; descriptions exist from 2.1 on (seen on 2.2). */
function namespaceRows(exchange: Exchange): readonly unknown[] {
  const { number } = exchange.node.traits;
  return exchange.world.consoleNamespaces.map(({ id, name, description, configCount }) => {
    const isPublic = id === 'public';
    const text3 = isPublic ? 'Default Namespace' : description ?? null;
    return {
      namespace: isPublic && number < 30_000 ? '' : id,
      namespaceShowName: name,
      ...(number >= 20_101 ? { namespaceDesc: number >= 30_000 ? text3 : description ?? null } : {}),
      quota: 200,
      configCount: configCount ?? storedConfigs(exchange.world, id).length,
      // Custom ones: 2 up to 2.5, 1 as recorded from 3.1.
      type: isPublic ? 0 : number >= 30_000 ? 1 : 2,
    };
  });
}

export const namespaces = (exchange: Exchange): SimResponse => restResult(exchange, namespaceRows(exchange));
export const namespacesResult = (exchange: Exchange): SimResponse => result(exchange, namespaceRows(exchange));

/** A cluster without an address server misses it for good (seen: 2.0.4). */
export function configHealth(exchange: Exchange): SimResponse {
  const complains = exchange.node.traits.number >= 20_000 && !isStandalone(exchange.world);
  return text(exchange, complains ? 'DOWN:address server down. ' : 'UP');
}
