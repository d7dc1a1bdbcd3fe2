/** Two clusters, two replicas of the exporter that both poll both, one Prometheus: an incident in one cluster, then one replica gone. */

import { listen, scenarioNamed } from '../../src/sim/index.ts';
import { startExporter } from '../lab/exporter.ts';
import { alertText, type Message, type Paging, startChat, startPaging } from '../lab/paging.ts';
import { sleep, until } from '../lab/wait.ts';
import { demoPoll } from './scenarios.ts';

export interface Replicated {
  /** Alerts that fired, those of severity info left out: before anything happened, with the incident, and in all. */
  readonly calm: readonly string[];
  readonly incident: readonly string[];
  readonly ever: readonly string[];
  /** Messages up to the end of the incident. */
  readonly messages: readonly Pick<Message, 'alertname' | 'cluster' | 'firing' | 'resolved'>[];
  readonly refusals: readonly unknown[];
  /** `host:port` of the replica that was stopped. */
  readonly stopped: string;
  /** Seconds from each event to its message. */
  readonly seconds: { readonly loss: number; readonly resolved: number; readonly replica: number };
}

const alerting = async (labels: ReturnType<Paging['fired']>): Promise<readonly string[]> =>
  (await labels).filter(({ severity }) => severity !== 'info').map(alertText).toSorted();

export async function playReplicas(): Promise<Replicated> {
  const chat = await startChat();
  const clusters = await Promise.all(['north', 'south'].map(async (name, i) => {
    const cluster = scenarioNamed('steady')!.build({ seed: 1 + i });
    return { name, cluster, listening: await listen(cluster) };
  }));
  const config = { poll: demoPoll, clusters: clusters.map(({ name, listening }) => ({ name, servers: listening.urls })), relay: chat.relay };
  const replicas = await Promise.all([0, 1].map(() => startExporter({ config, files: chat.files })));
  const [staying, leaving] = [replicas[0]!, replicas[1]!];
  const paging = await startPaging({ chat: chat.fake, targets: replicas.map(({ address }) => address), relay: staying.address });
  const told = async (alertname: string, fits: (message: Message) => boolean, timeoutMs: number): Promise<number> => {
    const asked = Date.now();
    await until(`a message about ${alertname}`, timeoutMs, () => (paging.messages().some((message) => message.alertname === alertname && fits(message)) ? true : undefined));
    return (Date.now() - asked) / 1000;
  };
  try {
    await sleep(20_000);
    const calm = await alerting(paging.fired());

    const north = clusters[0]!.cluster;
    const lost = north.snapshot({ namespace: 'logistics', ephemeral: true, share: 0.5 });
    const addresses = new Set(lost.map(({ ip, port }) => `${ip}:${port}`));
    north.deregister({ namespace: 'logistics', where: ({ ip, port }) => addresses.has(`${ip}:${port}`) });
    const loss = await told('NacosMassDeregistration', ({ firing }) => firing > 0, 60_000);
    // A second message about the same would have come by now.
    await sleep(16_000);
    const incident = await alerting(paging.firing());
    north.register(lost);
    const resolved = await told('NacosMassDeregistration', ({ firing, resolved: over }) => firing === 0 && over > 0, 60_000);
    const messages = paging.messages().map(({ alertname, cluster, firing, resolved: over }) => ({ alertname, cluster, firing, resolved: over }));

    await leaving.stop();
    const replica = await told('NacosExporterDown', ({ firing }) => firing > 0, 100_000);
    return { calm, incident, ever: await alerting(paging.fired()), messages, refusals: paging.refusals(), stopped: leaving.address, seconds: { loss, resolved, replica } };
  } finally {
    await paging.stop();
    await Promise.all(replicas.map((one) => one.stop()));
    for (const { cluster, listening } of clusters) {
      cluster.close();
      await listening.close();
    }
    await chat.fake.close();
  }
}
