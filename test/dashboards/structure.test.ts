/** What Grafana would take without a word and show wrongly: the grid, ids, links, data sources, units, words. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { gates } from '../../src/monitoring/dashboards/gates.ts';
import { dashboardFiles } from '../../src/monitoring/dashboards/index.ts';
import { defaultValues, readValues, type Values } from '../../src/monitoring/values.ts';
import { readExpression } from '../promql/reader.ts';
import { askingPanels, boardsOf, rateWindow, substituted, type BoardJson, type PanelJson } from './boards.ts';

const boards = boardsOf();
const named = boards.map((board) => [board.uid, board] as const);
const panels = boards.flatMap((board) => askingPanels(board).map((panel) => [`${board.uid}: ${panel.title}`, panel, board] as const));
const unique = (list: readonly unknown[]): boolean => new Set(list).size === list.length;
const ours = { type: 'prometheus', uid: '${datasource}' };

describe('the dashboards', () => {
  it('are the seven, each with an address of its own', () => {
    expect(boards.map(({ uid }) => uid)).toEqual(['nacos-clusters', 'nacos-cluster', 'nacos-divergence', 'nacos-services', 'nacos-beats-and-push', 'nacos-migration', 'nacos-exporter']);
    expect(unique(boards.map(({ title }) => title))).toBe(true);
  });

  it.each(named)('%s is of the schema that the README states', (_, { schemaVersion }) => {
    expect(readFileSync(new URL('../../dashboards/README.md', import.meta.url), 'utf8')).toContain(`schemaVersion ${schemaVersion}`);
  });

  it('are the same each time', () => {
    expect(dashboardFiles(defaultValues)).toEqual(dashboardFiles(defaultValues));
  });

  it.each(named)('%s hides nothing in a menu', (_, board) => {
    expect(JSON.stringify(board)).not.toContain('placement":"in');
  });
});

describe('the grid', () => {
  it.each(named)('%s has no overlap and no overflow', (_, { panels: all }) => {
    const outside = all.filter(({ gridPos: { x, y, w, h } }) => x < 0 || y < 0 || w < 1 || h < 1 || x + w > 24);
    expect(outside.map(({ title }) => title)).toEqual([]);
    const overlapping = all.flatMap((one, i) => all.slice(i + 1).filter((other) => overlap(one, other)).map((other) => `${one.title} and ${other.title}`));
    expect(overlapping).toEqual([]);
  });

  it.each(named)('%s has no hole', (_, { panels: all }) => {
    const cells = all.map(({ gridPos: { w, h } }) => w * h).reduce((sum, area) => sum + area, 0);
    expect(cells).toBe(24 * Math.max(...all.map(({ gridPos: { y, h } }) => y + h)));
  });

  it.each(named)('%s has ids from 1 on', (_, { panels: all }) => {
    expect(all.map(({ id }) => id)).toEqual(all.map((_panel, i) => i + 1));
  });
});

function overlap({ gridPos: a }: PanelJson, { gridPos: b }: PanelJson): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

describe('words', () => {
  it.each(boards.flatMap((board) => board.panels.filter(({ type }) => type !== 'row').map((panel) => [`${board.uid}: ${panel.title}`, panel] as const)))('%s has a title and a description', (_, { title, description }) => {
    expect(title).toMatch(/^[A-Z].{1,60}$/);
    expect(description).toMatch(/^[A-Z"\d].{10,}\.$/s);
  });

  it.each(named)('%s has no title twice in one row', (_, board) => {
    const sections: string[][] = [];
    for (const { type, title } of board.panels) {
      if (type === 'row') sections.push([]);
      else sections.at(-1)!.push(title);
    }
    expect(sections.filter((titles) => !unique(titles))).toEqual([]);
    expect(board.description.length).toBeGreaterThan(30);
  });

  it.each(panels)('%s has a unit', (_, { type, fieldConfig }) => {
    const columns = (fieldConfig?.overrides ?? []).filter(({ properties }) => properties.some(({ id }) => id === 'thresholds'));
    expect(fieldConfig?.defaults.unit).toMatch(/./);
    expect(type === 'table' ? columns.filter(({ properties }) => !properties.some(({ id }) => id === 'unit')) : []).toEqual([]);
  });

  it.each(panels.filter(([, { type }]) => type === 'stat'))('%s reduces to the last value', (_, { options }) => {
    expect(options).toMatchObject({ reduceOptions: { calcs: ['lastNotNull'] } });
  });
});

describe('what an operator sees first', () => {
  it.each(panels.filter(([, { type }]) => type === 'table'))('%s is sorted by columns that it has, as it comes and as it shows, and each title has room', (_, { options, transformations, fieldConfig }) => {
    const shown = ((options?.['sortBy'] ?? []) as readonly { displayName: string; desc: boolean }[]).map(({ displayName, desc }) => ({ field: displayName, desc }));
    const come = (transformations ?? []).filter(({ id }) => id === 'sortBy').map((one) => (one.options['sort'] as readonly object[])[0]);
    expect(come.toReversed()).toEqual(shown);
    const titles = (transformations ?? []).flatMap((one) => (one.id === 'organize' ? Object.values(one.options['renameByName'] as Readonly<Record<string, string>>) : []));
    expect(shown.filter(({ field }) => !titles.includes(field))).toEqual([]);
    const widths = (fieldConfig?.overrides ?? []).flatMap(({ matcher, properties }) => properties.filter(({ id }) => id === 'custom.width').map(({ value }) => [String(matcher.options), Number(value)] as const));
    expect(widths.filter(([title, width]) => width < title.length * 8 + 36)).toEqual([]);
  });

  it.each(panels.filter(([, { transformations }]) => transformations?.some(({ id }) => id === 'groupingToMatrix')))('%s names its rows as people do', (_, { transformations, fieldConfig }) => {
    const { rowField, columnField } = transformations!.find(({ id }) => id === 'groupingToMatrix')!.options;
    const renamed = transformations!.find(({ id }) => id === 'organize')!.options['renameByName'] as Readonly<Record<string, string>>;
    expect(renamed[`${String(rowField)}\\${String(columnField)}`]).toMatch(/^[A-Z]\w+$/);
    expect(JSON.stringify(fieldConfig)).toContain('"-1":{"text":"n/a"');
  });

  it.each(panels.filter(([, { type }]) => type === 'timeseries'))('%s does not draw nothing on an axis up to 100', (_, { fieldConfig }) => {
    const { unit, min, max, custom } = fieldConfig!.defaults;
    const endless = min === 0 && max === undefined && ['short', 'none', 'percentunit'].includes(unit!);
    expect(!endless || (custom as { axisSoftMax?: number }).axisSoftMax! > 0).toBe(true);
  });

  it.each(panels.filter(([, { targets }]) => targets!.some(({ legendFormat }) => legendFormat.startsWith('baseline'))))('%s keeps its baselines out of the legend', (_, { fieldConfig }) => {
    expect(fieldConfig!.overrides.find(({ matcher }) => matcher.options === '/^baseline/')!.properties).toContainEqual({ id: 'custom.hideFrom', value: { viz: false, legend: true, tooltip: false } });
  });
});

describe('what is asked', () => {
  it.each(panels)('%s asks the chosen data source, each question under its own letter', (_, { datasource, targets }) => {
    expect([datasource, ...targets!.map((target) => target.datasource)]).toEqual([datasource, ...targets!].map(() => ours));
    expect(unique(targets!.map(({ refId }) => refId))).toBe(true);
  });

  it.each(named)('%s lets people choose the data source first, and asks it for variables and annotations', (_, { templating, annotations }) => {
    expect(templating.list[0]).toMatchObject({ name: 'datasource', type: 'datasource', query: 'prometheus' });
    const asking = [...templating.list.filter(({ type }) => type === 'query'), ...annotations.list];
    expect(asking.map(({ datasource }) => datasource)).toEqual(asking.map(() => ours));
    expect(annotations.list.map(({ name }) => name)).toEqual(['Leader changes', 'Node restarts', 'Mass deregistration', 'Upgrades']);
  });

  it.each(panels.filter(([, { type }]) => type === 'timeseries' || type === 'state-timeline'))("%s takes Grafana's window for every rate", (_, { targets }) => {
    const rates = targets!.flatMap(({ expr }) => readExpression(substituted(expr)).windows).filter(({ of }) => ['rate', 'increase', 'irate'].includes(of));
    expect(rates.map(({ window }) => window)).toEqual(rates.map(() => rateWindow));
    expect(targets!.filter(({ range }) => range !== true)).toEqual([]);
  });

  it.each(panels.filter(([, { type }]) => type === 'table'))('%s asks of this moment', (_, { targets }) => {
    expect(targets!.filter(({ instant, format }) => instant !== true || format !== 'table')).toEqual([]);
  });

  it.each(named)('%s uses only variables that it has', (_, board) => {
    const known = new Set([...board.templating.list.map(({ name }) => name), '__rate_interval', '__url_time_range', '__field', '__value', '__data']);
    const used = [...JSON.stringify(board).matchAll(/\$(?:\{(\w+)|(\w+))/g)].map((match) => match[1] ?? match[2]!);
    expect([...new Set(used)].filter((name) => !known.has(name) && name !== '__all')).toEqual([]);
  });
});

describe('links', () => {
  // Only with parameters that the page reads.
  const pageOfExporter = /^\$\{exporter\}\/divergence(?:\?cluster=\$\{cluster:percentencode\}(?:&namespace=\$\{__field\.labels\.namespace_id\})?)?$/;
  const uids = new Map(boards.map((board) => [board.uid, new Set(board.templating.list.map(({ name }) => name))]));

  it.each(named)('%s leads to all the others, with variables and time', (uid, { links }) => {
    const inside = links.filter(({ url }) => url.startsWith('/d/'));
    expect(inside.map(({ url }) => url.slice(3)).toSorted()).toEqual([...uids.keys()].filter((other) => other !== uid).toSorted());
    expect(inside.filter(({ includeVars, keepTime }) => includeVars !== true || keepTime !== true)).toEqual([]);
    expect(links.map(({ url }) => url).filter((url) => pageOfExporter.test(url))).toHaveLength(1);
  });

  it.each(panels.filter(([, panel]) => clicks(panel).length > 0))('%s leads to variables that are there', (_, panel) => {
    for (const url of clicks(panel).filter((one) => !pageOfExporter.test(one))) {
      const [, uid, query] = /^\/d\/([\w-]+)\?(.*)$/.exec(url)!;
      expect([...uids.keys()]).toContain(uid);
      expect(query).toMatch(/^\$\{datasource:queryparam\}&\$\{__url_time_range\}/);
      const set = [...query!.matchAll(/var-(\w+)=/g)].map(([, name]) => name!);
      expect(set.filter((name) => !uids.get(uid!)!.has(name))).toEqual([]);
    }
  });

  it('has a chapter for every gate that it names', () => {
    const chapters = readFileSync(new URL('../../docs/gates.md', import.meta.url), 'utf8');
    const linked = [...String(gates().panel.options?.content).matchAll(/docs\/gates\.md#([\w-]+)/g)].map(([, gate]) => gate!);
    expect(linked.filter((gate) => !chapters.includes(`\n### ${gate}\n`))).toEqual([]);
    const all = [...chapters.slice(chapters.indexOf('\n## The gates')).matchAll(/\n### ([\w-]+)\n/g)].map(([, gate]) => gate!);
    expect(linked.toSorted()).toEqual(all.toSorted());
    const here = new Set(boards.find(({ uid }) => uid === 'nacos-migration')!.panels.map(({ title }) => title));
    const places = [...String(gates().panel.options?.content).matchAll(/^\| \[.*\| ([^|]+) \|$/gm)].flatMap(([, where]) => where!.split(', '));
    expect(places.filter((place) => !here.has(place))).toEqual([]);
  });
});

function clicks({ fieldConfig }: PanelJson): readonly string[] {
  const cells = (fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties.filter(({ id }) => id === 'links').flatMap(({ value }) => value as readonly { url: string }[]));
  return [...fieldConfig?.defaults.links ?? [], ...cells].map(({ url }) => url);
}

/** Start of a metric's name to the stages that it comes from: where a version has none of them, its panels say so. */
const sources: Readonly<Record<string, readonly string[]>> = {
  'nacos_actuator_': ['actuator'], 'nacos_beat_': ['beats'], 'nacos_upgrade_': ['upgrade'], 'nacos_push_': ['push', 'actuator'],
  'nacos_connections': ['connections'], 'nacos_client_versions': ['connections'],
  'nacos_node_database_state': ['database'], 'nacos_raft_': ['raft'], 'nacos_switch_enabled': ['switches'],
  'nacos_config_gets': ['actuator'], 'nacos_config_pending': ['actuator'], 'nacos_push_empty': ['actuator'],
};

describe('a version without a source', () => {
  const drawn = panels.filter(([, { type, targets }]) => type !== 'table' && !targets![0]!.expr.includes('"cause"'));
  const concerned = drawn.flatMap(([name, panel]) => {
    const metrics = panel.targets!.flatMap(({ expr }) => readExpression(substituted(expr)).selectors.map(({ metric }) => metric));
    const needed = Object.entries(sources).filter(([start]) => metrics.some((metric) => metric.startsWith(start)));
    return needed.length === 0 ? [] : [[name, panel, [...new Set(needed.flatMap(([, stages]) => stages))]] as const];
  });

  it.each(concerned)('%s says so', (_, { targets, fieldConfig }, stages) => {
    const text = targets!.map(({ expr }) => expr).join('\n');
    const told = /nacos_poll_supported\{(?=[^}]*stage=~?"([\w|]+)")/.exec(text)?.[1]?.split('|') ?? [];
    expect(stages).toEqual(expect.arrayContaining(told));
    expect(told.length).toBeGreaterThan(0);
    const companion = targets!.find(({ refId }) => refId === 'Unsupported');
    expect(companion === undefined ? 'in the value' : companion.legendFormat).toMatch(/in the value|not supported by this version$/);
    expect(JSON.stringify(fieldConfig)).toContain('"-1":{"text":"not supported by this version"');
  });

  it.each(named)('%s names no source that every version has', (uid, board) => {
    const everywhere = /nacos_poll_supported\{[^}]*stage=~?\\?"[^"]*\b(?:metrics|contents|ports|counts|liveness)\b/;
    expect(uid === 'nacos-exporter' ? '' : JSON.stringify(board.panels).match(everywhere)?.[0] ?? '').toBe('');
  });

  it('is thought of on most panels that draw', () => {
    expect(concerned.length).toBeGreaterThan(40);
  });

  it.each(panels.filter(([, { type, targets }]) => type === 'timeseries' && targets!.some(({ refId }) => refId === 'Unsupported')))('%s draws no number for it', (_, { fieldConfig }) => {
    const override = fieldConfig!.overrides.find(({ matcher }) => matcher.id === 'byFrameRefID' && matcher.options === 'Unsupported');
    expect(override?.properties).toContainEqual({ id: 'custom.hideFrom', value: { viz: true, legend: false, tooltip: true } });
  });
});

describe("a user's values", () => {
  const boardsWith = (text: string): readonly BoardJson[] => boardsOf(readValues(text) as Values);
  const panelOf = (all: readonly BoardJson[], uid: string, title: string): PanelJson => all.find((board) => board.uid === uid)!.panels.find((panel) => panel.title === title)!;

  it('move the thresholds that alerts have', () => {
    const changed = boardsWith('thresholds: {NacosMassDeregistration: {warning: 0.15, critical: 0.4}, NacosPushSlow: {seconds: 3}}');
    const steps = (title: string, uid: string): unknown => panelOf(changed, uid, title).fieldConfig!.defaults.thresholds!.steps.map(({ value }) => value);
    expect(steps('Share of instances lost', 'nacos-clusters')).toEqual([null, 0.15, 0.4]);
    expect(steps('Time of a push', 'nacos-beats-and-push')).toEqual([null, 3]);
    expect(panelOf(changed, 'nacos-clusters', 'Verdict').targets![0]!.expr).toMatch(/>= 0\.15[\s\S]*>= 0\.4/);
  });

  it('put matchers on every metric, those of variables and annotations included', () => {
    const changed = boardsWith('selector: {env: prod}\njob: exporters\n');
    const queries = changed.flatMap((board) => [
      ...askingPanels(board).flatMap(({ targets }) => targets!.map(({ expr }) => expr)), ...board.annotations.list.map(({ expr }) => expr),
      ...board.templating.list.flatMap(({ definition }) => (definition === undefined ? [] : [definition.replace(/^label_values\((.*), \w+\)$/, '$1')])),
    ]);
    const selectors = queries.flatMap((expr) => readExpression(substituted(expr)).selectors).filter(({ metric }) => metric !== 'ALERTS');
    expect(selectors.length).toBeGreaterThan(300);
    expect(selectors.filter(({ labels }) => !labels.includes('env'))).toEqual([]);
    expect(queries.join('\n')).toContain('up{job="exporters",env="prod"}');
  });

  it("name the exporter's address", () => {
    const exporter = boardsWith('page_url: https://nacos.example/exporter/\n')[0]!.templating.list.find(({ name }) => name === 'exporter');
    expect(exporter?.query).toBe('https://nacos.example/exporter');
  });

  it('without the alert that always fires do not ask for it', () => {
    expect(JSON.stringify(boardsWith('disabled: [NacosWatchdog]\n'))).not.toContain('NacosWatchdog');
    expect(JSON.stringify(boards)).toContain('NacosWatchdog');
  });
});
