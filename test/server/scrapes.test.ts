import { gunzipSync, inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';

import type { ClusterText } from '../../src/metrics/cluster-text.ts';
import { textFormats } from '../../src/metrics/text.ts';
import { parseExposition } from '../metrics/parse-exposition.ts';
import { promtoolFindings } from '../metrics/promtool.ts';
import { bytesOf, renderAll, scrapesOf, textOf } from './fixture.ts';

const small = { services: 3, value: 1 };
/** Enough for families that are chunks of their own. */
const large = { services: 5000, value: 1 };

describe('a body', () => {
  it('holds the families of all clusters in catalogue order, each under one header', async () => {
    const scrapes = scrapesOf({ clusters: () => [textOf({ cluster: 'a', ...small }), textOf({ cluster: 'b', ...small })] });
    const text = bytesOf(await scrapes.scrape('text', false)).toString();
    expect(text).toMatchInlineSnapshot(`
      "# HELP nacos_up Whether "any" node answered \\\\ the last poll.
      # TYPE nacos_up gauge
      nacos_up{nacos_cluster="a"} 1
      nacos_up{nacos_cluster="b"} 1
      # HELP nacos_service_instances Instances.
      # TYPE nacos_service_instances gauge
      nacos_service_instances{nacos_cluster="a",service_name="com.example.订单.Service0"} 1
      nacos_service_instances{nacos_cluster="a",service_name="com.example.订单.Service1"} 1
      nacos_service_instances{nacos_cluster="a",service_name="com.example.订单.Service2"} 1
      nacos_service_instances{nacos_cluster="b",service_name="com.example.订单.Service0"} 1
      nacos_service_instances{nacos_cluster="b",service_name="com.example.订单.Service1"} 1
      nacos_service_instances{nacos_cluster="b",service_name="com.example.订单.Service2"} 1
      # HELP nacos_push_total Pushes.
      # TYPE nacos_push_total counter
      nacos_push_total{nacos_cluster="a"} 1
      nacos_push_total{nacos_cluster="b"} 1
      # HELP nacos_exporter_series Series that /metrics serves of a cluster, by family.
      # TYPE nacos_exporter_series gauge
      nacos_exporter_series{nacos_cluster="a",family="nacos_push_total"} 1
      nacos_exporter_series{nacos_cluster="a",family="nacos_service_instances"} 3
      nacos_exporter_series{nacos_cluster="a",family="nacos_up"} 1
      nacos_exporter_series{nacos_cluster="b",family="nacos_push_total"} 1
      nacos_exporter_series{nacos_cluster="b",family="nacos_service_instances"} 3
      nacos_exporter_series{nacos_cluster="b",family="nacos_up"} 1
      # HELP nacos_self Self.
      # TYPE nacos_self gauge
      nacos_self 1
      "
    `);
    expect(promtoolFindings(text)).toBe('');
  });

  it('says the same in both formats', async () => {
    const scrapes = scrapesOf({ clusters: () => [textOf({ cluster: 'a', ...large })] });
    const [text, openMetrics] = await Promise.all(textFormats.map(async (format) => parseExposition(bytesOf(await scrapes.scrape(format, false)).toString(), format)));
    const named = [...text!].map(([name, family]) => [family.type === 'counter' ? name.replace(/_total$/, '') : name, family.samples]);
    expect([...openMetrics!].map(([name, { samples }]) => [name, samples])).toEqual(named);
    expect(openMetrics!.get('nacos_push')!.type).toBe('counter');
    expect(openMetrics!.get('nacos_up')!.help).toBe(text!.get('nacos_up')!.help);
  });

  it.each(textFormats)('is gzipped as one member: %s', async (format) => {
    const scrapes = scrapesOf({ clusters: () => [textOf({ cluster: 'a', ...large }), textOf({ cluster: 'b', ...small })] });
    const plain = bytesOf(await scrapes.scrape(format, false));
    const member = bytesOf(await scrapes.scrape(format, true));
    expect(gunzipSync(member).equals(plain)).toBe(true);
    // All of it is one deflate stream between a header of 10 bytes and a trailer of 8.
    const { buffer, engine } = inflateRawSync(member.subarray(10), { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    expect(buffer.equals(plain)).toBe(true);
    expect(engine.bytesWritten).toBe(member.length - 18);
    // Bytes that carry on after the trailer would be another member, which curl and browsers drop.
    expect(member.readUInt32LE(member.length - 4)).toBe(plain.length);
  });

  it('is valid without any cluster', async () => {
    const scrapes = scrapesOf({ clusters: () => [] });
    for (const format of textFormats) {
      // oxlint-disable-next-line no-await-in-loop
      const [plain, packed] = [bytesOf(await scrapes.scrape(format, false)), bytesOf(await scrapes.scrape(format, true))];
      expect([...parseExposition(plain.toString(), format).keys()]).toEqual(['nacos_self']);
      expect(gunzipSync(packed).equals(plain)).toBe(true);
    }
  });
});

describe('scrapes', () => {
  it('are served from one body until a text is published', async () => {
    let texts = [textOf({ cluster: 'a', ...large })];
    const scrapes = scrapesOf({ clusters: () => texts });
    const [first, second] = [await scrapes.scrape('text', true), await scrapes.scrape('text', true)];
    expect(first.chunks.slice(0, -1).every((chunk, at) => chunk === second.chunks[at])).toBe(true);

    texts = [textOf({ cluster: 'a', ...large, value: 2 })];
    expect(gunzipSync(bytesOf(await scrapes.scrape('text', true))).toString()).toContain('nacos_up{nacos_cluster="a"} 2');
  });

  it('notice a new poller that counts its versions from the start', async () => {
    let texts = [textOf({ cluster: 'a', ...small })];
    const scrapes = scrapesOf({ clusters: () => texts });
    await scrapes.scrape('text', false);
    texts = [{ ...textOf({ cluster: 'a', ...small, value: 7 }), version: texts[0]!.version }];
    expect(bytesOf(await scrapes.scrape('text', false)).toString()).toContain('nacos_up{nacos_cluster="a"} 7');
  });

  it('find their body ready after a publication if the format was asked for lately', async () => {
    let now = 0;
    const asked: string[] = [];
    const scrapes = scrapesOf({
      now: () => now,
      clusters() {
        asked.push('assembled');
        return [];
      },
    });
    scrapes.published();
    expect(asked).toEqual([]);
    await scrapes.scrape('text', true);
    asked.length = 0;
    now = 299_999;
    scrapes.published();
    expect(asked).toEqual(['assembled']);
    await new Promise((resolve) => setTimeout(resolve, 50));
    now = 300_001;
    scrapes.published();
    expect(asked).toEqual(['assembled']);
  });

  it('compress a large family once for as long as it stays the same', async () => {
    const families = renderAll({ cluster: 'a', ...large });
    let version = 0;
    const scrapes = scrapesOf({ clusters: () => [textOf({ cluster: 'a', ...large }, { families, version })] });
    const first = await scrapes.scrape('text', true);
    version++;
    const second = await scrapes.scrape('text', true);
    const longest = (chunks: readonly Uint8Array[]): Uint8Array => chunks.toSorted((one, other) => other.length - one.length)[0]!;
    expect(longest(second.chunks)).toBe(longest(first.chunks));
  });

  it('of the same moment share the own metrics, later ones do not', async () => {
    let asked = 0;
    const scrapes = scrapesOf({ clusters: () => [], selfText: async () => `# HELP nacos_self Self.\n# TYPE nacos_self gauge\nnacos_self ${++asked}\n` });
    const bodies = await Promise.all(Array.from({ length: 10 }, async () => bytesOf(await scrapes.scrape('text', false))));
    expect(new Set(bodies.map(String)).size).toBe(1);
    expect(bytesOf(await scrapes.scrape('text', false)).toString()).toContain('nacos_self 2');
  });

  it('lack the own metrics rather than fail with them', async () => {
    const errors: string[] = [];
    const scrapes = scrapesOf({
      clusters: () => [textOf({ cluster: 'a', ...small })], selfText: async () => Promise.reject(new Error('broken')), onError: (error) => void errors.push(error.message),
    });
    expect([...parseExposition(bytesOf(await scrapes.scrape('openmetrics', false)).toString(), 'openmetrics').keys()]).toContain('nacos_up');
    expect(errors).toEqual(['broken']);
  });

  it('serve what is still true once a text is stale', async () => {
    let now = 1000;
    const stale = new Map([...renderAll({ cluster: 'a', ...small, value: 0 })].filter(([name]) => name === 'nacos_up'));
    const texts: ClusterText[] = [
      textOf({ cluster: 'a', ...small }, { staleAt: 2000, stale: () => stale, dropped: new Map([['nacos_service_instances', 5]]) }),
      textOf({ cluster: 'b', ...small }, { staleAt: 2000 }), textOf({ cluster: 'c', ...small }),
    ];
    const scrapes = scrapesOf({ now: () => now, clusters: () => texts });
    const read = async (): Promise<string> => bytesOf(await scrapes.scrape('text', false)).toString();
    now = 1999;
    expect(await read()).toContain('nacos_up{nacos_cluster="a"} 1\nnacos_up{nacos_cluster="b"} 1\nnacos_up{nacos_cluster="c"} 1\n');
    expect(await read()).toContain('nacos_exporter_series_dropped{nacos_cluster="a",family="nacos_service_instances"} 5\n');
    now = 2000;
    const late = await read();
    expect(late).toContain('nacos_up{nacos_cluster="a"} 0\nnacos_up{nacos_cluster="c"} 1\n');
    expect(late).toContain('nacos_exporter_series{nacos_cluster="a",family="nacos_up"} 1\n');
    expect(late).not.toMatch(/nacos_service_instances\{nacos_cluster="[ab]"|nacos_cluster="b"|dropped/);
  });

  it('are never torn, whatever is published meanwhile', async () => {
    let value = 1;
    let texts = [textOf({ cluster: 'a', ...large }), textOf({ cluster: 'b', ...large })];
    const scrapes = scrapesOf({ clusters: () => texts });
    const publish = (): void => {
      value++;
      texts = [textOf({ cluster: 'a', ...large, value }), textOf({ cluster: 'b', ...large, value })];
      scrapes.published();
    };
    const one = async (at: number): Promise<void> => {
      const format = textFormats[at % 2]!;
      const gzip = at % 4 < 2;
      const bytes = bytesOf(await scrapes.scrape(format, gzip));
      const families = parseExposition((gzip ? gunzipSync(bytes) : bytes).toString(), format);
      const values = [...families.values()].filter(({ name }) => !/exporter|self/.test(name)).flatMap(({ samples }) => samples.map((sample) => sample.value));
      expect(values).toHaveLength(2 * 5002);
      expect(new Set(values).size).toBe(1);
    };
    for (let round = 0; round < 3; round++) {
      const running = Array.from({ length: 5 }, (_, at) => one(at + round));
      publish();
      running.push(...Array.from({ length: 5 }, (_, at) => one(at + round)));
      setImmediate(publish);
      // oxlint-disable-next-line no-await-in-loop
      await Promise.all(running);
    }
  });
});
