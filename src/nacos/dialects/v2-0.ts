/** Nacos 2.0 and 2.1: operator/metrics tells only the status unless asked, and then still walks 1.x's store. */

import { portNames } from '../../model.ts';
import { beforeV3 } from './before-v3.ts';
import { connections } from './connections.ts';
import type { Dialect } from './dialect.ts';
import { bare, call } from './envelopes.ts';
import { operatorMetrics } from './metrics.ts';
import { pushStateWithCost } from './push.ts';
import { upgradeMetrics } from './upgrade.ts';

export const v20: Dialect = {
  ...beforeV3,
  api: 'v2.0',
  metrics: operatorMetrics('operator_metrics', '/v1/ns/operator/metrics?onlyStatus=false'),
  push: pushStateWithCost,
  connections: call('connections', '/v2/core/loader/current', bare, connections),
  upgrade: upgradeMetrics,
  ports: portNames,
  contentsBase: 'either',
  slowMetrics: true,
};
