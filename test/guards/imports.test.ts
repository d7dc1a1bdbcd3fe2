/** Data flows one way through the house; this holds the walls. Reads the import lines of src as text. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../../src');

/** Room to the rooms it may import from, besides itself and model.ts. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  config: [],
  nacos: ['config'],
  snapshot: [],
  analysis: ['snapshot'],
  gates: ['analysis', 'snapshot'],
  metrics: ['analysis', 'snapshot'],
  monitoring: ['metrics', 'config'],
  poller: ['config', 'nacos', 'snapshot', 'analysis', 'metrics'],
  relay: [],
  server: ['config', 'metrics'],
  sim: [],
  cli: ['config', 'nacos', 'snapshot', 'analysis', 'gates', 'metrics', 'monitoring', 'poller', 'relay', 'server', 'sim'],
};

/** Needs a hash function, and the network. */
const relayEdge = ['relay/sign.ts', 'relay/post.ts'];
/** Rooms without effects: they get time as a number, and nothing from the machine. */
const pure = (file: string): boolean =>
  file === 'model.ts' || (file.startsWith('relay/') && !relayEdge.includes(file)) || /^(snapshot|analysis|gates|monitoring|nacos\/dialects)\//.test(file) || (file.startsWith('metrics/') && !file.startsWith('metrics/self/'));
const effects = /^(node:|undici$|fastify$|@fastify|pino$|croner$|prom-client$)/;
const ambient = /\b(Date\.now|new Date\(\)|Math\.random|process\.|setTimeout|setInterval|setImmediate|performance\.now)\b/;

const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => file.replaceAll('\\', '/'));
const text = (file: string): string => readFileSync(join(root, file), 'utf8');
const roomOf = (file: string): string | undefined => (file.includes('/') ? file.split('/')[0] : undefined);

function imports(file: string): readonly string[] {
  return [...text(file).matchAll(/(?:^|\n)\s*(?:import|export)\s[^;]*?from\s+'([^']+)'|import\('([^']+)'\)/g)].map((match) => match[1] ?? match[2]!);
}

/** Files of src that a file imports, by their path below src. */
function neighbours(file: string): readonly string[] {
  return imports(file).filter((name) => name.startsWith('.')).map((name) => relative(root, resolve(root, dirname(file), name)).replaceAll('\\', '/'));
}

/** What a file imports and must not. */
function trespasses(file: string): readonly string[] {
  const room = roomOf(file);
  if (file === 'model.ts') return neighbours(file);
  if (room === undefined) return [];
  return neighbours(file).filter((target) => {
    const there = roomOf(target);
    if (there === room) return false;
    if (target === 'model.ts') return room === 'sim';
    if (target === 'log.ts') return room !== 'cli';
    if (there === 'sim') return file !== 'cli/demo.ts';
    return there === undefined || mayImport[room]?.includes(there) !== true;
  });
}

const offenders = (of: readonly string[], found: (file: string) => readonly string[]): readonly string[] =>
  of.flatMap((file) => found(file).map((what) => `${file}: ${what}`));

describe('the walls of the house', () => {
  it('finds the house', () => {
    expect(files.length).toBeGreaterThan(60);
    expect(new Set(files.map(roomOf))).toEqual(new Set([undefined, ...Object.keys(mayImport)]));
    expect(neighbours('metrics/view.ts')).toContain('model.ts');
  });

  it('lets every file import only from its left', () => {
    expect(offenders(files, trespasses)).toEqual([]);
  });

  it('keeps effects out of the pure rooms', () => {
    const found = offenders(files.filter(pure), (file) => {
      const code = text(file).replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
      return [...imports(file).filter((name) => effects.test(name)), ...code.match(ambient) ?? []];
    });
    expect(found).toEqual([]);
  });

  it('keeps state out of modules', () => {
    expect(offenders(files, (file) => text(file).match(/^(export )?(let|var) .*/gm) ?? [])).toEqual([]);
  });

  it('has every file begin with its reason', () => {
    expect(files.filter((file) => !/^(#!.*\n)?\/\*\*/.test(text(file)))).toEqual([]);
  });

  it('would notice', () => {
    expect(ambient.test('const at = Date.now();')).toBe(true);
    expect(effects.test('node:fs')).toBe(true);
  });
});
