/** What the pictures in docs/pictures/ show: which cluster, and up to which moment of its scenario. */

export interface Picture {
  /** Seconds after the start. */
  readonly until: number;
  readonly variables: Readonly<Record<string, string>>;
}

/** Most scripts repeat after seven minutes: one incident is over, the next is under way. */
const second = 660;
export const runSeconds = second;

const chosen: Readonly<Record<string, Picture>> = {
  'nacos-cluster.json': { until: second, variables: { cluster: 'node-down' } },
  'nacos-divergence.json': { until: second, variables: { cluster: 'lagging-node' } },
  'nacos-services.json': { until: second, variables: { cluster: 'mass-deregistration' } },
  'nacos-beats-and-push.json': { until: second, variables: { cluster: 'lagging-node' } },
  'nacos-exporter.json': { until: second, variables: { cluster: 'node-down' } },
  // Two nodes are upgraded, the third is about to be.
  'nacos-migration.json': { until: 180, variables: { cluster: 'rolling-upgrade' } },
};

export function pictureOf(file: string): Picture {
  return chosen[file] ?? { until: second, variables: {} };
}

/** The status page while differences stand. */
export const pages = {
  scenario: 'lagging-node', afterSeconds: 90,
  of: [{ path: '/', name: 'status-page.png' }, { path: '/divergence', name: 'divergence-page.png' }],
} as const;
