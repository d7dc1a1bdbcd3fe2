/** Several namespaces of one node, one of which cannot be read: the others go on, and it is kept once. */

import { describe, expect, it } from 'vitest';
import { createNodeClient } from '../../src/nacos/client.ts';
import { v22 } from '../../src/nacos/dialects/v2-2.ts';
import { NacosError } from '../../src/nacos/errors.ts';
import { createServiceNames } from '../../src/nacos/service-names.ts';
import { createCountsReader, type CountsReader, type CountsRead } from '../../src/poller/counts-reader.ts';
import { scriptedTransport, type Scripted } from '../fakes/scripted-transport.ts';

/** Namespace to what the node says of it; one service with so many instances unless told otherwise. */
type Says = Readonly<Record<string, number | Scripted>>;

function readerOf(says: () => Says): { read: (...namespaces: string[]) => Promise<CountsRead>; asked: string[] } {
  const asked: string[] = [];
  const transport = scriptedTransport(({ path }) => {
    const namespace = new URLSearchParams(path.split('?')[1]).get('namespaceId')!;
    asked.push(namespace);
    const said = says()[namespace]!;
    if (typeof said !== 'number') return said;
    return JSON.stringify({ count: 1, serviceList: [{ name: 's', groupName: 'g', clusterCount: 1, ipCount: said, healthyInstanceCount: said, triggerFlag: 'false' }] });
  });
  const client = createNodeClient({ transport, contextPath: '', timeoutMs: 1000, maxBytes: 1_000_000, userAgent: 'nacos-exporter/test' });
  const dictionaries = new Map(['a', 'b', 'c'].map((name) => [name, createServiceNames(name)]));
  const reader: CountsReader = createCountsReader(client, (name) => dictionaries.get(name)!, { services: 100, responseBytes: 1_000_000, actuatorSeries: 500, pageRows: 100 });
  return { asked, read: (...namespaces) => reader.read(v22, namespaces) };
}

const totals = (read: CountsRead): Readonly<Record<string, number>> => Object.fromEntries([...read.catalogs].map(([namespace, catalog]) => [namespace, catalog.totalInstances]));
const late = new NacosError('timeout', 'no answer');
const broken: Scripted = { status: 500, body: 'caused: null;' };

describe('a namespace that cannot be read', () => {
  it('keeps its last catalog once; the others are read all the same', async () => {
    let says: Says = { a: 1, b: 2, c: 3 };
    const { read } = readerOf(() => says);
    expect(totals(await read('a', 'b', 'c'))).toEqual({ a: 1, b: 2, c: 3 });
    says = { a: 10, b: broken, c: 30 };
    const once = await read('a', 'b', 'c');
    expect([totals(once), once.failure?.reason]).toEqual([{ a: 10, b: 2, c: 30 }, 'status']);
    expect(totals(await read('a', 'b', 'c'))).toEqual({ a: 10, c: 30 });
    says = { a: 10, b: 20, c: 30 };
    const healed = await read('a', 'b', 'c');
    expect([totals(healed), healed.failure]).toEqual([{ a: 10, b: 20, c: 30 }, undefined]);
  });

  it('for want of an answer: the node is not asked for more, but those behind it are read first the next time', async () => {
    let says: Says = { a: 1, b: 2, c: 3 };
    const { read, asked } = readerOf(() => says);
    await read('a', 'b', 'c');
    says = { a: 10, b: late, c: 30 };
    asked.length = 0;
    expect(totals(await read('a', 'b', 'c'))).toEqual({ a: 10, b: 2, c: 3 });
    expect(asked).toEqual(['a', 'b']);
    asked.length = 0;
    says = { a: 11, b: late, c: 33 };
    expect(totals(await read('a', 'b', 'c'))).toEqual({ a: 11, c: 33 });
    expect(asked).toEqual(['a', 'c', 'b']);
    says = { a: 12, b: 22, c: 34 };
    expect(totals(await read('a', 'b', 'c'))).toEqual({ a: 12, b: 22, c: 34 });
  });

  it('always for want of an answer, though it comes first: the others are read', async () => {
    const { read } = readerOf(() => ({ a: late, b: 2, c: 3 }));
    await read('a', 'b', 'c');
    await read('a', 'b', 'c');
    const third = await read('a', 'b', 'c');
    expect([totals(third), third.failure?.reason]).toEqual([{ b: 2, c: 3 }, 'timeout']);
  });
});

it('a node that says nothing at all brings nothing: what stands is for the stage to decide', async () => {
  let says: Says = { a: 1, b: 2 };
  const { read } = readerOf(() => says);
  await read('a', 'b');
  says = { a: late, b: late };
  const silent = await read('a', 'b');
  expect([silent.catalogs.size, silent.failure?.reason]).toEqual([0, 'timeout']);
});
