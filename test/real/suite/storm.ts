/** Concern: a storm of heartbeats on a real 1.4.1 cluster. The canary feels it, and nobody calls a slow node dead or different. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { planCanary } from '../../../src/analysis/canary/plan.ts';
import { canaryGroup } from '../../../src/nacos/canary-calls.ts';
import { startCluster, type LabCluster } from '../../lab/cluster.ts';
import type { RunningExporter } from '../../lab/exporter.ts';
import { type Scrape, seriesOf, sumOf, valueOf } from '../../lab/exposition.ts';
import { plainHttpOk } from '../../lab/http.ts';
import { createNamespace } from '../../lab/registry.ts';
import { enrol, storm, stormClients } from '../../lab/storm.ts';
import { missing, skipWithReason } from '../../lab/tools.ts';
import { sleep, until } from '../../lab/wait.ts';
import { canaryNamespace, replicationTable, startCanary } from './canary.ts';

const clients = 3_000;
/**
 * Requests in flight at each node, wave after wave until the canary feels it. Two thirds of the beats are handed on to their
 * responsible node, and whoever hands on keeps a thread waiting: 5/3 of these must stay below the 200 threads of a node, or the
 * nodes wait for each other for good (seen with 400).
 */
const waves = [40, 75, 110];
const waveMs = 30_000;
const mostBeats = 200_000;
/** After it, for what was suspected last to be confirmed. */
const afterMs = 20_000;

const poll = { interval: '2s', liveness_interval: '1s', slow_interval: '10s', rare_interval: '10s' };

/** Upper bound of each bucket of beats to its beats, of all nodes; not cumulative. */
function beatsIn(scrape: Scrape): ReadonlyMap<number, number> {
  const cumulative = new Map<number, number>();
  for (const { labels, value } of seriesOf(scrape, 'nacos_canary_beat_seconds_bucket')) {
    const bound = labels.get('le') === '+Inf' ? Infinity : Number(labels.get('le'));
    cumulative.set(bound, (cumulative.get(bound) ?? 0) + value);
  }
  let before = 0;
  return new Map([...cumulative].toSorted(([a], [b]) => a - b).map(([bound, count]) => {
    const own = count - before;
    before = count;
    return [bound, own] as const;
  }));
}

/** As `histogram_quantile` reckons it, of the beats between two scrapes. */
function quantile(share: number, from: Scrape, to: Scrape): { readonly seconds: number; readonly beats: number } {
  const [earlier, later] = [beatsIn(from), beatsIn(to)];
  const buckets = [...later].map(([bound, count]) => [bound, count - (earlier.get(bound) ?? 0)] as const);
  const beats = buckets.reduce((sum, [, count]) => sum + count, 0);
  let rank = share * beats;
  let lower = 0;
  for (const [bound, count] of buckets) {
    if (rank <= count && count > 0) return { seconds: bound === Infinity ? lower : lower + ((bound - lower) * rank) / count, beats };
    rank -= count;
    lower = bound;
  }
  return { seconds: Number.NaN, beats };
}

interface StatePolls {
  readonly all: number;
  readonly good: number;
}

function statePolls(scrape: Scrape): StatePolls {
  const asked = { api: 'server_state' };
  return { all: sumOf(scrape, 'nacos_exporter_requests_total', asked), good: sumOf(scrape, 'nacos_exporter_requests_total', { ...asked, code: '200' }) };
}

const note = (line: string): void => void process.stderr.write(`${line}\n`);

export function stormSuite(): void {
  const skipped = skipWithReason('heartbeat storm on Nacos 1.4.1', missing());
  describe.skipIf(skipped)('a storm of heartbeats on Nacos 1.4.1, three real nodes', () => {
    let cluster: LabCluster;
    let exporter: RunningExporter | undefined;

    beforeAll(async () => {
      cluster = await startCluster({ version: '1.4.1', nodes: 3 });
      await until('a namespace', 60_000, async () => (await createNamespace(cluster.nodes[0]!, canaryNamespace), true), 1_000);
      await enrol(cluster.nodes, stormClients('public', clients, 30));
      exporter = await startCanary(cluster.nodes, 'open', { poll });
    }, 900_000);
    afterAll(async () => {
      await exporter?.stop();
      await cluster?.stop();
    });

    /** All nodes' runs that ended well. */
    const successes = (scrape: Scrape): number => sumOf(scrape, 'nacos_canary_runs_total', { result: 'success' });
    const divergent = (scrape: Scrape): number => sumOf(scrape, 'nacos_divergent_services');

    it('is not there yet: the canary lands where 1.x says it does, every pair is measured, and changes are pushed', async () => {
      const scrape = await until('two runs of every node', 90_000, async () => {
        const seen = await exporter!.scrape();
        return successes(seen) >= 6 ? seen : undefined;
      }, 1_000);
      const servers = cluster.nodes.map(({ address }) => address).toSorted();
      for (const { node, name } of planCanary({ identity: 'real-suite', group: canaryGroup, servers, nodes: servers })) {
        const asked = { query: { serviceName: `${canaryGroup}@@${name}`, namespaceId: canaryNamespace } };
        for (const { url } of cluster.nodes) expect(JSON.parse(await plainHttpOk(`${url}/v1/ns/operator/distro/server`, asked))).toEqual({ responsibleServer: node });
        expect(valueOf(scrape, 'nacos_canary_push_seconds_count', { nacos_node: node })).toBeGreaterThan(0);
      }
      const pushed = sumOf(scrape, 'nacos_canary_push_seconds_sum') / sumOf(scrape, 'nacos_canary_push_seconds_count');
      note(`canary 1.4.1: replication ${JSON.stringify(replicationTable(scrape))}, push ${pushed}`);
      expect(Object.keys(replicationTable(scrape))).toHaveLength(6);
      expect(sumOf(scrape, 'nacos_canary_replications_total', { result: 'timeout' })).toBe(0);
    });

    it('at least doubles the p99 of the canary\'s beats, while state polls succeed and nothing is called different', async () => {
      const calm = await exporter!.scrape();
      const before = await until('three quiet runs of every node', 90_000, async () => {
        const seen = await exporter!.scrape();
        return successes(seen) - successes(calm) >= 9 ? seen : undefined;
      }, 1_000);
      const quiet = quantile(0.99, calm, before);

      let most = 0;
      const over = new AbortController();
      const watching = (async () => {
        while (!over.signal.aborted) {
          most = Math.max(most, divergent(await exporter!.scrape()));
          await sleep(1_000);
        }
      })();
      const reports: string[] = [];
      let beats = 0;
      let after = before;
      for (const atOnce of waves) {
        const report = await storm(cluster.nodes, { clients: stormClients('public', clients, 30), atOnce, lastsMs: waveMs, most: mostBeats });
        reports.push(`${report.beats} beats in ${report.seconds} s with ${atOnce} at once at each node, ${report.failed} failed`);
        beats += report.beats;
        after = await exporter!.scrape();
        if (quantile(0.99, before, after).seconds >= 2 * quiet.seconds) break;
      }
      await sleep(afterMs);
      over.abort();
      await watching;

      const stormy = quantile(0.99, before, after);
      const [from, to] = [statePolls(before), statePolls(after)];
      const polls = { all: to.all - from.all, good: to.good - from.good };
      note(`storm 1.4.1: ${clients} clients, ${reports.join('; ')}; p99 of the canary's beats ${quiet.seconds} s (${quiet.beats}), then ${stormy.seconds} s (${stormy.beats}); state polls ${polls.good} of ${polls.all}; divergent at most ${most}`);
      expect(beats).toBeGreaterThan(clients);
      expect(quiet.beats).toBeGreaterThanOrEqual(27);
      expect(stormy.beats).toBeGreaterThanOrEqual(3);
      expect(stormy.seconds).toBeGreaterThanOrEqual(2 * quiet.seconds);
      expect(polls.all).toBeGreaterThan(15);
      expect(polls.good / polls.all).toBeGreaterThanOrEqual(0.95);
      expect(most).toBe(0);
    });
  });
}
