/**
 * Every scenario of the demo at once, each as a cluster of its own: what Prometheus fired of it, what reached the chat, and
 * how many instances were really gone meanwhile.
 */

import { listen, scenarios, type SimCluster } from '../../src/sim/index.ts';
import { startExporter } from '../lab/exporter.ts';
import { type AlertLabels, alertText, type Message, type Paging, startChat, startPaging } from '../lab/paging.ts';
import { sleep, until } from '../lab/wait.ts';

/** As the demo polls. */
export const demoPoll = { interval: '5s', liveness_interval: '2s' };

export interface Played {
  /** `NAME severity subject` of all that ever fired, those of severity info left out. */
  readonly fired: readonly string[];
  /** Instances of a namespace that were gone at one time, at most, by namespace. */
  readonly gone: Readonly<Record<string, number>>;
  /** Seconds from the first step of the script, by alert. */
  readonly told: Readonly<Record<string, number>>;
  /** From the moment at which its cause was taken away; undefined where it did not come. */
  readonly resolved: number | undefined;
  /** For whoever has to explain the rest: nodes that were down or joining, differences confirmed, alerts that waited; by label values. */
  readonly meanwhile: readonly string[];
}

export interface Plays {
  readonly of: ReadonlyMap<string, Played>;
  /** What fired without a cluster's name. */
  readonly others: readonly string[];
  readonly refusals: readonly unknown[];
}

/** Every script is calm for so long. */
const calmMs = 30_000;
/** The third node of the rolling upgrade has come up, and 20 s more. */
const endMs = 195_000;
/** The longest that an alert may take, from the first step of its script. */
export const patienceMs = 230_000;

/** What ends an incident before its script does, once it has been told of. */
const cures: Readonly<Record<string, { readonly alert: string; readonly end: (cluster: SimCluster) => () => void }>> = {
  'lagging-node': {
    alert: 'NacosNodeDataDivergence',
    end: (cluster) => () => {
      cluster.node(2).lag(1500);
      cluster.node(2).resume();
    },
  },
  'frozen-node': { alert: 'NacosNodeDataDivergence', end: (cluster) => () => cluster.node(1).thaw() },
  'mass-deregistration': {
    alert: 'NacosMassDeregistration',
    end(cluster) {
      const whole = cluster.snapshot({ namespace: 'logistics', ephemeral: true });
      return () => cluster.register(whole);
    },
  },
};

export async function playScenarios(): Promise<Plays> {
  const chat = await startChat();
  const began = Date.now();
  const clusters = await Promise.all(scenarios.map(async ({ name, build }) => {
    const cluster = build();
    return { name, cluster, listening: await listen(cluster), losses: watchLosses(cluster) };
  }));
  const exporter = await startExporter({
    config: { poll: demoPoll, clusters: clusters.map(({ name, listening }) => ({ name, servers: listening.urls })), relay: chat.relay },
    files: chat.files,
  });
  const paging = await startPaging({ chat: chat.fake, targets: [exporter.address], relay: exporter.address });
  try {
    const resolutions = new Map(await Promise.all(clusters.map(async ({ name, cluster }) => [name, await cured(paging, name, cluster)] as const)));
    await sleep(Math.max(0, began + endMs - Date.now()));
    const fired = (await paging.fired()).filter(({ severity }) => severity !== 'info');
    const of = await Promise.all(clusters.map(async ({ name, losses }): Promise<readonly [string, Played]> => [name, {
      fired: fired.filter(({ nacos_cluster }) => nacos_cluster === name).map(subjectOf).toSorted(),
      gone: losses.stop(),
      told: toldOf(paging.messages().filter(({ cluster }) => cluster === name), began + calmMs),
      resolved: resolutions.get(name),
      meanwhile: await meanwhile(paging, name),
    }]));
    return { of: new Map(of), others: fired.filter(({ nacos_cluster }) => nacos_cluster === undefined).map(alertText), refusals: paging.refusals() };
  } finally {
    await paging.stop();
    await exporter.stop();
    for (const { cluster, listening, losses } of clusters) {
      losses.stop();
      cluster.close();
      await listening.close();
    }
    await chat.fake.close();
  }
}

/** Seconds from the end of the incident to the message that says so. */
async function cured(paging: Paging, name: string, cluster: SimCluster): Promise<number | undefined> {
  const cure = cures[name];
  if (cure === undefined) return undefined;
  const end = cure.end(cluster);
  const told = (fits: (message: Message) => boolean): Promise<unknown> => until(`${cure.alert} of ${name}`, calmMs + patienceMs, () =>
    (paging.messages().some((message) => message.cluster === name && message.alertname === cure.alert && fits(message)) ? true : undefined));
  try {
    await told(({ firing }) => firing > 0);
    const ended = Date.now();
    end();
    // The last word on the group: nothing of it fires any more.
    await told(({ at, firing, resolved }) => at > ended && firing === 0 && resolved > 0);
    return (Date.now() - ended) / 1000;
  } catch {
    return undefined;
  }
}

async function meanwhile(paging: Paging, nacos_cluster: string): Promise<readonly string[]> {
  const of = `{nacos_cluster="${nacos_cluster}"}[5m]`;
  const asked = [`max_over_time(nacos_node_joining${of}) > 0`, `min_over_time(nacos_node_up${of}) == 0`, `max_over_time(nacos_divergent_services${of}) > 0`, `count_over_time(ALERTS${of})`];
  const answers = await Promise.all(asked.map((expression) => paging.query(expression)));
  return answers.flatMap((found, i) => found.map(({ labels, value }) => `${asked[i]!.split('{')[0]} ${Object.values(labels).toSorted().join(' ')}: ${value}`));
}

function toldOf(messages: readonly Message[], since: number): Readonly<Record<string, number>> {
  return Object.fromEntries(messages.filter(({ firing }) => firing > 0).toReversed().map(({ alertname, at }) => [alertname, (at - since) / 1000]));
}

/** Without the cluster. */
const subjectOf = (labels: AlertLabels): string => alertText(Object.fromEntries(Object.entries(labels).filter(([name]) => name !== 'nacos_cluster')));

interface Losses {
  /** Instances gone below the highest number of the last minute, at most, by namespace. */
  stop(): Readonly<Record<string, number>>;
}

const lookMs = 250;
const spanLooks = 240;

/** Looks at what is really registered, four times a second. */
function watchLosses(cluster: SimCluster): Losses {
  const counts = new Map<string, number[]>();
  const gone: Record<string, number> = {};
  const timer = setInterval(() => {
    for (const namespace of cluster.truth.namespaces()) {
      const span = [...(counts.get(namespace) ?? []), cluster.truth.totals(namespace).instances].slice(-spanLooks);
      counts.set(namespace, span);
      gone[namespace] = Math.max(gone[namespace] ?? 0, Math.max(...span) - span.at(-1)!);
    }
  }, lookMs);
  return {
    stop() {
      clearInterval(timer);
      return gone;
    },
  };
}
