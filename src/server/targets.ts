/** `/targets`: the nodes of the clusters as service discovery over HTTP, so that Prometheus may scrape their own metrics. */

import type { FastifyInstance } from 'fastify';

import { refuseAllButReads } from './refuse.ts';

/** As Prometheus reads it (`http_sd_configs`): a label that starts with `__` says how to scrape, any other stays on the series. */
export interface TargetGroup {
  /** One `host:port`. */
  readonly targets: readonly [string];
  readonly labels: {
    readonly nacos_cluster: string;
    readonly nacos_node: string;
    readonly __scheme__: 'http' | 'https';
    readonly __metrics_path__: string;
  };
}

export function addTargets(app: FastifyInstance, targets: () => readonly TargetGroup[]): void {
  app.get('/targets', async (_request, reply) => reply.type('application/json; charset=utf-8').send(JSON.stringify(targets())));
  refuseAllButReads(app, '/targets');
}
