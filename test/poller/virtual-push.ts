/** A subscriber's port in the simulation: what a node of 1.x pushes arrives at once. */

import { readPacket, type PushListener } from '../../src/nacos/push-listener.ts';
import type { SimCluster } from '../../src/sim/index.ts';

const address = { ip: '10.9.9.9', port: 50_000 };

export function listenVirtually(sim: SimCluster): PushListener {
  const listeners = new Set<(list: unknown) => void>();
  sim.wiring.onPush((ip, port, packet) => {
    if (ip !== address.ip || port !== address.port) return;
    for (const told of listeners) told(readPacket(Buffer.from(packet))?.list);
  });
  return {
    port: address.port,
    addressTowards: () => Promise.resolve(address.ip),
    onPush(told) {
      listeners.add(told);
      return () => listeners.delete(told);
    },
    close: () => listeners.clear(),
  };
}
