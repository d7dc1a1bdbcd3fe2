/**
 * One of 3 nodes loses 20,000 of 1,000,000 instances, one of each of as many services: what finding out and confirming it
 * asks of the nodes beside polls and sweeps, and how long the steps are in which 20,000 services are judged, added up,
 * rendered and listed.
 */

import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';

import { divergenceOf } from '../../src/cli/divergence-report.ts';
import type { ClusterPoller } from '../../src/poller/cluster-poller.ts';
import { renderFamily } from '../../src/metrics/exposition.ts';
import { divergenceFamilies } from '../../src/metrics/families/divergence.ts';
import { createPageSource } from '../../src/cli/page-state.ts';
import { mostListed } from '../../src/server/pages/differences-model.ts';
import { divergencePage } from '../../src/server/pages/divergence-page.ts';
import { statusPage, type PageContext } from '../../src/server/pages/status-page.ts';
import { readQuery } from '../../src/server/pages/query.ts';
import type { ExporterState } from '../../src/server/pages/state.ts';
import { wordsIn } from '../../src/server/pages/words.ts';
import { median, type BenchRow } from './bench.ts';
import { anyRate, createContentsRig, defaultRate, type Asked, type ContentsRig } from './contents-rig.ts';
import { startSim, type SimProcess } from './sim-process.ts';
import { startStepProbe } from './step-probe.ts';

const services = 100_000;
const instances = 10;
const lost = 20_000;
/** As the program does by default, milliseconds. */
const checkEvery = 5_000;
const checksAPoll = 3;
/** One sweep more than the delay of an instance, since only counts differ until it has come by. */
const patienceMs = 300_000 + 35_000;
const settledMs = 120_000;

export const name = `loss: a node loses ${lost} of ${services * instances} instances`;

export async function run(): Promise<BenchRow[]> {
  const sim = await startSim(services, instances);
  const rig = createContentsRig(sim.urls, anyRate);
  try {
    return await measure(rig, sim);
  } finally {
    await rig.close();
    await sim.stop();
  }
}

async function measure(rig: ContentsRig, sim: SimProcess): Promise<BenchRow[]> {
  const { poller, traffic } = rig;
  await poller.check();
  await rig.sweep();
  // Soon after its own start the exporter takes a node with fewer instances for one that is filling.
  rig.age(settledMs);
  await poller.check();
  await poller.poll();
  // From here on as the program runs it.
  rig.budget.setRate(defaultRate);
  const dropped = await sim.lose({ lose: lost });
  const lostAt = performance.now();
  const confirmed = (): number => poller.view().contents?.namespaces.get('public')?.confirmed.instance ?? 0;
  traffic.asked = [];

  const probe = startStepProbe();
  let sampled = false;
  let check = 0;
  let sweeping: Promise<void> | undefined;
  for (; performance.now() - lostAt < patienceMs && confirmed() < dropped; check++) {
    // Counts differ at the first poll; the next sweep comes soon after, as it does within five minutes.
    if (check === checksAPoll) sweeping = rig.sweep();
    else await (check % checksAPoll === 0 ? poller.poll() : poller.check());
    await sleep(checkEvery);
    sampled ||= poller.view().contents?.sampled === true;
  }
  const confirmedMs = performance.now() - lostAt;
  await sweeping;
  const judging = probe.lap();
  const single = traffic.asked.filter(({ api }) => api === 'catalog_instances');

  await poller.check();
  await nextTurn();
  probe.lap();
  const view = poller.view();
  const summing = await lapOf(() => void poller.view());
  const rendering = await lapOf(() => divergenceFamilies.forEach((family) => void renderFamily(undefined, family, view)));
  const listing = await lapOf(() => void JSON.stringify({ clusters: divergenceOf([poller]) }));
  const oldest = await lapOf(() => void pageOf(poller).source.differing(poller.cluster, mostListed));
  const [page, search] = [pageOf(poller), pageOf(poller, { q: 'no such service' })];
  const drawing = await lapOf(() => void divergencePage(page));
  const searching = await lapOf(() => void divergencePage(search));
  const verdict = await lapOf(() => void statusPage(pageOf(poller)));
  probe.stop();
  return [
    { what: 'instances lost', value: dropped, unit: '' },
    { what: 'single reads in all', value: single.length, unit: '' },
    { what: 'single reads of a node within any second, most', value: busiestSecond(single), unit: '', bound: 20 },
    { what: 'services confirmed', value: confirmed(), unit: '' },
    { what: 'not confirmed', value: dropped - confirmed(), unit: '', bound: 0 },
    { what: 'confirmed by a sample meanwhile (1) or not (0)', value: sampled ? 1 : 0, unit: '' },
    { what: 'until all were confirmed', value: confirmedMs / 1000, unit: 's', bound: patienceMs / 1000 },
    // Without a bound: pages of counts, single reads and the collection of what both leave fall into one turn at times.
    { what: 'longest step meanwhile', value: judging, unit: 'ms CPU' },
    { what: 'adding up', value: summing, unit: 'ms CPU', bound: 50 },
    { what: 'rendering the families of divergence', value: rendering, unit: 'ms CPU', bound: 50 },
    { what: 'answer of /api/v1/divergence', value: listing, unit: 'ms CPU', bound: 50 },
    { what: 'listing the oldest for the page /divergence', value: oldest, unit: 'ms CPU', bound: 50 },
    { what: 'page /divergence', value: drawing, unit: 'ms CPU', bound: 50 },
    { what: 'the same, searched in vain', value: searching, unit: 'ms CPU', bound: 50 },
    { what: 'page /', value: verdict, unit: 'ms CPU', bound: 50 },
  ];

  /** Median of five. */
  async function lapOf(work: () => void): Promise<number> {
    const laps: number[] = [];
    for (let i = 0; i < 5; i++) {
      await nextTurn();
      await nextTurn();
      probe.lap();
      work();
      await nextTurn();
      await nextTurn();
      laps.push(probe.lap());
    }
    return median(laps);
  }
}

/** A source that remembers nothing from before, and from then on for good: listing and drawing are turns of their own. */
function pageOf(poller: ClusterPoller, query: Readonly<Record<string, string>> = {}): PageContext {
  const exporter = (): ExporterState => ({ version: '', startedAt: 0, configAt: 0, configErrors: [] });
  const source = createPageSource({ pollers: () => [poller], dropped: () => undefined, now: () => 0, exporter });
  return { source, query: readQuery(query), words: wordsIn('en', Date.now()), home: './', links: [] };
}

/** The most requests that one node got within a second, wherever it begins. */
function busiestSecond(asked: readonly Asked[]): number {
  let most = 0;
  for (const node of new Set(asked.map((one) => one.node))) {
    const times = asked.filter((one) => one.node === node).map(({ at }) => at);
    for (let from = 0, to = 0; to < times.length; to++) {
      while (times[to]! - times[from]! >= 1000) from++;
      most = Math.max(most, to - from + 1);
    }
  }
  return most;
}
