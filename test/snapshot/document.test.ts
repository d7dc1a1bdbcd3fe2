import { describe, expect, it } from 'vitest';

import type { SnapshotDocument } from '../../src/snapshot/document.ts';
import { SnapshotError, parseSnapshot } from '../../src/snapshot/parse.ts';
import { documentLines, serviceLine } from '../../src/snapshot/write.ts';

const document: SnapshotDocument = {
  format: 'nacos-exporter/snapshot/1',
  takenAt: '2026-11-21T12:00:00.000Z',
  exporter: '1.2.3',
  clusters: [
    {
      name: 'east',
      nodes: [
        {
          node: '10.0.0.1:8848', configured: true, up: true, version: '2.0.4', api: 'v2.0', mode: 'cluster',
          members: [{ address: '10.0.0.1:8848', state: 'up', version: '2.0.4' }, { address: '10.0.0.2:8848', state: 'down' }],
          stages: { liveness: { status: 'ok' }, readiness: { status: 'skipped' }, metrics: { status: 'failed', reason: 'status', httpStatus: 500, detail: 'operator_metrics: HTTP 500' } },
          namespaces: [
            { id: 'dev', outcome: { status: 'failed', reason: 'torn', detail: 'contents of dev: page 2 repeats G@@a' } },
            { id: 'none', name: 'none', readAt: '2026-11-21T12:00:01.000Z', outcome: { status: 'ok' }, services: [] },
            {
              id: 'public', name: '公共', readAt: '2026-11-21T12:00:01.000Z', outcome: { status: 'ok' },
              services: [
                {
                  group: 'DEFAULT_GROUP', name: 'orders', protectThreshold: 0.5, metadata: { owner: 'a "team"' }, counted: 3,
                  instances: [
                    { cluster: 'DEFAULT', ip: '10.1.0.1', port: 80, healthy: false, enabled: false, weight: 0.5, metadata: { '10': 'x', '9': 'y', 'preserved.heart.beat.timeout': '5000' } },
                    { cluster: 'DEFAULT', ip: '10.1.0.1', port: 80, ephemeral: true, healthy: true, enabled: true, weight: 1, metadata: {} },
                  ],
                },
                { group: 'ORDER_GROUP', name: 'empty', instances: [] },
              ],
            },
          ],
        },
        { node: '10.0.0.2:8848', configured: false, up: false, stages: { liveness: { status: 'failed', reason: 'connect', detail: 'server_state: ECONNREFUSED' } }, namespaces: [] },
      ],
    },
    { name: 'west', nodes: [] },
  ],
  missing: ['east: 10.0.0.2:8848: not read', 'east: 10.0.0.1:8848: contents of dev'],
};

const written = (one: SnapshotDocument): string => [...documentLines(one)].join('\n');

describe('a snapshot', () => {
  it('comes back as it was written', () => {
    expect(parseSnapshot(written(document))).toEqual(document);
    expect(written(parseSnapshot(written(document)))).toBe(written(document));
    const bare = { ...document, clusters: [], missing: [] };
    expect(parseSnapshot(written(bare))).toEqual(bare);
  });

  it('reads the same whatever the order it was put together in', () => {
    const [east, west] = document.clusters;
    const shuffled: SnapshotDocument = {
      ...document,
      clusters: [west!, {
        ...east!,
        nodes: east!.nodes.map((node) => ({
          ...node,
          namespaces: node.namespaces.map((namespace) => (namespace.services === undefined ? namespace : {
            ...namespace,
            services: namespace.services.map((service) => ({
              ...service,
              instances: service.instances.map((one) => ({ ...one, metadata: Object.fromEntries(Object.entries(one.metadata).toReversed()) })).toReversed(),
            })).toReversed(),
          })).toReversed(),
        })).toReversed(),
      }],
    };
    expect(written(shuffled)).toBe(written(document));
  });

  it('puts each service on a line of its own, with keys and instances in a fixed order', () => {
    const lines = written(document).split('\n').filter((line) => line.startsWith('{"group"'));
    expect(lines).toEqual([
      '{"group":"DEFAULT_GROUP","name":"orders","protectThreshold":0.5,"metadata":{"owner":"a \\"team\\""},"counted":3,"instances":['
      + '{"cluster":"DEFAULT","ip":"10.1.0.1","port":80,"healthy":false,"enabled":false,"weight":0.5,"metadata":{"10":"x","9":"y","preserved.heart.beat.timeout":"5000"}},'
      + '{"cluster":"DEFAULT","ip":"10.1.0.1","port":80,"ephemeral":true,"healthy":true,"enabled":true,"weight":1,"metadata":{}}]},',
      '{"group":"ORDER_GROUP","name":"empty","instances":[]}',
    ]);
  });

  it('orders instances by cluster, address, port and kind', () => {
    const at = (cluster: string, ip: string, port: number, ephemeral: boolean) => ({ cluster, ip, port, ephemeral, healthy: true, enabled: true, weight: 1, metadata: {} });
    const line = serviceLine({
      group: 'G', name: 's', instances: [at('b', '10.0.0.1', 1, true), at('a', '10.0.0.2', 1, true), at('a', '10.0.0.1', 9, true), at('a', '10.0.0.1', 10, true), at('a', '10.0.0.1', 10, false)],
    });
    expect((JSON.parse(line) as { instances: { cluster: string; ip: string; port: number; ephemeral: boolean }[] }).instances.map(({ cluster, ip, port, ephemeral }) => [cluster, ip, port, ephemeral])).toEqual([
      ['a', '10.0.0.1', 9, true], ['a', '10.0.0.1', 10, false], ['a', '10.0.0.1', 10, true], ['a', '10.0.0.2', 1, true], ['b', '10.0.0.1', 1, true],
    ]);
  });
});

describe('what is no snapshot', () => {
  function refusal(text: string): SnapshotError {
    try {
      parseSnapshot(text);
    } catch (error) {
      if (error instanceof SnapshotError) return error;
      throw error;
    }
    throw new Error('accepted');
  }

  it.each([
    ['', 'not_json', 'not a snapshot: empty'],
    [written(document).slice(0, -40), 'not_json', 'not a snapshot: no JSON, or cut off'],
    ['[]', 'wrong_format', 'not a snapshot that this version reads: format is missing, expected "nacos-exporter/snapshot/1"'],
    ['{"format":"nacos-exporter/snapshot/2"}', 'wrong_format', 'not a snapshot that this version reads: format is "nacos-exporter/snapshot/2", expected "nacos-exporter/snapshot/1"'],
  ])('%j', (text, code, message) => {
    expect(refusal(text)).toMatchObject({ code, message });
  });

  it.each([
    ['"takenAt":"2026-11-21T12:00:00.000Z"', '"takenAt":"soon"', 'takenAt is "soon", expected a time such as 2026-01-31T12:00:00.000Z'],
    ['"name":"west"', '"name":""', 'clusters[1].name is "", expected a text'],
    ['"configured":false', '"configured":0', 'clusters[0].nodes[1].configured is 0, expected true or false'],
    ['"api":"v2.0"', '"api":"v9"', 'clusters[0].nodes[0].api is "v9", expected one of v1, v2.0, v2.2, v3, v3-open, r-nacos'],
    ['"state":"down"', '"state":"gone"', 'clusters[0].nodes[0].members[1].state is "gone", expected one of starting, up, suspicious, down, isolation'],
    ['"status":"skipped"', '"status":"odd"', 'clusters[0].nodes[0].stages.readiness.status is "odd", expected one of ok, failed, unsupported, skipped'],
    ['"reason":"torn"', '"reason":"mood"', 'clusters[0].nodes[0].namespaces[0].outcome.reason is "mood", expected one of'],
    ['"outcome":{"status":"ok"},"services":[]', '"outcome":{"status":"ok"},"services":{}', 'clusters[0].nodes[0].namespaces[1].services is an object, expected a list'],
    ['"port":80,"ephemeral"', '"port":80000,"ephemeral"', 'clusters[0].nodes[0].namespaces[2].services[0].instances[1].port is 80000, expected a whole number up to 65535'],
    ['"weight":0.5', '"weight":"0.5"', 'clusters[0].nodes[0].namespaces[2].services[0].instances[0].weight is "0.5", expected a number'],
    ['"9":"y"', '"9":null', 'clusters[0].nodes[0].namespaces[2].services[0].instances[0].metadata.9 is null, expected a text'],
    ['"missing":[', '"missing":[1,', 'missing[0] is 1, expected a text'],
  ])('%s', (from, to, message) => {
    const text = written(document);
    expect(text).toContain(from);
    const error = refusal(text.replace(from, to));
    expect(error.code).toBe('wrong_field');
    expect(error.message).toContain(message);
  });

  it('but keys that a later version adds are no mistake', () => {
    expect(parseSnapshot(written(document).replace('"takenAt"', '"comment":"x","takenAt"'))).toEqual(document);
  });
});
