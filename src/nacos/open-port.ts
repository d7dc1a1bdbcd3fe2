/** Whether somebody listens at a port, as seen from here: a TCP connection that is closed as soon as it has come about. */

import { connect } from 'node:net';
import { NacosError } from './errors.ts';

/** False where the connection is refused, or has not come about in time. Throws NacosError `connect` where this machine is at fault. */
export type OpenPort = (host: string, port: number, timeoutMs: number) => Promise<boolean>;

/** Of our own machine, not of the port: no descriptors or no local ports are left. */
const ownFaults: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'EADDRNOTAVAIL', 'ENOBUFS']);

export const openPort: OpenPort = (host, port, timeoutMs) => new Promise((resolve, reject) => {
  // An IPv6 address stands in brackets wherever a port follows it.
  const socket = connect({ host: host.replaceAll(/^\[|\]$/g, ''), port });
  function end(open: boolean): void {
    socket.destroy();
    resolve(open);
  }
  socket.setTimeout(timeoutMs, () => end(false));
  socket.once('connect', () => end(true));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    if (ownFaults.has(error.code ?? '')) reject(new NacosError('connect', `cannot open a connection to ${host}:${port} (${error.code})`));
    else end(false);
  });
});
