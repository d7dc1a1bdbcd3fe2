/** What in the chart is a copy of something else: its versions, its rules, its dashboards, the table in its README. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { valuesTable } from './values-table.ts';

export const chartFolder = 'deploy/helm/nacos-exporter';
const dashboardsFolder = `${chartFolder}/files/dashboards`;
const marks = ['<!-- values: made by npm run chart -->\n', '<!-- end of values -->'] as const;

/** Every such file by its name below `root`; undefined for one that is there and should not be. */
export function chartFiles(root: string): ReadonlyMap<string, string | undefined> {
  const read = (name: string): string => readFileSync(join(root, name), 'utf8');
  const { version } = JSON.parse(read('package.json')) as { version: string };
  const dashboards = jsonFiles(join(root, 'dashboards'));
  return new Map<string, string | undefined>([
    [`${chartFolder}/Chart.yaml`, read(`${chartFolder}/Chart.yaml`).replace(/^version: .*$/m, `version: ${version}`).replace(/^appVersion: .*$/m, `appVersion: "${version}"`)],
    [`${chartFolder}/README.md`, withTable(read(`${chartFolder}/README.md`), valuesTable(read(`${chartFolder}/values.yaml`)))],
    [`${chartFolder}/files/nacos.rules.yaml`, read('alerts/nacos.rules.yaml')],
    ...jsonFiles(join(root, dashboardsFolder)).map((name): [string, undefined] => [`${dashboardsFolder}/${name}`, undefined]),
    ...dashboards.map((name): [string, string] => [`${dashboardsFolder}/${name}`, read(`dashboards/${name}`)]),
  ]);
}

function jsonFiles(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /^nacos-.*\.json$/.test(name)).toSorted() : [];
}

function withTable(readme: string, table: string): string {
  const [from, to] = marks.map((mark) => readme.indexOf(mark)) as [number, number];
  if (from < 0 || to < from) throw new Error(`${chartFolder}/README.md: the marks around the table are missing`);
  return readme.slice(0, from) + marks[0] + table + readme.slice(to);
}
