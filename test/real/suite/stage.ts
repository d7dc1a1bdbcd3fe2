/** What the suites of one version share: a seeded cluster, clients that keep their instances alive, the exporter on it. */

import { type LabCluster, type LabNode, startCluster } from '../../lab/cluster.ts';
import { type ExporterOptions, type RunningExporter, startExporter } from '../../lab/exporter.ts';
import { admin, identity } from '../../lab/home.ts';
import { initAdmin, login } from '../../lab/registry.ts';
import { seed, type Seeded } from '../../lab/seed.ts';
import type { LabVersion } from '../../lab/versions.ts';

/** How servers let the exporter in: openly, by user and password, or by the server identity header. */
export type Access = 'open' | 'user' | 'identity';

export interface Stage {
  readonly version: LabVersion;
  readonly access: Access;
  readonly cluster: LabCluster;
  readonly seeded: Seeded;
  readonly exporter: RunningExporter;
  stop(): Promise<void>;
}

export const clusterName = 'lab';

/** Short, so that a suite need not wait; the shape of every answer is the same. */
export const pollMs = 2_000;
/** Of any request of the exporter's. */
export const timeoutMs = 2_000;
export const poll = { interval: `${pollMs}ms`, liveness_interval: '1s', slow_interval: '4s', rare_interval: '5s', connect_timeout: '1s', timeout: `${timeoutMs}ms` };

/** What the exporter has besides: a relay with the files that it names, and other intervals for the cluster. */
export interface Besides {
  readonly relay: object;
  readonly files: Readonly<Record<string, string>>;
  readonly poll: Readonly<Partial<Record<keyof typeof poll, string>>>;
}

export async function raise(version: LabVersion, access: Access, besides?: Besides): Promise<Stage> {
  // 3.x guards what the exporter reads even where this is off.
  const properties = { 'nacos.core.auth.enabled': String(access !== 'open') };
  const cluster = await startCluster({ version, nodes: 3, properties, doubleWrite: 'closed' });
  try {
    if (access !== 'open') {
      await initAdmin(cluster.nodes[0]!);
      await Promise.all(cluster.nodes.map((node) => login(node)));
    }
    const seeded = await seed(cluster.nodes, besides === undefined);
    const exporter = await startExporter(withBesides(exporterOptions(cluster.nodes, access, admin.password, besides?.poll), besides)).catch(async (error: unknown) => {
      await seeded.beats.stop();
      throw error;
    });
    return {
      version, access, cluster, seeded, exporter,
      async stop() {
        await exporter.stop();
        await seeded.beats.stop();
        await cluster.stop();
      },
    };
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

function withBesides({ config, files }: ExporterOptions, besides: Besides | undefined): ExporterOptions {
  return besides === undefined ? { config, files: files ?? {} } : { config: { ...(config as object), relay: besides.relay }, files: { ...files, ...besides.files } };
}

/** An exporter beside the stage's own, with these settings of the cluster besides. */
export function exporterWith(nodes: readonly LabNode[], access: Access, settings: Readonly<Record<string, unknown>>): Promise<RunningExporter> {
  const options = exporterOptions(nodes, access);
  const { clusters: [cluster] } = options.config as { clusters: [object] };
  return startExporter({ ...options, config: { clusters: [{ ...cluster, ...settings }] } });
}

export function exporterOptions(nodes: readonly LabNode[], access: Access, password: string = admin.password, more: Besides['poll'] = {}): ExporterOptions {
  const credentials = {
    open: undefined,
    user: { username: admin.username, password_file: '$DIR/password' },
    identity: { identity: { key: identity.key, value_file: '$DIR/identity' } },
  }[access];
  return {
    config: {
      clusters: [{
        name: clusterName,
        servers: nodes.map((node) => node.url),
        ...(credentials === undefined ? {} : { auth: credentials }),
        poll: { ...poll, ...more },
      }],
    },
    files: { password: `${password}\n`, identity: `${identity.value}\n` },
  };
}
