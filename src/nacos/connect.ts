/** A client of one server as the configuration wants it: transport, credentials, limits. */

import type { ClusterConfig, ServerAddress } from '../config/config.ts';
import { readSecret, type SecretSources } from '../config/secret.ts';
import { createAuthenticator } from './auth.ts';
import { createNodeClient, type CanaryClient, type RequestObservation } from './client.ts';
import type { Transport } from './transport.ts';
import { createUndiciTransport } from './undici-transport.ts';

export interface ConnectOptions {
  readonly config: ClusterConfig;
  readonly server: ServerAddress;
  /** Paths to log in at: those of the dialect in force. */
  readonly loginPaths: () => readonly string[];
  readonly secrets: SecretSources;
  readonly version: string;
  readonly now: () => number;
  readonly onRequest: (observation: RequestObservation) => void;
  /** In place of a socket: the simulated cluster, in tests. */
  readonly transport?: Transport;
}

export function connect(options: ConnectOptions): CanaryClient {
  const { config, server } = options;
  const { user, identity } = config.auth;
  return createNodeClient({
    transport: options.transport ?? createUndiciTransport({
      scheme: server.scheme,
      host: server.host,
      port: server.port,
      connectTimeoutMs: config.poll.connectTimeout,
      ...(config.tls === undefined ? {} : { tls: config.tls }),
    }),
    contextPath: server.contextPath,
    timeoutMs: config.poll.timeout,
    maxBytes: config.limits.responseBytes,
    userAgent: `nacos-exporter/${options.version}`,
    onRequest: options.onRequest,
    ...(user === undefined && identity === undefined ? {} : {
      authenticator: createAuthenticator({
        loginPaths: options.loginPaths,
        now: options.now,
        ...(user === undefined ? {} : { user: { username: user.username, password: () => readSecret(user.password, options.secrets, `${config.name}: auth.password`) } }),
        ...(identity === undefined ? {} : { identity: { key: identity.key, value: () => readSecret(identity.value, options.secrets, `${config.name}: auth.identity.value`) } }),
      }),
    }),
  });
}
