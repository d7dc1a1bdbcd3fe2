/** Contents to start with: a shop's services for the demo, and the data set of the recordings for the tests. */

import type { SimCluster } from './cluster.ts';
import type { Registration } from './model.ts';

const demoServices: readonly (readonly [namespace: string, group: string, names: readonly string[]])[] = [
  ['public', 'DEFAULT_GROUP', [
    'api-gateway', 'user-service', 'auth-service', 'order-service', 'payment-service', 'inventory-service', 'cart-service',
    'product-catalog', 'price-engine', 'search-service', 'recommendation', 'review-service', 'notification-service', 'sms-sender',
    'file-storage', 'id-generator',
  ]],
  ['public', 'BATCH_GROUP', ['settlement-job', 'report-job', 'sync-job']],
  ['logistics', 'DEFAULT_GROUP', [
    'route-planner', 'warehouse-service', 'carrier-gateway', 'tracking-service', 'label-printer', 'customs-service', '库存-盘点服务',
  ]],
  ['logistics', 'DISPATCH_GROUP', ['dispatch-center', 'driver-app-api', 'geo-fence']],
  ['staging', 'DEFAULT_GROUP', ['api-gateway', 'user-service', 'order-service', 'payment-service', 'inventory-service', 'search-service', 'canary-probe-app']],
  ['finance', 'FINANCE_GROUP', ['ledger', 'invoice-service', 'tax-service', 'reconciliation', 'risk-control']],
];

export const demoNamespaces = [
  { id: 'logistics', name: '物流中心', description: 'warehouses, carriers, routes', configCount: 34 },
  { id: 'staging', name: 'staging', description: 'before production', configCount: 51 },
  { id: 'finance', name: 'finance', description: 'ledger and invoices', configCount: 12 },
];

/** Four namespaces, about 40 services, some 300 instances: mostly ephemeral, a few persistent ones, one protected service. */
export function fillDemo(cluster: SimCluster): void {
  let host = 0;
  const all: Registration[] = [];
  for (const [namespace, group, names] of demoServices) {
    for (const service of names) {
      const count = namespace === 'staging' ? 2 + Math.floor(cluster.random() * 3) : 4 + Math.floor(cluster.random() * 9);
      for (let i = 0; i < count; i += 1) {
        host += 1;
        all.push({
          namespace, group, service,
          ip: `10.20.${Math.floor(host / 250)}.${(host % 250) + 1}`,
          port: 8080 + Math.floor(cluster.random() * 4),
          cluster: i % 5 === 4 ? 'ZONE_B' : 'DEFAULT',
          ephemeral: service !== 'ledger',
          weight: i === 0 && service === 'order-service' ? 0.5 : 1,
          metadata: { version: i % 4 === 3 ? '2.4.0' : '2.3.7', app_registry_tag: String(1_760_000_000_000 + host * 7919) },
        });
      }
    }
  }
  cluster.register(all);
  cluster.createService({ service: 'payment-service' }, { protectThreshold: 0.6 });
  cluster.createService({ namespace: 'finance', group: 'FINANCE_GROUP', service: 'audit-trail' }, { metadata: { owner: 'compliance' } });
}

/** The data set that was registered on the recorded servers, in the order in which 1.4.1 lists it. `livePort` is that of the healthy persistent instance. */
export function fillLab(cluster: SimCluster, livePort: number): void {
  const at = (namespace: string, group: string, service: string, ip: string, port: number, rest: Partial<Registration>): Registration => ({
    namespace, group, service, ip, port, ...rest,
  });
  cluster.register([
    at('public', 'DEFAULT_GROUP', 'svc-a', '127.0.0.13', 9001, { weight: 0.5, enabled: false, metadata: { version: '1.1' } }),
    at('public', 'DEFAULT_GROUP', 'svc-a', '127.0.0.11', 9001, { metadata: { version: '1.0', app_registry_tag: '1637000000001' } }),
    at('public', 'DEFAULT_GROUP', 'svc-a', '127.0.0.12', 9001, { weight: 2, metadata: { version: '1.1', app_registry_tag: '1637000000002' } }),
  ]);
  cluster.createService({ service: 'svc-empty' }, { protectThreshold: 0.5, metadata: { owner: 'lab' } });
  cluster.register([
    at('public', 'DEFAULT_GROUP', 'svc-gone', '127.0.0.15', 9003, { metadata: { version: '2.0' } }),
    at('public', 'DEFAULT_GROUP', 'svc-p', '127.0.0.31', 9021, { ephemeral: false, healthy: false, metadata: { version: 'p1' } }),
    at('public', 'DEFAULT_GROUP', 'svc-p', '127.0.0.1', livePort, { ephemeral: false, metadata: { version: 'p2' } }),
    at('public', 'DEFAULT_GROUP', 'svc-stale', '127.0.0.14', 9002, {
      healthy: false, metadata: { version: '2.0', 'preserved.heart.beat.timeout': '5000', 'preserved.ip.delete.timeout': '3600000' },
    }),
    at('public', 'ORDER_GROUP', 'svc-b', '127.0.0.21', 9011, { cluster: 'c1', metadata: { version: '3.0' } }),
    at('public', 'ORDER_GROUP', 'svc-b', '127.0.0.22', 9011, { cluster: 'c2', weight: 100, metadata: { version: '3.0', note: 'quote " and 中文' } }),
    at('dev-ns', 'DEFAULT_GROUP', 'svc-a', '127.0.0.41', 9031, { metadata: { version: '1.0' } }),
    at('dev-ns', 'ORDER_GROUP', 'svc-c', '127.0.0.42', 9032, { ephemeral: false, healthy: false, metadata: { version: '1.0' } }),
  ]);
  cluster.deregister({ service: 'svc-gone' });
}
