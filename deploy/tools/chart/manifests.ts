/** The manifests of deploy/kubernetes: the chart, rendered with the values beside them and without Helm's own labels. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { chartFolder } from './chart-files.ts';

/** What the chart is rendered and validated for; the chart itself asks for 1.25 or later. */
export const kubernetesVersion = '1.37.0';

const head = '# Rendered from the chart by `npm run chart`; the names of your own cluster belong into its ConfigMap.\n';

export interface Rendered {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function helmTemplate(helm: string, root: string, release: string, args: readonly string[]): Rendered {
  const { status, stdout, stderr } = spawnSync(helm, [
    'template', release, join(root, chartFolder), `--kube-version=${kubernetesVersion}`, '--namespace=monitoring', ...args,
  ], { encoding: 'utf8', maxBuffer: 64 << 20 });
  return { status, stdout, stderr };
}

/** By name below `root`: what needs no operator, and what does. The rules are a file of their own already. */
export function manifests(helm: string, root: string): ReadonlyMap<string, string> {
  const { status, stdout, stderr } = helmTemplate(helm, root, 'nacos-exporter', [`--values=${join(root, 'deploy/kubernetes/values.yaml')}`]);
  if (status !== 0) throw new Error(`helm template: ${stderr}`);
  const documents = stdout.split(/^---\n/m).filter((text) => text.trim() !== '').map((text) => text.replaceAll(/^# Source: .*\n|^ *(app\.kubernetes\.io\/managed-by|helm\.sh\/chart): .*\n/gm, ''));
  const ofOperator = (text: string): boolean => text.includes('apiVersion: monitoring.coreos.com/');
  const file = (texts: readonly string[]): string => head + texts.map((text) => `---\n${text.trimEnd()}\n`).join('');
  return new Map([
    ['deploy/kubernetes/nacos-exporter.yaml', file(documents.filter((text) => !ofOperator(text)))],
    ['deploy/kubernetes/servicemonitor.yaml', file(documents.filter(ofOperator))],
  ]);
}
