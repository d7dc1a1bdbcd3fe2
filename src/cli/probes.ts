/** From a cluster's name to its series: starts what is lazy, waits for its first poll, and keeps a body for each cluster asked for. */

import type { Config } from '../config/config.ts';
import { clusterYaml } from '../config/mask.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import type { TextFormat } from '../metrics/text.ts';
import type { Fleet } from '../poller/fleet.ts';
import type { Probe } from '../server/probe.ts';
import { createScrapes, type Scrapes } from '../server/scrapes.ts';
import { probeReport } from './probe-report.ts';
import type { RecentLine } from './recent-log.ts';

export interface ProbesDeps {
  readonly config: () => Config;
  readonly ask: Fleet['ask'];
  /** The latest text of a cluster. */
  readonly text: (cluster: string) => ClusterText | undefined;
  /** Text of what the exporter tells of its own requests to a cluster. */
  readonly selfText: (cluster: string, format: TextFormat) => Promise<string>;
  readonly log: (cluster: string) => readonly RecentLine[];
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly pause: () => Promise<unknown>;
  readonly onError: (error: Error) => void;
}

export interface Probes {
  readonly probe: Probe;
  /** A text of the cluster was published. */
  published(cluster: string): void;
  forget(cluster: string): void;
}

export function createProbes(deps: ProbesDeps): Probes {
  const bodies = new Map<string, Scrapes>();

  function bodyOf(cluster: string): Scrapes {
    let body = bodies.get(cluster);
    if (body === undefined) {
      body = createScrapes({
        catalogue, now: deps.now, pause: deps.pause, onError: deps.onError,
        selfText: (format) => deps.selfText(cluster, format),
        clusters: () => [deps.text(cluster)].flatMap((text) => text ?? []),
      });
      bodies.set(cluster, body);
    }
    return body;
  }

  /** Undefined while there is no text: an empty body would say that the cluster has nothing. */
  function scrapeOf(cluster: string): Scrapes['scrape'] | undefined {
    return deps.text(cluster) === undefined ? undefined : bodyOf(cluster).scrape;
  }

  async function seriesOf(cluster: string): Promise<string | undefined> {
    const scrape = await scrapeOf(cluster)?.('text', false);
    return scrape === undefined ? undefined : Buffer.concat(scrape.chunks).toString();
  }

  return {
    probe(target, withinMs) {
      const asked = deps.ask(target);
      const config = deps.config().clusters.find(({ name }) => name === target);
      if (asked === undefined || config === undefined) return undefined;
      const { poller, first } = asked;
      return (async () => {
        if (!poller.polled()) await Promise.race([first, deps.wait(withinMs)]);
        return {
          scrape: scrapeOf(target),
          report: async () => probeReport({
            view: poller.view(), polled: poller.polled(), lazy: config.expose === 'probe', log: deps.log(target),
            configYaml: clusterYaml(config), series: await seriesOf(target),
          }),
        };
      })();
    },
    published: (cluster) => bodies.get(cluster)?.published(),
    forget: (cluster) => void bodies.delete(cluster),
  };
}
