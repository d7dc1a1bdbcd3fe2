import { describe, expect, it } from 'vitest';
import { diff } from '../../src/cli/diff.ts';
import type { Machine } from '../../src/cli/machine.ts';
import type { InstanceRecord } from '../../src/model.ts';
import type { NodeDocument, SnapshotDocument } from '../../src/snapshot/document.ts';

const instance = (ip: string, changes: Partial<InstanceRecord> = {}): InstanceRecord =>
  ({ cluster: 'DEFAULT', ip, port: 80, ephemeral: true, healthy: true, enabled: true, weight: 1, metadata: {}, ...changes });

function node(name: string, services: Readonly<Record<string, readonly InstanceRecord[]>>, changes: Partial<NodeDocument> = {}): NodeDocument {
  return {
    node: name, configured: true, up: true, stages: {},
    namespaces: [{ id: 'public', outcome: { status: 'ok' }, services: Object.entries(services).map(([service, instances]) => ({ group: 'G', name: service, instances })) }],
    ...changes,
  };
}

const document = (...nodes: readonly NodeDocument[]): SnapshotDocument =>
  ({ format: 'nacos-exporter/snapshot/1', takenAt: '2026-11-21T10:00:00.000Z', exporter: '0.1.0', clusters: [{ name: 'c', nodes }], missing: [] });

async function run(files: Readonly<Record<string, SnapshotDocument | string>>, ...argv: readonly string[]): Promise<{ code: number; lines: readonly string[]; errors: readonly string[] }> {
  const lines: string[] = [];
  const errors: string[] = [];
  const machine = {
    print: (line: string) => void lines.push(line), printError: (line: string) => void errors.push(line),
    readFile(path: string) {
      const file = files[path];
      if (file === undefined) throw new Error('no such file');
      return typeof file === 'string' ? file : JSON.stringify(file);
    },
  } as unknown as Machine;
  return { code: await diff(argv, machine), lines, errors };
}

const before = document(node('n1:1', { a: [instance('10.0.0.1'), instance('10.0.0.2')], b: [instance('10.0.0.3')], e: [] }));

describe('diff', () => {
  it('finds nothing between equals, whatever the order, and services without instances left out', async () => {
    const same = document(node('n1:1', { b: [instance('10.0.0.3')], a: [instance('10.0.0.2'), instance('10.0.0.1')] }));
    expect(await run({ before, same }, 'before', 'same')).toEqual({ code: 0, lines: ['no difference'], errors: [] });
  });

  it('names what was added, removed and changed', async () => {
    const after = document(node('n1:1', { a: [instance('10.0.0.1', { weight: 2, healthy: false }), instance('10.0.0.9')], c: [instance('10.0.0.4')] }));
    const { code, lines } = await run({ before, after }, 'before', 'after');
    expect(code).toBe(1);
    expect(lines).toEqual([
      '~ public/G@@a 10.0.0.1:80 (healthy: true -> false, weight: 1 -> 2)',
      '- public/G@@a 10.0.0.2:80',
      '+ public/G@@a 10.0.0.9:80',
      '- public/G@@b', '- public/G@@b 10.0.0.3:80',
      '+ public/G@@c', '+ public/G@@c 10.0.0.4:80',
      '7 differences',
    ]);
  });

  it('names the keys of metadata that changed, and where an instance is', async () => {
    const files = {
      old: document(node('n1:1', { a: [instance('10.0.0.1', { cluster: 'zone-a', ephemeral: false, metadata: { version: '1', kept: 'x', gone: '' } })] })),
      now: document(node('n1:1', { a: [instance('10.0.0.1', { cluster: 'zone-a', ephemeral: false, metadata: { version: '2', kept: 'x', come: 'y' } })] })),
    };
    expect((await run(files, 'old', 'now')).lines).toEqual([
      '~ public/G@@a 10.0.0.1:80 (zone-a, persistent) (metadata come: absent -> "y", metadata gone: "" -> absent, metadata version: "1" -> "2")',
      '1 difference',
    ]);
  });

  it('knows which of two registrations of one address stayed', async () => {
    const life = (tag: string): InstanceRecord => instance('10.0.0.1', { metadata: { app_registry_tag: tag } });
    const files = { twice: document(node('n1:1', { a: [life('1'), life('2')] })), once: document(node('n1:1', { a: [life('2')] })) };
    expect((await run(files, 'twice', 'once')).lines).toEqual(['- public/G@@a 10.0.0.1:80', '1 difference']);
    expect((await run(files, 'once', 'twice')).lines).toEqual(['+ public/G@@a 10.0.0.1:80', '1 difference']);
  });

  it('takes of several nodes what the majority holds', async () => {
    const three = document(...['n1:1', 'n2:1', 'n3:1'].map((name, i) => node(name, i === 2 ? {} : { a: [instance('10.0.0.1'), instance('10.0.0.2')], b: [instance('10.0.0.3')] })));
    expect((await run({ before, three }, 'before', 'three')).code).toBe(0);
  });

  it('compares two nodes of one snapshot', async () => {
    const pair = document(node('n1:1', { a: [instance('10.0.0.1')] }), node('n2:1', {}));
    expect(await run({ pair }, 'pair', '--nodes=n1:1,n2:1')).toMatchObject({ code: 1, lines: ['- public/G@@a', '- public/G@@a 10.0.0.1:80', '2 differences'] });
    expect((await run({ pair }, 'pair', '--nodes=n1:1,n9:1')).errors).toEqual(['pair: no node n9:1; it has n1:1, n2:1']);
  });

  it.each([
    ['a file that is none', { before, broken: '{' }, ['before', 'broken'], /^broken: /],
    ['one file alone', { before }, ['before'], /give two snapshots/],
    ['a node that was not read', { before, down: document(node('n1:1', {}, { up: false, namespaces: [] })) }, ['before', 'down'], /no node of cluster c was read completely/],
  ])('could not tell: %s', async (_what, files, argv, words) => {
    const { code, errors } = await run(files, ...argv);
    expect(code).toBe(2);
    expect(errors.join('\n')).toMatch(words);
  });
});
