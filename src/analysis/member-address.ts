/** `ip:port` as member lists and raft groups write it. */

/** Where raft listens unless told, below HTTP: every version from 1.4 on. */
export const raftOffset = -1000;

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** With so much added to the port: Nacos derives its other ports from that of HTTP. Undefined where that is no address. */
export function hostPortOf(address: string, offset = 0): HostPort | undefined {
  const colon = address.lastIndexOf(':');
  const port = Number(address.slice(colon + 1)) + offset;
  return colon > 0 && Number.isInteger(port) && port > 0 && port < 65_536 ? { host: address.slice(0, colon), port } : undefined;
}
