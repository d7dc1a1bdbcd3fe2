/** Opens the application's socket at an address of the Prometheus family's form, and closes it without cutting a scrape. */

import type { AddressInfo } from 'node:net';

import type { FastifyInstance } from 'fastify';

import type { ListenAddress } from '../config/address.ts';

export interface Listening {
  /** The address in force, `host:port`, with the port that the system chose for port 0. */
  readonly address: string;
  /** Takes no new connection, lets running requests finish, and cuts those that still run after `graceMs`. */
  stop(graceMs: number): Promise<void>;
}

export async function listen(app: FastifyInstance, { host, port }: ListenAddress): Promise<Listening> {
  if (host === undefined) await listenEverywhere(app, port);
  else await app.listen({ host, port });
  const bound = app.server.address() as AddressInfo;
  return {
    address: bound.family === 'IPv6' ? `[${bound.address}]:${bound.port}` : `${bound.address}:${bound.port}`,
    async stop(graceMs) {
      const timer = setTimeout(() => app.server.closeAllConnections(), graceMs);
      try {
        await app.close();
      } finally {
        clearTimeout(timer);
      }
    },
  };
}

/** `::` takes IPv4 as well; a system without IPv6 refuses it. */
async function listenEverywhere(app: FastifyInstance, port: number): Promise<void> {
  try {
    await app.listen({ host: '::', port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EAFNOSUPPORT' && code !== 'EADDRNOTAVAIL') throw error;
    await app.listen({ host: '0.0.0.0', port });
  }
}
