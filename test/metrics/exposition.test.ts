import { Counter, Gauge, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';

import { duplicateRows, renderFamilies, renderFamily, renderInSteps, type RenderedFamily } from '../../src/metrics/exposition.ts';
import { defineFor } from '../../src/metrics/family.ts';
import { headerText } from '../../src/metrics/text.ts';
import { parseExposition } from './parse-exposition.ts';

type Row = readonly [value: number, cluster: string, service: string];

const define = defineFor<readonly Row[]>();
const gauge = define({
  name: 'nacos_service_instances', help: 'Instances.', type: 'gauge', labels: ['nacos_cluster', 'service_name'],
  rows(view, emit) {
    for (const [value, cluster, service] of view) emit(value, cluster, service);
  },
});
const counter = define({ ...gauge, name: 'nacos_push_total', type: 'counter' });
const bare = define({
  name: 'nacos_bare', help: 'No labels.', type: 'gauge', labels: [],
  rows(view, emit) {
    for (const [value] of view) emit(value);
  },
});

const hostile = [
  '', ' ', 'plain', 'quo"te', 'back\\slash', 'trailing\\', 'new\nline', '\\n', '"', '\r', '\t', '\u0000', '\u007f', '中文服务', 'DEFAULT_GROUP@@订单',
  '😀 emoji', 'é', 'lone \ud800 high', 'lone \udc00 low', '\ud83d', '{a="b"} 1', '# HELP x', 'x'.repeat(500), '"\\\n'.repeat(170), '中'.repeat(500),
];

function text(family: RenderedFamily): string {
  return Buffer.from(family.bytes).toString('utf8');
}

describe('renderFamily', () => {
  it('writes what prom-client writes, for a gauge and a counter', async () => {
    const rows: Row[] = hostile.map((service, at) => [at * 1.5, at % 2 === 0 ? 'prod' : '测试', service]);
    const registry = new Registry();
    const peerGauge = new Gauge({ ...gauge, labelNames: gauge.labels, registers: [registry] });
    const peerCounter = new Counter({ ...counter, labelNames: counter.labels, registers: [registry] });
    for (const [value, nacos_cluster, service_name] of rows) {
      peerGauge.set({ nacos_cluster, service_name }, value);
      peerCounter.inc({ nacos_cluster, service_name }, value);
    }

    const ours = [gauge, counter].map((family) => headerText(family, 'text') + text(renderFamily(undefined, family, rows))).join('');
    // A string holds lone surrogates, bytes do not.
    const theirs = Buffer.from(await registry.metrics()).toString('utf8').replaceAll('\n\n', '\n');

    expect(parseExposition(ours, 'text')).toEqual(parseExposition(theirs, 'text'));
  });

  it.each(hostile)('keeps label value %j', (service) => {
    const line = text(renderFamily(undefined, gauge, [[1, 'c', service]]));
    const [sample] = parseExposition(headerText(gauge, 'text') + line, 'text').get(gauge.name)!.samples;
    expect(line.split('\n')).toHaveLength(2);
    expect(sample!.labels.get('service_name')).toBe(Buffer.from(service).toString('utf8'));
  });

  it.each([
    [0, '0'], [-0, '0'], [7, '7'], [10, '10'], [99, '99'], [12_345, '12345'], [1_000_000_000, '1000000000'], [1_073_741_823, '1073741823'],
    [1_073_741_824, '1073741824'], [2 ** 53, '9007199254740992'], [-1, '-1'], [0.1, '0.1'], [1e21, '1e+21'], [5e-324, '5e-324'],
    [1_700_000_000.123, '1700000000.123'], [NaN, 'NaN'], [Infinity, '+Inf'], [-Infinity, '-Inf'],
  ])('spells %d as %s', (value, spelling) => {
    expect(text(renderFamily(undefined, bare, [[value, '', '']]))).toBe(`nacos_bare ${spelling}\n`);
  });

  it('returns the previous rendering where nothing changed', () => {
    const first = renderFamily(undefined, gauge, [[1, 'c', 'a'], [2, 'c', 'b']]);
    expect(renderFamily(first, gauge, [[1, 'c', 'a'], [2, 'c', 'b']])).toBe(first);
    expect(renderFamily(first, gauge, [[1, 'c', 'a'], [3, 'c', 'b']])).not.toBe(first);
  });

  it('does not change the previous rendering', () => {
    const first = renderFamily(undefined, gauge, [[1, 'c', 'a'], [2, 'c', 'b']]);
    const before = text(first);
    renderFamily(first, gauge, [[5, 'c', 'a'], [60, 'c', 'b'], [7, 'd', 'e']]);
    expect(text(first)).toBe(before);
  });

  it('renders nothing for no rows, before and after there were some', () => {
    const empty = renderFamily(undefined, gauge, []);
    const some = renderFamily(empty, gauge, [[1, 'c', 'a']]);
    const gone = renderFamily(some, gauge, []);
    expect([empty, gone].map(({ samples, bytes }) => [samples, bytes.length])).toEqual([[0, 0], [0, 0]]);
    expect(text(some)).toBe('nacos_service_instances{nacos_cluster="c",service_name="a"} 1\n');
  });

  it('says so when a family emits too few labels', () => {
    const broken = { ...gauge, rows: (_view: unknown, emit: (...args: unknown[]) => void) => emit(1, 'c') };
    expect(() => renderFamily(undefined, broken as typeof gauge, [])).toThrow('nacos_service_instances: a row has too few label values');
  });

  it('finds rows that were emitted twice', () => {
    expect(duplicateRows(renderFamily(undefined, gauge, [[1, 'c', 'a'], [1, 'c', 'b'], [2, 'c', 'a']]))).toEqual(['["c","a"]']);
    expect(duplicateRows(renderFamily(undefined, gauge, [[1, 'c', 'a'], [1, 'c', 'b']]))).toEqual([]);
  });

  it('never differs from a first rendering, whatever came and went in between', () => {
    const random = seeded(42);
    let rows: Row[] = Array.from({ length: 600 }, (_, at) => [at, 'c', `service-${at}`]);
    let rendered: RenderedFamily | undefined;
    for (let poll = 0; poll < 150; poll++) {
      rows = churn(rows, random, poll);
      rendered = renderFamily(rendered, gauge, rows);
      const fresh = renderFamily(undefined, gauge, rows);
      expect(text(rendered)).toBe(text(fresh));
      expect(rendered.layout).toEqual(fresh.layout);
    }
  });
});

describe('renderFamilies', () => {
  it('gives the same in steps, and pauses between them', async () => {
    const rows: Row[] = Array.from({ length: 1000 }, (_, at) => [at, 'c', `s${at}`]);
    let pauses = 0;
    const pause = async (): Promise<void> => void pauses++;
    const rendered = await renderFamilies(undefined, [gauge, counter, bare], rows, pause, 300);
    const first = rendered.families;
    expect(pauses).toBeGreaterThanOrEqual(10);
    expect([...first.keys()]).toEqual([gauge.name, counter.name, bare.name]);
    for (const family of [gauge, counter, bare]) expect(first.get(family.name)).toEqual(renderFamily(undefined, family, rows));

    pauses = 0;
    expect(await renderInSteps(undefined, gauge, rows, pause, 100)).toEqual(first.get(gauge.name));
    expect(pauses).toBe(10);

    const again = await renderFamilies(rendered, [gauge, counter, bare], rows, pause);
    expect([...again.families.values()].every((family) => family === first.get(family.name))).toBe(true);
  });

  it('does not ask a family for rows that says they are the same', async () => {
    const other: Row[] = [[2, 'c', 'b']];
    const same = { ...gauge, same: (before: readonly Row[], now: readonly Row[]) => before === now };
    const first = await renderFamilies<readonly Row[]>(undefined, [same], [[1, 'c', 'a']], async () => undefined);
    const rows = (): never => { throw new Error('asked'); };
    const kept = await renderFamilies<readonly Row[]>(first, [{ ...same, rows }], first.view, async () => undefined);
    expect(kept.families.get(gauge.name)).toBe(first.families.get(gauge.name));
    const moved = await renderFamilies<readonly Row[]>(first, [same], other, async () => undefined);
    expect(text(moved.families.get(gauge.name)!)).toBe(text(renderFamily(undefined, gauge, other)));
  });
});

/** Some values change, some rows go, some come, now and then everything moves. */
function churn(rows: readonly Row[], random: () => number, poll: number): Row[] {
  if (poll % 37 === 36) return rows.toReversed();
  if (poll % 11 === 10) return rows.slice(Math.floor(random() * 100));
  const next: Row[] = [];
  for (const [value, cluster, service] of rows) {
    const dice = random();
    if (dice < 0.01) continue;
    if (dice < 0.02) next.push([1, cluster, `${service}-${poll}"\n中`]);
    if (dice < 0.5) next.push([value, cluster, service]);
    else if (dice < 0.52) next.push([NaN, cluster, service]);
    else if (dice < 0.55) next.push([value / 3, cluster, service]);
    else next.push([Math.floor(random() * 10 ** Math.floor(random() * 6)), cluster, service]);
  }
  return next;
}

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
