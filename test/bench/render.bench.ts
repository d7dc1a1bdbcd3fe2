/** What a poll costs to render and to make ready for scrapes: time against prom-client, longest step, memory. */

import { Gauge, Registry } from 'prom-client';

import type { ClusterText } from '../../src/metrics/cluster-text.ts';
import { renderFamilies, renderFamily, type RenderedFamily } from '../../src/metrics/exposition.ts';
import { textFormats } from '../../src/metrics/text.ts';
import { createScrapes } from '../../src/server/scrapes.ts';
import { collectGarbage, median, nextTurn, type BenchRow } from './bench.ts';
import { benchFamilies, changeValues, createBenchSelf, createView, type BenchView } from './series.ts';
import { startStepProbe } from './step-probe.ts';

export const name = 'rendering 200,000 series once per poll, against prom-client';

const rounds = 9;
const warmUp = 3;
const ratioBound = 0.2;
const stepBoundMs = 50;

export async function run(): Promise<BenchRow[]> {
  const view = createView();
  changeValues(view, 0);
  const steps = await measureSteps(view);

  const registry = new Registry();
  const gauges = benchFamilies.map((family) => ({ family, gauge: new Gauge({ name: family.name, help: family.help, labelNames: family.labels, registers: [registry] }) }));
  const times = { first: [] as number[], later: [] as number[], same: [] as number[], peer: [] as number[] };
  let rendered = renderAll(undefined, view);
  for (let round = 1; round <= rounds + warmUp; round++) {
    changeValues(view, round);
    fill(gauges, view);
    const before = rendered;
    const took = {
      first: await timed(() => renderAll(undefined, view)),
      later: await timed(() => (rendered = renderAll(before, view))),
      same: await timed(() => renderAll(rendered, view)),
      peer: await timed(() => registry.metrics()),
    };
    if (round <= warmUp) continue;
    for (const key of ['first', 'later', 'same', 'peer'] as const) times[key].push(took[key]);
  }
  const [first, later, same, peer] = [times.first, times.later, times.same, times.peer].map(median) as [number, number, number, number];
  return [
    { what: 'prom-client registry.metrics()', value: peer, unit: 'ms' },
    { what: 'first rendering', value: first, unit: 'ms' },
    { what: 'rendering, all values changed, labels the same', value: later, unit: 'ms' },
    { what: 'rendering, nothing changed', value: same, unit: 'ms' },
    { what: 'rendering, all values changed / prom-client', value: later / peer, unit: 'x', bound: ratioBound },
    { what: 'longest step of a first poll, quietest of five', value: steps.first, unit: 'ms CPU', bound: stepBoundMs },
    { what: 'longest step of a later poll, median of twenty', value: steps.later, unit: 'ms CPU', bound: stepBoundMs },
    { what: 'resident memory before, with view and labels', value: steps.rssBefore, unit: 'MB' },
    { what: 'resident memory after 25 polls, both formats gzipped', value: steps.rssAfter, unit: 'MB' },
  ];
}

/** Collecting garbage before the measured part is no part of it. */
async function timed(work: () => unknown): Promise<number> {
  collectGarbage();
  const start = performance.now();
  await work();
  return performance.now() - start;
}

function renderAll(previous: ReadonlyMap<string, RenderedFamily> | undefined, view: BenchView): ReadonlyMap<string, RenderedFamily> {
  return new Map(benchFamilies.map((family) => [family.name, renderFamily(previous?.get(family.name), family, view)]));
}

function fill(gauges: readonly { family: (typeof benchFamilies)[number]; gauge: Gauge }[], view: BenchView): void {
  for (const { family, gauge } of gauges) {
    const { labels } = family as { labels: readonly string[] };
    family.rows(view, ((value: number, ...values: string[]) => {
      gauge.set(Object.fromEntries(labels.map((label, at) => [label, values[at]!])), value);
    }) as never);
  }
}

interface Steps {
  /** The longest step of a first rendering and all that follows it, and of a later one. */
  readonly first: number;
  readonly later: number;
  readonly rssBefore: number;
  readonly rssAfter: number;
}

/**
 * The way of the program: render in steps, publish, gzip in both formats, scrape. Of several polls, as what another
 * process adds to a step by pushing this one aside comes and goes, while the program's own long step would stay.
 */
async function measureSteps(view: BenchView): Promise<Steps> {
  collectGarbage();
  const rssBefore = rss();
  let rssAfter = 0;
  const first: number[] = [];
  const later: number[] = [];
  for (let start = 0; start < 5; start++) {
    let text: ClusterText | undefined;
    const scrapes = createScrapes({
      catalogue: benchFamilies, clusters: () => (text === undefined ? [] : [text]), selfText: createBenchSelf().text, onError: console.error,
      now: () => 0, pause: nextTurn,
    });
    const probe = startStepProbe();
    for (let poll = 0; poll < 5; poll++) {
      changeValues(view, poll);
      await nextTurn();
      await nextTurn();
      probe.lap();
      const before = text === undefined ? undefined : { view, families: text.families };
      const { families } = await renderFamilies(before, benchFamilies, view, nextTurn);
      text = { cluster: view.cluster, families, version: poll, staleAt: Infinity, dropped: new Map() };
      scrapes.published();
      for (const format of textFormats) for (const gzip of [false, true]) await scrapes.scrape(format, gzip);
      await nextTurn();
      await nextTurn();
      (poll === 0 ? first : later).push(probe.lap());
    }
    probe.stop();
    rssAfter = rss();
  }
  return { first: Math.min(...first), later: median(later), rssBefore, rssAfter };
}

function rss(): number {
  return process.memoryUsage.rss() / 1e6;
}
