/** A namespace that has just grown, seen between two multiples of 15 s: nothing of it is lost. */

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../lab/guard.ts';
import { findTool, skipWithReason } from '../lab/tools.ts';

const promtool = findTool('promtool');
const skipped = skipWithReason('growth between two evaluations', promtool === undefined ? ['promtool'] : []);

it.skipIf(skipped)('calls nothing lost while the baseline knows of more than the value of a moment ago', async () => {
  const folder = await temporaryFolder('grown');
  const labels = '{nacos_cluster="c", namespace_id="public"}';
  const file = join(folder.path, 'grown.yaml');
  writeFileSync(file, JSON.stringify({
    rule_files: [resolve(import.meta.dirname, '../../alerts/nacos.rules.yaml')],
    evaluation_interval: '5s',
    tests: [{
      interval: '5s',
      input_series: [
        { series: `nacos_namespace_instances${labels}`, values: '20x36 44x36' },
        { series: `nacos_namespace_instances_baseline${labels}`, values: '20x36 44x36' },
        { series: `nacos_agreement_nodes${labels}`, values: '3x73' },
        { series: 'nacos_cluster_nodes_expected{nacos_cluster="c"}', values: '3x73' },
      ],
      alert_rule_test: ['3m', '3m5s', '3m10s', '3m15s', '3m20s'].map((eval_time) => ({ eval_time, alertname: 'NacosMassDeregistration', exp_alerts: [] })),
    }],
  }));
  try {
    const { status, stdout, stderr } = spawnSync(promtool!, ['test', 'rules', file], { encoding: 'utf8' });
    expect({ status, said: status === 0 ? '' : `${stdout}${stderr}` }).toEqual({ status: 0, said: '' });
  } finally {
    await folder.remove();
  }
});
