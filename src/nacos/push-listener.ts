/**
 * A subscriber of 1.x as its servers know it: a UDP port that gets a packet for every change of a service, and answers each.
 * A packet that is not answered is sent again after 10 s. (naming/push/PushService, 1.1-1.4)
 */

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { gunzipSync } from 'node:zlib';

export interface PushListener {
  readonly port: number;
  /** Our own address as a packet to that host would bear it; throws where there is no way. */
  addressTowards(host: string, port: number): Promise<string>;
  /** `told` gets the lists that are pushed, parsed: `{"hosts":[…]}`. Returns what ends that. */
  onPush(told: (list: unknown) => void): () => void;
  close(): void;
}

/** Of an unpacked packet; the canary's service has one instance. */
const mostBytes = 65_536;

export async function openPushListener(): Promise<PushListener> {
  const socket = createSocket('udp4');
  const listeners = new Set<(list: unknown) => void>();
  socket.on('message', (packet, { address, port }) => {
    const pushed = readPacket(packet);
    if (pushed === undefined) return;
    // As Nacos's own clients answer.
    socket.send(JSON.stringify({ type: 'push-ack', lastRefTime: String(pushed.lastRefTime), data: '' }), port, address, () => undefined);
    for (const told of listeners) told(pushed.list);
  });
  await bound(socket);
  // A packet that cannot be sent or read is a push that never came.
  socket.on('error', () => undefined);
  socket.unref();
  return {
    port: socket.address().port,
    async addressTowards(host, port) {
      const probe = createSocket('udp4');
      try {
        // Sends nothing: the system only chooses a way.
        probe.connect(port, host);
        await once(probe, 'connect');
        return probe.address().address;
      } finally {
        probe.close();
      }
    },
    onPush(told) {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    close: () => socket.close(),
  };
}

async function bound(socket: Socket): Promise<void> {
  socket.bind(0);
  await once(socket, 'listening');
}

/** `{"type":"dom","data":"{…}","lastRefTime":1}`, zipped from 1024 bytes on; undefined for anything else. */
export function readPacket(packet: Buffer): { readonly lastRefTime: unknown; readonly list: unknown } | undefined {
  try {
    const zipped = packet[0] === 0x1f && packet[1] === 0x8b;
    const text = (zipped ? gunzipSync(packet, { maxOutputLength: mostBytes }) : packet).toString('utf8');
    const { type, data, lastRefTime } = JSON.parse(text) as { readonly type?: unknown; readonly data?: unknown; readonly lastRefTime?: unknown };
    if ((type !== 'dom' && type !== 'service') || typeof data !== 'string') return undefined;
    return { lastRefTime, list: JSON.parse(data) as unknown };
  } catch {
    return undefined;
  }
}
