/** A migration gate as an operator's script runs it: the built program, its exit code, its verdict as JSON. */

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from './guard.ts';
import { startProcess } from './processes.ts';

export interface GateTerm {
  readonly term: string;
  readonly node?: string;
  readonly state: 'pass' | 'fail' | 'unknown';
  readonly detail: string;
}

export interface GateRun {
  /** As it was called: `safe-to-stop 127.0.0.1:8848`. */
  readonly call: string;
  /** 0 pass, 1 fail, 2 could not tell. */
  readonly exit: number | null;
  readonly seconds: number;
  readonly terms: readonly GateTerm[];
  readonly stopOrder: readonly string[];
  readonly missing: readonly string[];
  /** What it wrote to stderr, for whoever has to explain a verdict. */
  readonly progress: string;
}

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** `config`: the content of a configuration file. */
export async function runGate(config: unknown, call: readonly string[], timeoutMs = 600_000): Promise<GateRun> {
  const folder = await temporaryFolder('nacos-gate');
  const file = (name: string): string => join(folder.path, name);
  await writeFile(file('config.yaml'), JSON.stringify(config));
  const began = Date.now();
  // The shell keeps the two outputs apart; `exec` leaves no process between us and the program.
  const script = 'exec "$@" > "$GATE_OUT" 2> "$GATE_ERR"';
  const child = await startProcess('sh', ['-c', script, 'sh', process.execPath, program, 'check', ...call, '--json', '--config.file', file('config.yaml')], {
    cwd: folder.path, output: file('shell'), env: { ...process.env, GATE_OUT: file('out'), GATE_ERR: file('err') },
  });
  const late = setTimeout(() => child.signal('SIGKILL'), timeoutMs);
  try {
    const exit = await child.exited;
    const out = await readFile(file('out'), 'utf8');
    const progress = await readFile(file('err'), 'utf8');
    if (!out.trim().startsWith('{')) throw new Error(`check ${call.join(' ')} ended with ${exit} and no JSON: ${out}${progress}`);
    const { terms = [], stopOrder = [], missing = [] } = JSON.parse(out) as Partial<GateRun>;
    return { call: call.join(' '), exit, seconds: Math.round((Date.now() - began) / 1000), terms, stopOrder, missing, progress };
  } finally {
    clearTimeout(late);
    await folder.remove();
  }
}

/** What did not pass, one line each. */
export function refusals({ call, terms }: GateRun): readonly string[] {
  return terms.filter(({ state }) => state !== 'pass').map(({ term, node, state, detail }) => `${call}: ${state} ${term}${node === undefined ? '' : ` ${node}`}: ${detail}`);
}
