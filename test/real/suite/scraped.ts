/** Concern: a real Prometheus takes what is served. */

import { expect, it } from 'vitest';
import { startPrometheus } from '../../lab/prometheus.ts';
import { until } from '../../lab/wait.ts';
import { promtoolFindings } from '../../metrics/promtool.ts';
import { exportedTable, quietMoment } from './counts.ts';
import type { Stage } from './stage.ts';

/** What Prometheus 2.42 sends. */
const accept = 'application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';

export function scrapedSuite(stage: () => Stage): void {
  it('is accepted by a real Prometheus as OpenMetrics, and answers its queries', async () => {
    const offered = await stage().exporter.text(accept);
    expect(offered.headers['content-type']).toContain('application/openmetrics-text');
    expect(offered.body.endsWith('# EOF\n')).toBe(true);
    const prometheus = await startPrometheus({ targets: [stage().exporter.address], scrapeIntervalSeconds: 1 });
    try {
      await until('three rounds of scrapes', 30_000, async () => {
        const [rounds] = await prometheus.query('count_over_time(up{job="nacos-exporter"}[1m])');
        return (rounds?.value ?? 0) >= 3 ? true : undefined;
      });
      expect(await prometheus.targets()).toEqual([expect.objectContaining({ health: 'up', lastError: '' })]);
      expect(await prometheus.query('min_over_time(up{job="nacos-exporter"}[1m])')).toEqual([expect.objectContaining({ value: 1 })]);
      const { scrape } = await quietMoment(stage());
      const expected = Object.entries(exportedTable(scrape)).map(([key, { instances }]) => `${key} ${instances}`);
      const answered = await prometheus.query('nacos_instances');
      expect(answered.map(({ labels, value }) => `${labels.namespace_id} ${labels.nacos_node} ${value}`).toSorted()).toEqual(expected.toSorted());
    } finally {
      await prometheus.stop();
    }
  });

  it('passes `promtool check metrics` as a whole', async () => {
    const { body, status } = await stage().exporter.text();
    expect(status).toBe(200);
    expect(promtoolFindings(body)).toBe('');
  });
}
