/**
 * Every query of every dashboard on a real Prometheus that holds a run of the demo's scenarios: panels, annotations and
 * variables return data, and each scenario changes what one would look at first.
 */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { missing, prometheusTools, skipWithReason } from '../lab/tools.ts';
import { answer, builtIn, choose } from './answers.ts';
import { mayBeEmpty } from './empty.ts';
import { looks } from './looks.ts';
import { readDashboards, unsupportedValue, type Dashboard, type Panel, type Target } from './panels.ts';
import { startRecorded, type Recorded } from './recorded.ts';
import { stages } from './stages.ts';
import type { Values } from './substitute.ts';

const dashboards = readDashboards();
const clusters = stages.map(({ name }) => name);
/** To the end of the first incident of each, and two minutes more. */
const runSeconds = 420;

let recorded: Recorded;

describe('the dashboards', () => {
  it('are there', () => expect(dashboards.map(({ uid }) => uid)).toEqual(expect.arrayContaining([...new Set(looks.map(({ dashboard }) => dashboard))])));
});

describe.skipIf(skipWithReason('dashboards on a real Prometheus', missing(prometheusTools)))('on a real Prometheus', () => {
  beforeAll(async () => {
    recorded = await startRecorded(runSeconds);
  }, 600_000);
  afterAll(async () => recorded?.stop());

  /** One choice for all clusters at once, or one for each where only one may be chosen. */
  async function choices(dashboard: Dashboard): Promise<readonly Values[]> {
    const cluster = dashboard.variables.find(({ name }) => name === 'cluster');
    const given: readonly Values[] = cluster === undefined || cluster.many ? [{}] : clusters.map((name) => ({ cluster: name }));
    return Promise.all(given.map(async (one) => (await choose(recorded, dashboard, { ...builtIn(recorded), ...one })).values));
  }

  /** What is wrong with a target; undefined where nothing is. */
  async function fault(target: Target, values: readonly Values[]): Promise<string | undefined> {
    const seen = { number: false, unsupported: false };
    for (const one of values) {
      for (const { values: samples } of await answer(recorded, target, one)) {
        for (const [, value] of samples) seen[target.says !== 'value' && value === unsupportedValue ? 'unsupported' : 'number'] = true;
      }
    }
    if (target.says !== 'value' && !seen.unsupported) return 'never says "not supported"';
    if (target.says !== 'companion' && !seen.number) return 'returns nothing';
    return undefined;
  }

  const named = ({ title }: Panel, { refId }: Target): string => `${title} / ${refId}`;

  describe.each(dashboards)('$file', (dashboard) => {
    it('has data for every target of every panel', async () => {
      const values = await choices(dashboard);
      const faults: string[] = [];
      for (const panel of dashboard.panels) {
        for (const target of panel.targets) {
          const name = named(panel, target);
          const wrong = await fault(target, values);
          const excused = mayBeEmpty[dashboard.uid]?.[name] !== undefined;
          if (wrong !== undefined && !excused) faults.push(`${name} ${wrong}: ${target.expr}`);
          if (wrong === undefined && excused) faults.push(`${name} is excused and has data`);
        }
      }
      expect(faults).toEqual([]);
    }, 120_000);

    it('has an answer for every variable and every annotation', async () => {
      const [values] = await choices(dashboard);
      const { empty } = await choose(recorded, dashboard, values!);
      const silent: string[] = [];
      for (const annotation of dashboard.annotations) {
        const all = await Promise.all((await choices(dashboard)).map((one) => answer(recorded, annotation, one)));
        if (all.every((lines) => lines.length === 0)) silent.push(`${annotation.name}: ${annotation.expr}`);
      }
      expect({ empty, silent }).toEqual({ empty: [], silent: [] });
    }, 120_000);
  });

  it('excuses only what is there', () => {
    const all = new Set(dashboards.flatMap(({ uid, panels }) => panels.flatMap((panel) => panel.targets.map((target) => `${uid} ${named(panel, target)}`))));
    expect(Object.entries(mayBeEmpty).flatMap(([uid, names]) => Object.keys(names).map((name) => `${uid} ${name}`)).filter((name) => !all.has(name))).toEqual([]);
  });

  describe('what one looks at first', () => {
    it.each(looks)('$scenario: $panel of $dashboard', async ({ scenario, dashboard: uid, panel: title, ref, where = {}, calm, incident, during, after }) => {
      const dashboard = dashboards.find((one) => one.uid === uid);
      const panel = dashboard?.panels.find((one) => one.title === title);
      const target = panel?.targets.find(({ refId, says }) => (ref === undefined ? says !== 'companion' : refId === ref));
      expect(target).toBeDefined();
      const { values } = await choose(recorded, dashboard!, { ...builtIn(recorded), cluster: scenario });
      const lines = (await answer(recorded, target!, values)).filter(({ labels }) => Object.entries(where).every(([label, value]) => labels[label] === value));
      const between = ([from, to]: readonly [number, number]): readonly number[] => lines.flatMap(({ values: samples }) =>
        samples.filter(([at]) => at - recorded.from >= from && at - recorded.from <= to).map(([, value]) => Number(value)));
      const [before, then, later] = [between([0, 20]), between(during), between(after ?? [0, 0])];
      expect(before.length).toBeGreaterThan(0);
      expect(before.filter((value) => !calm(value))).toEqual([]);
      // Of one line at least, at one moment at least.
      expect(then.filter(incident)).not.toEqual([]);
      expect(after === undefined || later.length > 0).toBe(true);
      expect(after === undefined ? [] : later.filter((value) => !calm(value))).toEqual([]);
    });
  });
});
