/** The composition root: configuration to pollers to series to HTTP. Everything with an effect is made here and handed on. */

import { canaryIdentity } from '../analysis/canary/plan.ts';
import { parseListenAddress, type ListenAddress } from '../config/address.ts';
import type { ClusterConfig, Config } from '../config/config.ts';
import type { LoadResult } from '../config/load.ts';
import { effectiveYaml } from '../config/mask.ts';
import { formatIssue } from '../config/issues.ts';
import { afterReload, startState, takesRestart } from '../config/reload.ts';
import { shareOf } from '../config/shard.ts';
import type { Logger } from '../log.ts';
import { catalogue } from '../metrics/catalogue.ts';
import type { ClusterText } from '../metrics/cluster-text.ts';
import { createSelfMetrics } from '../metrics/self/self-metrics.ts';
import { openPushListener } from '../nacos/push-listener.ts';
import { createBudget } from '../poller/budget.ts';
import type { CanaryHost } from '../poller/canary/canary.ts';
import type { ClusterPoller } from '../poller/cluster-poller.ts';
import { createFleet } from '../poller/fleet.ts';
import { createTurns } from '../poller/turns.ts';
import { postJson } from '../relay/post.ts';
import { createRelay } from '../relay/relay.ts';
import { createApp, type ReloadResult } from '../server/app.ts';
import { listen } from '../server/listen.ts';
import { createScrapes } from '../server/scrapes.ts';
import { fileMark } from '../server/web-config/keeper.ts';
import { openWebSecurity } from '../server/web-config/web.ts';
import { divergenceOf, eventsOf } from './divergence-report.ts';
import type { Machine } from './machine.ts';
import { createPageSource } from './page-state.ts';
import { openPoller } from './pollers.ts';
import { createProbes } from './probes.ts';
import { createRecentLog } from './recent-log.ts';
import { channelsOf, relaySettings } from './relay.ts';
import { snapshotReport } from './snapshot-report.ts';
import { createTargets } from './targets.ts';

export interface ExporterOptions {
  readonly loaded: Extract<LoadResult, { readonly config: Config }>;
  /** Reads the configuration again, for a reload. */
  readonly load: () => LoadResult;
  readonly log: Logger;
  readonly machine: Machine;
}

export interface Exporter {
  /** `host:port` it listens on. */
  readonly address: string;
  reload(): Promise<ReloadResult>;
  stop(): Promise<void>;
}

/** Up to so many clusters beats are sampled with all the requests that a node may get; of more, all together get as many. */
const clustersAtFullBeats = 20;
/** Running scrapes get this long when the program stops, milliseconds. */
const graceMs = 5_000;

export async function startExporter({ loaded, load, log, machine }: ExporterOptions): Promise<Exporter> {
  const startedAt = machine.now();
  let state = startState(loaded, startedAt);
  const texts = new Map<string, ClusterText>();
  const onlyProbed = (name: string): boolean => state.config.clusters.some((cluster) => cluster.name === name && cluster.expose === 'probe');
  const self = createSelfMetrics({
    build: { ...machine.build, nodeVersion: machine.nodeVersion }, shard: loaded.config.shard, processMetrics: true, apart: onlyProbed,
  });
  self.configLoaded(machine.now(), loaded.hash);
  const scrapes = createScrapes({
    catalogue, now: machine.now, pause: machine.pause, selfText: self.text,
    onError: (error) => log.error({ error: String(error) }, 'series could not be made ready'),
    clusters: () => state.config.clusters.filter((cluster) => cluster.expose === 'metrics').flatMap((cluster) => texts.get(cluster.name) ?? []),
  });

  self.relayChannels(channelsOf(loaded.config.relay));
  const relay = createRelay({
    settings: () => relaySettings(state.config.relay, machine.secrets), now: machine.now, wait: machine.wait, random: machine.random, post: postJson,
    count: (channel, result) => self.notified(channel, result), warn: (data, message) => log.warn(data, message),
  });

  const contentsBudget = createBudget(loaded.config.contentsRate, machine.now);

  const recent = createRecentLog(log, machine.now);
  const targets = createTargets();
  // Steps of different clusters do not add up to a long turn either.
  const pause = createTurns(machine.pause);
  const canaryHost: CanaryHost = { identity: canaryIdentity(machine.hostName), listen: openPushListener };

  function createPoller(config: ClusterConfig, publish: (text: ClusterText) => void): ClusterPoller {
    return openPoller({
      config, machine, publish, pause, log: recent.log, wait: machine.wait, contentsBudget, canaryHost, share: shareOf(state.config.shard, config.name),
      beatShare: () => clustersAtFullBeats / Math.max(clustersAtFullBeats, fleet.pollers().length),
      forgetNode: (node) => self.forgetNode(config.name, node),
      onRequest: (node, observation) => self.observeRequest(config.name, node, observation),
    });
  }

  const fleet = createFleet({
    createPoller, log: recent.log, now: machine.now, random: machine.random, wait: machine.wait,
    onText(text) {
      texts.set(text.cluster, text);
      scrapes.published();
      probes.published(text.cluster);
    },
    onGone(poller) {
      targets.remember(poller);
      texts.delete(poller.cluster);
      probes.forget(poller.cluster);
      self.forgetCluster(poller.cluster);
      scrapes.published();
    },
  });
  const probes = createProbes({
    config: () => state.config, ask: fleet.ask, text: (cluster) => texts.get(cluster), selfText: self.clusterText, log: recent.of,
    now: machine.now, wait: machine.wait, pause: machine.pause, onError: (error) => log.error({ error: String(error) }, 'series could not be made ready'),
  });
  let reloading: Promise<unknown> = Promise.resolve();

  const web = openWebSecurity({
    path: loaded.config.web.configFile, readFile: machine.readFile, markOf: fileMark, log, now: machine.now, lifecycle: () => state.config.web.lifecycle,
  });

  /** A web configuration that cannot take the place of the one in force refuses the whole. */
  function loadAll(): LoadResult {
    const result = load();
    const errors = 'errors' in result ? [] : web.reload(result.config.web.configFile);
    return errors.length === 0 ? result : { errors, warnings: result.warnings };
  }

  /** One after the other: a signal may come while a reload is under way. */
  function reload(): Promise<ReloadResult> {
    const next = reloading.then(reloadNow);
    reloading = next.catch(() => undefined);
    return next;
  }

  async function reloadNow(): Promise<ReloadResult> {
    const result = loadAll();
    const before = state.config;
    state = afterReload(state, result, machine.now());
    if ('errors' in result) {
      self.configRejected();
      const errors = result.errors.map(formatIssue);
      log.error({ errors }, 'configuration not reloaded: the one before stays in force');
      return { ok: false, errors };
    }
    self.configLoaded(machine.now(), result.hash, state.config.shard);
    self.relayChannels(channelsOf(state.config.relay));
    contentsBudget.setRate(state.config.contentsRate);
    for (const { name } of before.clusters) if (!state.config.clusters.some((cluster) => cluster.name === name)) recent.forget(name);
    await fleet.apply(state.config);
    scrapes.published();
    const fixed = takesRestart(loaded.config, state.config);
    if (fixed.length > 0) log.warn({ keys: fixed }, 'changed in the file, and in force from the next start on');
    log.info({ clusters: state.config.clusters.map((cluster) => cluster.name) }, 'configuration reloaded');
    return { ok: true };
  }

  const app = createApp({
    telemetryPath: loaded.config.web.telemetryPath,
    scrape: scrapes.scrape,
    probe: probes.probe,
    targets: () => targets.groups(state.config, fleet.pollers()),
    snapshot: {
      names: () => fleet.pollers().map(({ cluster }) => cluster),
      of: (name) => snapshotReport(fleet.pollers().find(({ cluster }) => cluster === name)!.snapshot()),
    },
    notReady: () => notReady(fleet.pollers().filter(({ cluster }) => !onlyProbed(cluster))),
    reload,
    configYaml: () => effectiveYaml(state.config),
    divergence: () => divergenceOf(fleet.pollers()),
    events: (cluster, after) => eventsOf(fleet.pollers(), cluster, after),
    pages: createPageSource({
      pollers: fleet.pollers, dropped: (cluster) => texts.get(cluster)?.dropped, now: machine.now,
      exporter: () => ({ version: machine.build.version, startedAt, configAt: state.lastReloadSuccessAt, configErrors: state.errors.map(formatIssue) }),
    }),
    now: machine.now,
    receiver: relay,
    web,
    onError: (error, path) => log.error({ path, error: error.message }, 'request failed'),
  });
  const listening = await listen(app, listenAddress(loaded.config));
  await fleet.apply(loaded.config);
  return {
    address: listening.address,
    reload,
    async stop() {
      // Nobody new comes in, so nobody sees the clusters go; scrapes that run end with what there is.
      await Promise.all([listening.stop(graceMs), fleet.close()]);
    },
  };
}

function listenAddress({ web }: Config): ListenAddress {
  const parsed = parseListenAddress(web.listenAddress);
  if ('mistake' in parsed) throw new TypeError(`web.listen_address: ${parsed.mistake.message}`);
  return parsed.value;
}

function notReady(pollers: readonly ClusterPoller[]): string | undefined {
  return pollers.length === 0 || pollers.some((poller) => poller.polled()) ? undefined : 'no poll has been completed yet';
}
