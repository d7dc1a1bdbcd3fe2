/** `actuator/prometheus` as Spring Boot and Nacos write it, with the label comma of old micrometer and 2.2-2.5's wrong TYPE. */

import { configOf } from '../config-center.ts';
import { pushOf } from '../push.ts';
import type { NodeState } from '../world.ts';
import type { Exchange, SimResponse } from './exchange.ts';
import { buffer, noSuchApi } from './exchange.ts';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [name: string, labels: Labels, value: number];

const heapBytes = 1 << 29;

export function actuator(exchange: Exchange): SimResponse {
  if (!exchange.node.actuator) return noSuchApi(exchange);
  const text = [...process(exchange), ...monitors(exchange), ...requests(exchange)].join('');
  return buffer(exchange, 200, Buffer.from(text), 'text/plain; version=0.0.4;charset=utf-8');
}

function family(name: string, type: string, samples: readonly Sample[]): string {
  return `# HELP ${name}  \n# TYPE ${name} ${type}\n${samples.map(line).join('')}`;
}

function line([name, labels, value]: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) => `${label}="${text}",`).join('');
  return `${name}${pairs === '' ? '' : `{${pairs}}`} ${spelled(value)}\n`;
}

/** As Java's Double.toString. */
function spelled(value: number): string {
  if (Number.isInteger(value) && Math.abs(value) < 1e7) return `${value}.0`;
  return value >= 1e7 ? value.toExponential().replace(/^(\d)e/, '$1.0e').replace('e+', 'E') : String(value);
}

const gauge = (name: string, value: number, labels: Labels = {}): string => family(name, 'gauge', [[name, labels, value]]);

function process({ node, world }: Exchange): readonly string[] {
  const { cpu, mem } = node.load;
  const pools = [['heap', 'Old Gen', 0.7], ['heap', 'Eden Space', 0.3]] as const;
  const memory = (what: string, bytes: (share: number) => number): string => family(
    `jvm_memory_${what}_bytes`, 'gauge', pools.map(([area, id, share]) => [`jvm_memory_${what}_bytes`, { area, id }, Math.round(bytes(share))]),
  );
  const minor = { action: 'end of minor GC', cause: 'Allocation Failure' };
  return [
    gauge('process_start_time_seconds', node.startedAt / 1000),
    gauge('process_uptime_seconds', (world.clock.now() - node.startedAt) / 1000),
    gauge('process_cpu_usage', cpu),
    gauge('process_files_open_files', 336),
    gauge('system_cpu_count', 2),
    memory('used', (share) => heapBytes * share * mem),
    memory('max', (share) => heapBytes * share),
    gauge('jvm_buffer_memory_used_bytes', 50_930_843, { id: 'direct' }),
    family('jvm_gc_pause_seconds', 'summary', [['jvm_gc_pause_seconds_count', minor, 15], ['jvm_gc_pause_seconds_sum', minor, 0.673]]),
    gauge('jvm_gc_pause_seconds_max', 0.021, minor),
    gauge('jvm_threads_live_threads', 187),
    family('logback_events_total', 'counter', ['error', 'warn', 'info'].map((level, i) => ['logback_events_total', { level }, 4 ** i])),
  ];
}

function monitors({ world, node }: Exchange): readonly string[] {
  const { traits } = node;
  const push = pushOf(world, node);
  const config = configOf(world, node);
  const monitor = (module: string, values: Readonly<Record<string, number>>): readonly Sample[] => (
    Object.entries(values).map(([name, value]) => ['nacos_monitor', { module, name }, value])
  );
  const idle = push.total === 0;
  const is22 = traits.number >= 20_200;
  const samples: readonly Sample[] = [
    ...monitor('naming', {
      totalPush: push.total, failedPush: push.failed, avgPushCost: idle ? -1 : push.avgCostMs, maxPushCost: idle ? -1 : push.maxCostMs,
      ...(is22 ? { emptyPush: push.empty, pushPendingTaskCount: push.pending } : {}),
    }),
    ...monitor('config', {
      getConfig: config.gets, publish: config.publishes, longPolling: config.longPolls, dumpTask: config.dump, notifyTask: config.notify,
      ...(traits.number >= 20_000 ? { notifyClientTask: config.notifyClient } : {}),
    }),
  ];
  // One family with a summary: its type wins, and its lines stand among the gauges.
  const shared: readonly Sample[] = ['count', 'sum'].map((part) => [`nacos_monitor_${part}`, { module: 'core', name: 'raft_read_from_leader' }, 0]);
  const wrong = traits.generation === 'v2.2';
  return [
    family('nacos_monitor', wrong ? 'summary' : 'gauge', wrong ? [...samples.slice(0, 2), ...shared, ...samples.slice(2)] : samples),
    family('nacos_exception_total', 'counter', Object.entries(config.exceptions).map(([name, value]) => ['nacos_exception_total', { module: 'config', name }, value])),
    family('nacos_timer_seconds', 'summary', ['count', 'sum'].map((part) => [`nacos_timer_seconds_${part}`, { module: 'config', name: 'notifyRt' }, part === 'count' ? 4 : 0.05])),
  ];
}

/** Requests answered so far, by path. */
function requests({ node }: Exchange): readonly string[] {
  const answered = [...node.requests].map(([uri, count]) => [{ exception: 'None', method: 'GET', outcome: 'SUCCESS', status: '200', uri }, count] as const);
  const timed = answered.flatMap(([labels, count]): readonly Sample[] => [
    ['http_server_requests_seconds_count', labels, count], ['http_server_requests_seconds_sum', labels, count / 256],
  ]);
  return [
    family('http_server_requests_seconds', 'summary', timed),
    family('http_server_requests_seconds_max', 'gauge', answered.map(([labels]) => ['http_server_requests_seconds_max', labels, 1 / 64])),
    ...grpc(node),
  ];
}

function grpc({ traits }: NodeState): readonly string[] {
  if (traits.number < 20_301) return [];
  const labels = { errorCode: '0', module: 'cluster', requestClass: 'DistroDataRequest', success: 'true', throwableClass: 'None' };
  return [family('grpc_server_requests_seconds', 'summary', [['grpc_server_requests_seconds_count', labels, 133], ['grpc_server_requests_seconds_sum', labels, 0.27]])];
}
