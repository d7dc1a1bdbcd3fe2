/** Kubernetes objects of rendered text, and the schemas that they are held against. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PrometheusRule, ServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1';
import { parseAllDocuments } from 'yaml';
import { kubernetesVersion } from '../../deploy/tools/chart/manifests.ts';
import { temporaryFolder } from '../lab/guard.ts';
import { runTool } from './tooling.ts';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec?: unknown;
  readonly data?: Readonly<Record<string, string>>;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: object }[];
  readonly envFrom?: readonly object[];
  readonly securityContext: object;
  readonly livenessProbe: Readonly<Record<string, unknown>>;
  readonly readinessProbe: Readonly<Record<string, unknown>>;
  readonly volumeMounts: readonly { readonly name: string; readonly mountPath: string; readonly readOnly?: boolean }[];
}

export interface Workload {
  readonly replicas: number;
  readonly serviceName?: string;
  readonly template: {
    readonly spec: {
      readonly automountServiceAccountToken: boolean;
      readonly enableServiceLinks: boolean;
      readonly securityContext: object;
      readonly containers: readonly [Container];
      readonly volumes: readonly { readonly name: string; readonly secret?: { readonly secretName: string } }[];
    };
  };
}

export function objectsIn(text: string): readonly KubernetesObject[] {
  return parseAllDocuments(text).map((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.join('\n'));
    return document.toJS() as KubernetesObject | null;
  }).filter((object) => object !== null);
}

export const ofKind = (objects: readonly KubernetesObject[], kind: string): readonly KubernetesObject[] => objects.filter((object) => object.kind === kind);

/** The Deployment or StatefulSet. */
export function workload(objects: readonly KubernetesObject[]): Workload {
  const found = [...ofKind(objects, 'Deployment'), ...ofKind(objects, 'StatefulSet')];
  if (found.length !== 1) throw new Error(`${found.length} workloads`);
  return found[0]!.spec as Workload;
}

/** Mistakes that the operator's types see; they have no eye for unknown keys. */
export function operatorMistakes(objects: readonly KubernetesObject[]): readonly string[] {
  const types = { PrometheusRule, ServiceMonitor } as Readonly<Record<string, new (data: never) => { validate(): void }>>;
  return objects.filter(({ apiVersion }) => apiVersion === 'monitoring.coreos.com/v1').flatMap((object) => {
    const Type = types[object.kind];
    if (Type === undefined) return [`${object.kind}: of no known type`];
    try {
      new Type(object as never).validate();
      return [];
    } catch (error) {
      return [`${object.kind} ${object.metadata.name}: ${error instanceof Error ? error.message : String(error)}`];
    }
  });
}

/** What kubernetes-validate says against objects of Kubernetes itself; kinds of the operator it does not know. */
export async function schemaMistakes(text: string): Promise<readonly string[]> {
  const data = await temporaryFolder('nacos-manifests');
  const file = join(data.path, 'manifests.yaml');
  writeFileSync(file, text);
  const { status, output } = runTool('kubernetes-validate', ['--strict', '-k', kubernetesVersion.replace(/\.\d+$/, ''), file]);
  await data.remove();
  const found = output.split('\n').filter((line) => line !== '' && !/^INFO .* passed /.test(line) && !/Couldn't find schema for kind (PrometheusRule|ServiceMonitor) /.test(line));
  return status === 0 || found.length > 0 ? found : [`exit ${String(status)}`];
}
