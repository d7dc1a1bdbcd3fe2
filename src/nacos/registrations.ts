/**
 * Contents complete enough to register everything again. The lists of 1.x and 2.x do not tell whether an instance is
 * ephemeral, so there each cluster of each service is asked for by itself: a price for a snapshot, not for a poll.
 */

import type { Failure, InstanceRecord, ServiceContents } from '../model.ts';
import type { NodeClient } from './client.ts';
import { concurrently } from './concurrently.ts';
import { askInstances, readContents, requestsAtOnce, type ContentsOptions, type ContentsRead, type Meter } from './contents.ts';
import type { Dialect } from './dialects/dialect.ts';
import { toFailure } from './errors.ts';

export interface RegistrationSink {
  /** A walk begins: what this read brought before is void. */
  begin(): void;
  /** A service; comes a second time, with all its instances anew, where the first time left something open. */
  put(service: ServiceContents): void;
}

export interface RegistrationsRead extends ContentsRead {
  /** Services of which it stayed open which instances are ephemeral, and why. */
  readonly unfinished: number;
  readonly failure?: Failure;
}

/** What is kept of a service until its clusters are asked for. */
interface OpenService {
  readonly service: Omit<ServiceContents, 'instances'>;
  readonly clusters: readonly string[];
}

/** After so many failures in a row the node is not asked any more. */
const patience = 3;

export async function readRegistrations(
  client: NodeClient, dialect: Dialect, namespace: string, sink: RegistrationSink, options: ContentsOptions = {},
): Promise<RegistrationsRead> {
  let open: OpenService[] = [];
  const read = await readContents(client, dialect, namespace, {
    begin() {
      open = [];
      sink.begin();
    },
    page(services) {
      for (const service of services) {
        sink.put(service);
        const missing = service.instances.filter((instance) => instance.ephemeral === undefined);
        if (missing.length > 0) open.push(remembered(service));
      }
    },
  }, options);
  if (open.length === 0) return { ...read, unfinished: 0 };
  const filled = await fillIn(client, dialect, namespace, sink, options, open);
  return {
    ...read, ...filled,
    requests: read.requests + filled.requests, bytes: read.bytes + filled.bytes, serverMs: read.serverMs + filled.serverMs,
  };
}

async function fillIn(
  client: NodeClient, { instances: instancesOf }: Dialect, namespace: string, sink: RegistrationSink, options: ContentsOptions, open: readonly OpenService[],
): Promise<Meter & Pick<RegistrationsRead, 'unfinished' | 'failure'>> {
  if (instancesOf === undefined) throw new TypeError('this dialect does not tell which instances are ephemeral');
  const meter: Meter = { requests: 0, bytes: 0, serverMs: 0 };
  let finished = 0;
  let failuresInARow = 0;
  let failure: Failure | undefined;
  await concurrently(open, requestsAtOnce, async ({ service, clusters }) => {
    if (failuresInARow >= patience) return;
    try {
      const instances: InstanceRecord[] = [];
      for (const cluster of clusters) {
        for (const instance of await askInstances(client, instancesOf(namespace, service.group, service.name, cluster), options, meter)) instances.push(instance);
      }
      sink.put({ ...service, instances });
      finished++;
      failuresInARow = 0;
    } catch (error) {
      failuresInARow++;
      failure ??= toFailure(error);
    }
  });
  return { ...meter, unfinished: open.length - finished, ...(failure === undefined ? {} : { failure }) };
}

function remembered({ instances, ...service }: ServiceContents): OpenService {
  return { service, clusters: [...new Set(instances.map((instance) => instance.cluster))] };
}
