/** Ports for the lab, below the range from which the system hands out ephemeral ones. */

import { createServer } from 'node:net';

/** Nodes of one cluster lie this far apart. */
export const portStride = 20;

/** All that one node listens on, as offsets of its HTTP port: HTTP, 3.x console, gRPC for clients and for peers, raft. */
const offsets = [0, 5, 1000, 1001, -1000];

export const consoleOffset = 5;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    // Nacos's gRPC and raft sockets listen on every address, so that is what must be free.
    server.listen({ port, host: '0.0.0.0' }, () => server.close(() => resolve(true)));
  });
}

async function areFree(ports: readonly number[]): Promise<boolean> {
  for (const port of ports) {
    if (!(await isFree(port))) return false;
  }
  return true;
}

/**
 * The first node's HTTP port of a stretch in which every port of every node is free. What is free now may be taken in a moment:
 * clusters of one node that start at the same time are each given another lane, 0 to 4, in which no port of another lane lies.
 */
export async function freeBasePort(nodes: number, lane = 0): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const base = 18_000 + Math.floor(Math.random() * 110) * 100 + lane * portStride;
    const ports = Array.from({ length: nodes }, (_, i) => offsets.map((offset) => base + i * portStride + offset)).flat();
    if (await areFree(ports)) return base;
  }
  throw new Error('no free stretch of ports for a cluster');
}

/** One port that was free a moment ago, on loopback. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
