/**
 * The allow list: which of a server's own series are passed on from its actuator endpoint, of what type, and why. In the order
 * in which the limit on series is spent: what is large comes last. The type is ours to tell, since 2.2-2.5 write wrong ones.
 */

export interface Passed<N extends string = string, T extends 'gauge' | 'counter' | 'summary' = 'gauge' | 'counter' | 'summary'> {
  /** As the server calls it; of a summary, without `_sum` and `_count`. */
  readonly name: N;
  readonly type: T;
  readonly help: string;
}

export const passedPrefix = 'nacos_actuator_';

const gauge = <N extends string>(name: N, help: string): Passed<N, 'gauge'> => ({ name, type: 'gauge', help });
const counter = <N extends string>(name: N, help: string): Passed<N, 'counter'> => ({ name, type: 'counter', help });
const summary = <N extends string>(name: N, help: string): Passed<N, 'summary'> => ({ name, type: 'summary', help });

export const allowed = [
  // A restart, and a process that runs out of something.
  gauge('process_start_time_seconds', 'When the server process started.'),
  gauge('process_uptime_seconds', 'How long the server process has been running.'),
  gauge('process_cpu_usage', 'Share of all processors that the process uses, 0 to 1.'),
  gauge('system_cpu_usage', 'Share of all processors that the machine uses, 0 to 1.'),
  gauge('system_load_average_1m', 'Load of the machine over one minute.'),
  gauge('process_files_open_files', 'Open file descriptors: connections are among them.'),
  gauge('process_files_max_files', 'Most file descriptors that may be open.'),
  gauge('disk_free_bytes', 'Free space where the server writes its data (2.2 and later).'),
  gauge('disk_total_bytes', 'Size of that file system.'),
  // A heap that fills and pauses that hold up heartbeats.
  gauge('jvm_memory_used_bytes', 'Memory in use, by area and pool.'),
  gauge('jvm_memory_committed_bytes', 'Memory that the JVM holds, by area and pool.'),
  gauge('jvm_memory_max_bytes', 'Most memory that may be used, by area and pool; -1 without a bound.'),
  gauge('jvm_buffer_memory_used_bytes', 'Memory of buffers outside of the heap, where gRPC and raft keep theirs.'),
  gauge('jvm_gc_live_data_size_bytes', 'Old generation after the last full collection.'),
  gauge('jvm_gc_max_data_size_bytes', 'Largest size of the old generation.'),
  counter('jvm_gc_memory_allocated_bytes_total', 'Bytes allocated between collections.'),
  counter('jvm_gc_memory_promoted_bytes_total', 'Bytes that moved to the old generation.'),
  summary('jvm_gc_pause_seconds', 'Collections and the time that they stopped the server, by action and cause.'),
  gauge('jvm_gc_pause_seconds_max', 'Longest pause of late, by action and cause.'),
  gauge('jvm_gc_overhead_percent', 'Share of processor time spent on collections, 0 to 1 (2.2 and later).'),
  // Threads that pile up behind a lock or a slow database.
  gauge('jvm_threads_live_threads', 'Threads.'),
  gauge('jvm_threads_peak_threads', 'Most threads since the start.'),
  gauge('jvm_threads_daemon_threads', 'Daemon threads.'),
  gauge('jvm_threads_states_threads', 'Threads by state.'),
  gauge('tomcat_threads_busy_threads', 'HTTP worker threads at work (where the server tells: 1.x and 2.0).'),
  gauge('tomcat_threads_current_threads', 'HTTP worker threads.'),
  gauge('tomcat_threads_config_max_threads', 'Most HTTP worker threads.'),
  // The database of the config center.
  gauge('hikaricp_connections', 'Database connections of the pool.'),
  gauge('hikaricp_connections_active', 'Database connections in use.'),
  gauge('hikaricp_connections_idle', 'Database connections not in use.'),
  gauge('hikaricp_connections_pending', 'Threads that wait for a database connection.'),
  gauge('hikaricp_connections_max', 'Most database connections.'),
  gauge('hikaricp_connections_min', 'Fewest database connections.'),
  counter('hikaricp_connections_timeout_total', 'Waits for a database connection that were given up.'),
  summary('hikaricp_connections_acquire_seconds', 'Waits for a database connection.'),
  gauge('hikaricp_connections_acquire_seconds_max', 'Longest wait for a database connection of late.'),
  summary('hikaricp_connections_usage_seconds', 'Times for which a database connection was in use.'),
  // Nacos itself.
  gauge('nacos_monitor', 'Nacos\'s own numbers by module and name; those that count go back to 0 at midnight: prefer `nacos_push_*` and `nacos_config_*`.'),
  counter('nacos_exception_total', 'Exceptions since the start, by module and name.'),
  summary('nacos_timer_seconds', 'Times of the config center: notifying members, reading, writing and dumping configurations, by name.'),
  gauge('nacos_timer_seconds_max', 'Longest such time of late.'),
  counter('logback_events_total', 'Lines logged, by level.'),
  // Who asks for what, and how long it takes: one series a path, request class and outcome.
  gauge('grpc_server_executor', 'Threads and queues of the gRPC servers, by type and name (2.3.1 and later).'),
  summary('grpc_server_requests_seconds', 'Requests over gRPC, by class and outcome (2.3.1 and later).'),
  gauge('grpc_server_requests_seconds_max', 'Longest request over gRPC of late.'),
  summary('http_server_requests_seconds', 'HTTP requests, by path, method and outcome.'),
  gauge('http_server_requests_seconds_max', 'Longest HTTP request of late.'),
] as const satisfies readonly Passed[];
