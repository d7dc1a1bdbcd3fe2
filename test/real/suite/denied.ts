/** Concern: a real server turns the exporter away, and nothing that is secret gets out. */

import { expect, it } from 'vitest';
import { startExporter, type RunningExporter } from '../../lab/exporter.ts';
import { seriesOf, sumOf, valueOf } from '../../lab/exposition.ts';
import { admin, identity } from '../../lab/home.ts';
import { until } from '../../lab/wait.ts';
import { bothTables } from './counts.ts';
import { exporterOptions, type Stage } from './stage.ts';

/** Whatever is ever logged. */
const talkative = ['--log.level', 'trace'];

const wrongPassword = 'wr0ng-Passw0rd-of-the-lab';

export function deniedSuite(stage: () => Stage): void {
  it('counts a wrong password as `auth`, keeps the nodes up, and shows no registry', async () => {
    const exporter = await startExporter({ ...exporterOptions(stage().cluster.nodes, 'user', wrongPassword), flags: talkative });
    try {
      const scrape = await until('failures by `auth`', 30_000, async () => {
        const seen = await exporter.scrape();
        return stage().cluster.nodes.every(({ address }) => sumOf(seen, 'nacos_poll_failures_total', { nacos_node: address, reason: 'auth' }) > 0) ? seen : undefined;
      });
      const otherwise = seriesOf(scrape, 'nacos_poll_failures_total').filter(({ labels, value }) => value > 0 && labels.get('reason') !== 'auth');
      expect(otherwise.map(({ labels, value }) => `${labels.get('stage')} ${labels.get('reason')} ${value}`)).toEqual([]);
      for (const { address } of stage().cluster.nodes) expect(valueOf(scrape, 'nacos_node_up', { nacos_node: address })).toBe(1);
      expect(seriesOf(scrape, 'nacos_instances')).toEqual([]);
      await expectNoSecret(exporter, [wrongPassword]);
    } finally {
      await exporter.stop();
    }
  });

  it('reads the same numbers as a user with the right password, and keeps it to itself', async () => {
    const exporter = await startExporter({ ...exporterOptions(stage().cluster.nodes, 'user'), flags: talkative });
    try {
      const { exported, own } = await bothTables({ ...stage(), exporter });
      expect(exported).toEqual(own);
      // The password of the lab is `nacos`, a word that is everywhere; the token is what could leak.
      await expectNoSecret(exporter, [`password: ${admin.password}`, `password=${admin.password}`, 'eyJhbGciOi']);
    } finally {
      await exporter.stop();
    }
  });

  it('keeps the server identity to itself', async () => {
    const exporter = await startExporter({ ...exporterOptions(stage().cluster.nodes, 'identity'), flags: talkative });
    try {
      const { exported, own } = await bothTables({ ...stage(), exporter });
      expect(exported).toEqual(own);
      await expectNoSecret(exporter, [identity.value]);
    } finally {
      await exporter.stop();
    }
  });
}

async function expectNoSecret(exporter: RunningExporter, secrets: readonly string[]): Promise<void> {
  const shown = await Promise.all(['/metrics', '/config', '/', '/targets'].map(async (path) => [path, (await exporter.get(path)).body] as const));
  for (const [where, text] of [...shown, ['log', exporter.logs()] as const]) {
    for (const secret of secrets) expect(text.includes(secret), `${secret} in ${where}`).toBe(false);
  }
}
