/** Webhook payloads as Alertmanager sends them. */

export interface AlertSketch {
  readonly status?: 'firing' | 'resolved';
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly generatorURL?: string;
}

export const startsAt = '2026-01-01T12:00:00.123Z';

export function alertOf({ status = 'firing', labels, annotations, generatorURL = 'http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0' }: AlertSketch = {}): object {
  return {
    status, startsAt, endsAt: status === 'firing' ? '0001-01-01T00:00:00Z' : '2026-01-01T12:04:05Z', generatorURL, fingerprint: 'f00d',
    labels: { alertname: 'NacosNodeDown', severity: 'critical', nacos_cluster: 'production', nacos_node: '10.0.0.2:8848', ...labels },
    annotations: { summary: 'Nacos node 10.0.0.2:8848 is down', description: 'No answer for 1m.', runbook_url: 'https://example.org/runbooks/NacosNodeDown', ...annotations },
  };
}

export function payloadOf(alerts: readonly object[] = [alertOf()], more: object = {}): object {
  return {
    version: '4', groupKey: '{}:{alertname="NacosNodeDown"}', truncatedAlerts: 0, status: 'firing', receiver: 'chat',
    groupLabels: { alertname: 'NacosNodeDown', nacos_cluster: 'production' }, commonLabels: {}, commonAnnotations: {}, externalURL: 'http://alertmanager:9093', alerts, ...more,
  };
}

export const bodyOf = (alerts?: readonly object[], more?: object): string => JSON.stringify(payloadOf(alerts, more));
