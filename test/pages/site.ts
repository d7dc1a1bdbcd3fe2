/** The exporter's pages on a socket of their own, over a cluster that is played in virtual time, or over a made-up state. */

import { createPageSource } from '../../src/cli/page-state.ts';
import { divergenceOf, eventsOf } from '../../src/cli/divergence-report.ts';
import { createApp } from '../../src/server/app.ts';
import { listen } from '../../src/server/listen.ts';
import type { ClusterState, PageSource } from '../../src/server/pages/state.ts';
import { scenarioNamed } from '../../src/sim/index.ts';
import { openRig, type Rig } from '../poller/harness.ts';
import { exporter } from './states.ts';

export interface Site {
  readonly url: string;
  /** Until it is called again, every page fails. */
  breaks(broken: boolean): void;
  close(): Promise<void>;
}

export async function openSite(source: PageSource, now: () => number): Promise<Site> {
  return openWith({ pages: source, now, divergence: () => [], events: () => undefined });
}

export interface PlayedSite extends Site {
  readonly rig: Rig;
  /** What the pages are made from now. */
  state(): ClusterState;
}

/** The site of a demo's scenario, as its cluster `demo`, polled as the demo polls. */
export async function openScenario(name: string): Promise<PlayedSite> {
  const rig = await openRig({
    build: (clock) => scenarioNamed(name)!.build({ clock, seed: 7 }), config: { name: 'demo', poll: { interval: 15_000, livenessInterval: 5_000 } },
  });
  const pollers = (): readonly Rig['poller'][] => [rig.poller];
  const pages = createPageSource({ pollers, now: rig.clock.now, dropped: () => rig.text()?.dropped, exporter: () => exporter });
  const site = await openWith({
    pages,
    now: rig.clock.now, divergence: () => divergenceOf(pollers()), events: (cluster, after) => eventsOf(pollers(), cluster, after),
  });
  return {
    ...site, rig,
    state: () => pages.cluster('demo')!,
    async close() {
      await site.close();
      await rig.close();
    },
  };
}

type Sources = Pick<Parameters<typeof createApp>[0], 'pages' | 'now' | 'divergence' | 'events'>;

async function openWith(sources: Sources): Promise<Site> {
  let broken = false;
  const app = createApp({
    telemetryPath: '/metrics', scrape: async () => ({ chunks: [], length: 0 }), notReady: () => undefined, reload: async () => ({ ok: true }), configYaml: () => '', onError: () => undefined,
    ...sources,
    now() {
      if (broken) throw new Error('broken for a test');
      return sources.now();
    },
  });
  const listening = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    url: `http://${listening.address}`,
    breaks(is) {
      broken = is;
    },
    close: () => listening.stop(100),
  };
}
