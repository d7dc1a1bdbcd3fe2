/** `nacos-exporter generate`: writes what is made from declarations, with a user's values, or with --check says what is out of date. */

import { parseCommandLine } from '../config/flags.ts';
import { formatIssue } from '../config/issues.ts';
import { configurationReference } from '../config/reference.ts';
import { sections } from '../metrics/catalogue.ts';
import { selfFamilies } from '../metrics/self/families.ts';
import { alertsReference } from '../monitoring/alerts-reference.ts';
import { configMaps } from '../monitoring/dashboards/configmaps.ts';
import { dashboardFiles } from '../monitoring/dashboards/index.ts';
import { metricsReference } from '../monitoring/metrics-reference.ts';
import { actuatorPack, pack, prometheusRule, ruleFile } from '../monitoring/pack.ts';
import { defaultValues, readValues, type Values, type ValuesMistake } from '../monitoring/values.ts';
import { generateSyntax } from './generate-syntax.ts';
import type { Machine } from './machine.ts';

export async function generate(argv: readonly string[], machine: Machine): Promise<number> {
  const line = parseCommandLine(argv, generateSyntax);
  if (line.issues.length > 0) {
    for (const issue of line.issues) machine.printError(formatIssue(issue));
    return 2;
  }
  const values = valuesFrom(line.values.get('values')?.[0], machine);
  if ('mistakes' in values) {
    for (const { path, message } of values.mistakes) machine.printError(`${line.values.get('values')?.[0]}: ${path}: ${message}`);
    return 2;
  }
  const folder = line.values.get('out')?.[0] ?? '.';
  const check = line.values.has('check');
  let different = 0;
  for (const [name, text] of artefacts(values)) {
    const path = `${folder}/${name}`;
    if (!check) {
      machine.writeFile(path, text);
      machine.print(`wrote ${path}`);
    } else if (readOrEmpty(machine, path) !== text) {
      different++;
      machine.printError(`${path} is out of date: run nacos-exporter generate`);
    }
  }
  return different === 0 ? 0 : 1;
}

/** Every generated file by its name below the repository. */
export function artefacts(values: Values = defaultValues): ReadonlyMap<string, string> {
  const groups = pack(values);
  const dashboards = dashboardFiles(values);
  return new Map([
    ['docs/metrics.md', metricsReference([
      ...sections,
      { title: 'Exporter', families: selfFamilies, note: "Besides these, prom-client's metrics of the process and of Node.js." },
    ])],
    ['docs/configuration.md', configurationReference()],
    ['docs/alerts.md', alertsReference(values)],
    ['alerts/nacos.rules.yaml', ruleFile(groups, values)],
    ['alerts/nacos-actuator.rules.yaml', ruleFile(actuatorPack(values), values)],
    ['deploy/kubernetes/prometheusrule.yaml', prometheusRule(groups, values)],
    ...[...dashboards].map(([name, text]) => [`dashboards/${name}`, text] as const),
    ['deploy/kubernetes/dashboards-configmap.yaml', configMaps(dashboards, values)],
  ]);
}

function valuesFrom(path: string | undefined, machine: Machine): Values | { readonly mistakes: readonly ValuesMistake[] } {
  if (path === undefined) return defaultValues;
  let text: string;
  try {
    text = machine.readFile(path);
  } catch (error) {
    return { mistakes: [{ path: 'the file', message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` }] };
  }
  return readValues(text);
}

function readOrEmpty(machine: Machine, path: string): string {
  try {
    return machine.readFile(path);
  } catch {
    return '';
  }
}
