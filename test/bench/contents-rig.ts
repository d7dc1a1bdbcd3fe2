/** A poller of the simulated cluster that reads contents, with its requests counted; a sweep comes due when the bench says so. */

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import type { ClusterConfig, ServerAddress } from '../../src/config/config.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { CanaryClient, NodeClient } from '../../src/nacos/client.ts';
import { connect } from '../../src/nacos/connect.ts';
import { createBudget, type Budget } from '../../src/poller/budget.ts';
import { createClusterPoller, type ClusterPoller } from '../../src/poller/cluster-poller.ts';

/** Bytes a second: the default of the program, and next to no limit. */
export const defaultRate = 4_000_000;
export const anyRate = 1e12;

export interface Asked {
  readonly node: string;
  readonly api: string;
  /** Milliseconds of the performance clock. */
  readonly at: number;
}

export interface ContentsRig {
  readonly poller: ClusterPoller;
  readonly budget: Budget;
  /** Requests of the poller and their bytes, since the bench last emptied them. */
  readonly traffic: { asked: Asked[]; bytes: number };
  /** Connections of the bench's own, one a node. */
  readonly clients: readonly NodeClient[];
  /** A poll, and the sweep that it starts; `begin` is told when only the sweep is left. */
  sweep(begin?: () => void): Promise<void>;
  /** From now on the poller's clock is so many milliseconds ahead: what it is told to wait for at its start is over. */
  age(ms: number): void;
  close(): Promise<void>;
}

export function createContentsRig(urls: readonly string[], rate: number): ContentsRig {
  const due = { now: false };
  let ahead = 0;
  const config = configOf(urls, due);
  const traffic: ContentsRig['traffic'] = { asked: [], bytes: 0 };
  const budget = createBudget(rate, Date.now);
  const warnings: unknown[] = [];

  function open(server: ServerAddress): CanaryClient {
    const client = connect({
      config, server, version: 'bench', now: Date.now, loginPaths: () => [], secrets: { env: {}, readFile: () => '' },
      onRequest: ({ bytes }) => void (traffic.bytes += bytes),
    });
    return {
      call(call, options) {
        traffic.asked.push({ node: `${server.host}:${server.port}`, api: call.api, at: performance.now() });
        return client.call(call, options);
      },
      canary: client.canary,
      close: () => client.close(),
    };
  }

  const poller = createClusterPoller({
    config, now: () => Date.now() + ahead, connect: open, publish: () => {}, forgetNode: () => {}, openPort: async () => true, pause: () => nextTurn(),
    wait: (ms) => sleep(ms, undefined, { ref: false }), log: { info: () => {}, warn: (data) => void warnings.push(data) },
    contentsBudget: budget,
  });
  const clients = config.servers.map(open);
  const sweptAt = (): number => Math.min(...poller.snapshot().nodes.map((node) => node.stages.contents?.at ?? 0));
  return {
    poller, budget, traffic, clients,
    async sweep(begin) {
      const before = sweptAt();
      await poller.check();
      due.now = true;
      await poller.poll();
      due.now = false;
      begin?.();
      while (sweptAt() <= before) {
        if (warnings.length > 0) throw new Error(JSON.stringify(warnings));
        await sleep(5);
      }
      await nextTurn();
    },
    age(ms) {
      ahead += ms;
    },
    async close() {
      await poller.close();
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

function configOf(urls: readonly string[], due: { readonly now: boolean }): ClusterConfig {
  const loaded = loadConfig({ argv: [`--nacos.server=${urls.join(',')}`], env: {}, readFile: () => '' });
  if ('errors' in loaded) throw new Error(JSON.stringify(loaded.errors));
  const [cluster] = loaded.config.clusters;
  // Namespaces are read once, and no node is taken for silent because nothing else is asked meanwhile.
  const poll = { ...cluster!.poll, rareInterval: 1e12, livenessInterval: 600_000, get contentsInterval() { return due.now ? 1 : 1e12; } };
  return { ...cluster!, poll };
}
