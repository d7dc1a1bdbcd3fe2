/**
 * The JSON against the types that Grafana publishes: each part is written out as a literal and compiled, so that a misspelt
 * field, a field in the wrong place or a value outside of an enumeration is found. Missing fields are not: Grafana fills them in.
 */

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { boardsOf } from './boards.ts';

const require = createRequire(import.meta.url);
const sdk = (name: string): string => join(dirname(require.resolve('@grafana/grafana-foundation-sdk/dashboard')), '..', name, 'index.js');
const compiler = join(dirname(require.resolve('typescript/package.json')), 'bin/tsc');

const prelude = `
${['dashboard', 'prometheus', 'stat', 'statetimeline', 'table', 'text', 'timeseries'].map((name) => `import type * as ${name} from '${sdk(name)}';`).join('\n')}
/** As JSON has it: no functions, no enumerations but their values, and nothing that must be there. */
type Plain<T> = 0 extends 1 & T ? T
  : T extends string ? (string extends T ? string : \`\${T}\`)
  : T extends number ? (number extends T ? number : \`\${T}\` extends \`\${infer N extends number}\` ? N : never)
  : T extends readonly (infer U)[] ? Plain<U>[]
  : T extends object ? { [K in keyof T as T[K] extends (...args: never[]) => unknown ? never : K]?: Plain<T[K]> }
  : T;
`;

/** Type of the options and of the custom fields of each kind of panel. */
const kinds: Readonly<Record<string, readonly [options: string, custom: string]>> = {
  stat: ['stat.Options', 'never'], timeseries: ['timeseries.Options', 'timeseries.FieldConfig'], 'state-timeline': ['statetimeline.Options', 'statetimeline.FieldConfig'],
  table: ['table.Options', 'table.FieldConfig'], text: ['text.Options', 'never'],
};

interface Parts {
  readonly type: string;
  readonly targets?: readonly object[];
  readonly options?: object;
  readonly fieldConfig?: { readonly defaults: { readonly custom?: object; readonly [field: string]: unknown } };
  readonly [field: string]: unknown;
}

const literal = (value: unknown, type: string): string => `(${JSON.stringify(value)}) satisfies Plain<${type}>;`;

function statements(board: object & { readonly panels: readonly object[] }): readonly string[] {
  const { panels, ...frame } = board;
  return [literal(frame, 'dashboard.Dashboard'), ...(panels as readonly Parts[]).flatMap(ofPanel)];
}

function ofPanel({ targets, options, ...panel }: Parts): readonly string[] {
  if (panel.type === 'row') return [literal(panel, 'dashboard.RowPanel')];
  const [optionsType, customType] = kinds[panel.type]!;
  const { custom, ...defaults } = panel.fieldConfig?.defaults ?? {};
  const bare = panel.fieldConfig === undefined ? panel : { ...panel, fieldConfig: { ...panel.fieldConfig, defaults } };
  return [
    literal(bare, 'dashboard.Panel'), literal(options, optionsType), ...(custom === undefined ? [] : [literal(custom, customType)]),
    ...(targets ?? []).map((target) => literal(target, 'prometheus.Dataquery')),
  ];
}

/** What the compiler has to say about each statement; the number is the statement's. */
async function compiled(lines: readonly string[]): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nacos-dashboard-types-'));
  const head = prelude.split('\n').length - 1;
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'all.ts'), `${prelude}${lines.join('\n')}\n`);
  const said = await new Promise<string>((resolve) => {
    execFile(process.execPath, [compiler, '--ignoreConfig', '--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--target', 'es2023', join(folder, 'all.ts')], { maxBuffer: 1e8 }, (_, stdout, stderr) => resolve(stdout + stderr));
  });
  rmSync(folder, { recursive: true });
  return said.split('\n').filter((line) => /error TS/.test(line)).map((line) => {
    const [, row, text] = /\((\d+),\d+\): error (.*)$/.exec(line) ?? [undefined, '0', line];
    return `${Number(row) - head}: ${text}`;
  });
}

describe("Grafana's types", () => {
  it('take every part of every dashboard', async () => {
    const lines = boardsOf().flatMap(statements);
    expect(lines.length).toBeGreaterThan(600);
    expect(await compiled(lines)).toEqual([]);
  }, 60_000);

  it('would not take a misspelt field, a wrong value, or a field in the wrong place', async () => {
    const good = { type: 'stat', title: 'x', options: {}, fieldConfig: { defaults: { unit: 's' }, overrides: [] } };
    const found = await compiled([
      ...ofPanel({ ...good, options: { colorMode: 'backgroud' } }),
      ...ofPanel({ ...good, fieldConfig: { defaults: { unti: 's' } } }),
      ...ofPanel({ ...good, targets: [{ expression: 'up' }] }),
      ...ofPanel({ ...good, gridPos: { x: 0, y: 0, w: '12', h: 8 } }),
      ...ofPanel(good),
    ]);
    expect(found.map((line) => Number.parseInt(line, 10))).toEqual([2, 3, 7, 8]);
  }, 60_000);
});
