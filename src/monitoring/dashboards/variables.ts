/** The variables at the top of a dashboard, and the matchers that they make. */

import { DatasourceVariableBuilder, QueryVariableBuilder, TextBoxVariableBuilder, VariableHide, VariableRefresh, VariableSort, type VariableModel } from '@grafana/grafana-foundation-sdk/dashboard';
import { matchersOf, declaredLabels } from '../pack.ts';
import { queriesOf, type MetricName, type Scope, type Selector } from '../promql.ts';
import type { Values } from '../values.ts';
import { dataSource } from './panels.ts';

/** Variable to the label it is a value of. */
export const labelOf = { cluster: 'nacos_cluster', node: 'nacos_node', namespace: 'namespace_id', group: 'group_name', service: 'service_name' } as const;
export type VariableName = keyof typeof labelOf;

export interface VariableSpec {
  readonly name: VariableName;
  /** One value, and not several or all: where several would make no sense side by side. */
  readonly single?: true;
}

/** Matchers that the variables make; a single value is matched as it stands, several are a regular expression that Grafana escapes. */
export function scopeOf(specs: readonly VariableSpec[]): Scope {
  return Object.fromEntries(specs.map(({ name, single }) => [labelOf[name], single ? `$${name}` : { like: `$${name}` }]));
}

const titles: Readonly<Record<VariableName, string>> = { cluster: 'Cluster', node: 'Node', namespace: 'Namespace', group: 'Group', service: 'Service' };

export function variablesOf(specs: readonly VariableSpec[], values: Values, showExporter: boolean): VariableModel[] {
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus').build(),
    ...specs.map((spec, i) => queried(spec, specs.slice(0, i), values)),
    new TextBoxVariableBuilder('exporter').label('Exporter').description('Address of the exporter as your browser reaches it.')
      .defaultValue(values.pageUrl).hide(showExporter ? VariableHide.DontHide : VariableHide.HideVariable)
      .current({ text: values.pageUrl, value: values.pageUrl }).build(),
  ];
}

/** Each variable offers what the ones before it leave. */
function queried({ name, single }: VariableSpec, before: readonly VariableSpec[], values: Values): VariableModel {
  const q = queriesOf({ matchers: matchersOf(values), job: values.job, scope: scopeOf(before) }, (metric: MetricName) => declaredLabels.get(metric) ?? []);
  const queries: { readonly [V in VariableName]: string } = {
    cluster: labelValues(q.metric('nacos_up'), 'nacos_cluster'),
    node: labelValues(q.metric('nacos_node_up'), 'nacos_node'),
    namespace: labelValues(q.metric('nacos_agreement_nodes'), 'namespace_id'),
    group: labelValues(q.metric('nacos_service_instances'), 'group_name'),
    service: labelValues(q.metric('nacos_service_instances'), 'service_name'),
  };
  const query = queries[name];
  const builder = new QueryVariableBuilder(name).label(titles[name]).datasource(dataSource)
    .query({ qryType: 1, query, refId: 'PrometheusVariableQueryEditor-VariableQuery' }).definition(query)
    .refresh(VariableRefresh.OnTimeRangeChanged);
  // eslint-disable-next-line unicorn/no-array-sort -- the builder's, which sets an option
  builder.sort(VariableSort.NaturalAsc);
  return single ? builder.build() : builder.multi(true).includeAll(true).allValue('.+').current({ selected: true, text: ['All'], value: ['$__all'] }).build();
}

function labelValues<L extends string>(of: Selector<L>, label: NoInfer<L>): string {
  return `label_values(${of.text}, ${label})`;
}
