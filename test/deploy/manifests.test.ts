/** The plain manifests: what the chart renders to, and acceptable to Kubernetes and the operator. */

import { describe, expect, it } from 'vitest';
import { manifests } from '../../deploy/tools/chart/manifests.ts';
import { skipWithReason } from '../lab/tools.ts';
import { objectsIn, operatorMistakes, schemaMistakes, workload } from './objects.ts';
import { lacking, read, root } from './tooling.ts';

const files = ['deploy/kubernetes/nacos-exporter.yaml', 'deploy/kubernetes/prometheusrule.yaml', 'deploy/kubernetes/servicemonitor.yaml'];

describe('deploy/kubernetes', () => {
  it.skipIf(skipWithReason('deploy/kubernetes by helm', lacking('helm')))('is what the chart renders to (else: npm run chart)', () => {
    const made = manifests('helm', root);
    expect(files).toEqual(expect.arrayContaining([...made.keys()]));
    expect(new Map([...made.keys()].map((name) => [name, read(name)]))).toEqual(made);
  });

  it.skipIf(skipWithReason('deploy/kubernetes by kubernetes-validate', lacking('kubernetes-validate'))).each(files)('has %s accepted by Kubernetes', async (name) => {
    expect(await schemaMistakes(read(name))).toEqual([]);
  });

  it.each(files)('has %s accepted by the operator', (name) => {
    expect(operatorMistakes(objectsIn(read(name)))).toEqual([]);
  });

  it('needs no operator for the exporter alone, nor Helm', () => {
    const objects = objectsIn(read(files[0]!));
    expect(objects.map(({ kind }) => kind).toSorted()).toEqual(['ConfigMap', 'Deployment', 'NetworkPolicy', 'PodDisruptionBudget', 'Service', 'ServiceAccount']);
    expect(workload(objects).replicas).toBe(1);
    expect(files.filter((name) => /managed-by: Helm|helm\.sh/.test(read(name)))).toEqual([]);
  });
});
