/** The whole program on a machine of its own: files in memory, output captured, a socket on loopback. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../../src/cli/commands.ts';
import type { Machine } from '../../src/cli/machine.ts';
import { openPort } from '../../src/nacos/open-port.ts';
import type { TextFormat } from '../../src/metrics/text.ts';
import { parseExposition, type ParsedFamily } from '../metrics/parse-exposition.ts';

export interface Page {
  readonly status: number;
  readonly body: string;
  readonly type: string;
}

export interface Program {
  readonly address: string;
  /** Every line written to either output so far. */
  readonly output: readonly string[];
  /** By path; a test may change them before a reload. */
  readonly files: Map<string, string>;
  page(path: string, init?: RequestInit): Promise<Page>;
  /** A scrape, read strictly. */
  scrape(format?: TextFormat): Promise<ReadonlyMap<string, ParsedFamily>>;
  hangUp(): void;
  /** The exit code. */
  stop(): Promise<number>;
}

export interface ProgramOptions {
  readonly command?: readonly string[];
  readonly argv?: readonly string[];
  /** Contents of `exporter.yaml`, which is then given by flag. */
  readonly config?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly now?: () => number;
  /** 0 to 1; 0 always unless told. */
  readonly random?: () => number;
  /** In place of real connections. */
  readonly openPort?: Machine['openPort'];
}

const accepts: Readonly<Record<TextFormat, string>> = { text: 'text/plain', openmetrics: 'application/openmetrics-text; version=1.0.0' };

export async function startProgram(options: ProgramOptions = {}): Promise<Program> {
  const output: string[] = [];
  const files = new Map(Object.entries(options.files ?? {}));
  if (options.config !== undefined) files.set('exporter.yaml', options.config);
  const readFile = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw Object.assign(new Error(`no such file: ${path}`), { code: 'ENOENT' });
    return text;
  };
  let stop = (): void => undefined;
  let hangUp = (): void => undefined;
  let started = (): void => undefined;
  const running = new Promise<void>((resolve) => {
    started = resolve;
  });
  const env = options.env ?? {};
  const machine: Machine = {
    now: options.now ?? Date.now, random: options.random ?? (() => 0), pause: () => nextTurn(), wait: (ms) => sleep(ms, undefined, { ref: false }),
    openPort: options.openPort ?? openPort, secrets: { readFile, env }, readFile, writeFile: (path, text) => void files.set(path, text), env,
    build: { version: '0.0.0-test', revision: 'test' }, nodeVersion: 'v0.0.0', hostName: 'host', print: (line) => void output.push(line), printError: (line) => void output.push(line),
    untilStopped(onHangup) {
      hangUp = onHangup;
      started();
      return new Promise((resolve) => {
        stop = () => resolve('SIGTERM');
      });
    },
  };
  const ended = runCommand([
    ...options.command ?? ['serve'], ...(options.argv?.some((word) => word.startsWith('--web.listen-address')) === true ? [] : ['--web.listen-address=127.0.0.1:0']), '--log.format=json', '--log.level=trace',
    ...(options.config === undefined ? [] : ['--config.file=exporter.yaml']), ...options.argv ?? [],
  ], machine);
  await Promise.race([running, ended.then((code) => {
    throw new Error(`ended with ${code}: ${output.join('\n')}`);
  })]);
  const address = addressIn(output);

  async function page(path: string, init: RequestInit = {}): Promise<Page> {
    const response = await fetch(`http://${address}${path}`, init);
    return { status: response.status, body: await response.text(), type: response.headers.get('content-type') ?? '' };
  }

  return {
    address, output, files, page,
    async scrape(format = 'text') {
      const { body } = await page('/metrics', { headers: { accept: accepts[format] } });
      return parseExposition(body, format);
    },
    hangUp: () => hangUp(),
    async stop() {
      stop();
      return ended;
    },
  };
}

function addressIn(output: readonly string[]): string {
  for (const line of output) {
    const address = /"address":"([^"]+)"/.exec(line)?.[1] ?? /open http:\/\/([^/]+)\//.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`no address in: ${output.join('\n')}`);
}

/** The demo as a process of its own, scraped as soon as it is ready; then told to end, its exit code. */
export async function scrapeDemo(command: string, argv: readonly string[], cwd?: string): Promise<{ readonly families: ReadonlyMap<string, ParsedFamily>; readonly code: number | null }> {
  const child = spawn(command, [...argv, 'demo', '--web.listen-address=127.0.0.1:0'], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => void (output += chunk.toString()));
  let families: ReadonlyMap<string, ParsedFamily>;
  try {
    const address = await until('an address', async () => {
      if (child.exitCode !== null) throw new Error(`ended: ${output}`);
      return /open (http:\/\/[^/\s]+)\//.exec(output)?.[1];
    }, 10_000);
    await until('ready', async () => ((await fetch(`${address}/-/ready`)).status === 200 ? true : undefined), 10_000);
    families = parseExposition(await (await fetch(`${address}/metrics`)).text(), 'text');
  } finally {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
  }
  return { families, code: child.exitCode };
}

/** Asks again and again until the answer is not undefined. */
export async function until<T>(what: string, ask: () => Promise<T | undefined>, withinMs = 15_000): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(20);
  }
}

export function untilReady(program: Program): Promise<true> {
  return until('ready', async () => ((await program.page('/-/ready')).status === 200 ? true : undefined));
}

/** The value of the one sample with these labels; undefined where there is none. */
export function valueIn(families: ReadonlyMap<string, ParsedFamily>, name: string, labels: Readonly<Record<string, string>> = {}): number | undefined {
  const wanted = Object.entries(labels);
  const found = (families.get(name)?.samples ?? []).filter((sample) => wanted.every(([label, value]) => sample.labels.get(label) === value));
  if (found.length > 1) throw new Error(`${name} is ambiguous`);
  return found[0]?.value;
}

/** A file for one cluster. `more` stands in its entry, indented by four blanks where it has several lines. */
export function configOf(name: string, urls: readonly string[], more = ''): string {
  return `clusters:\n  - name: ${name}\n    servers: [${urls.join(', ')}]\n${more === '' ? '' : `    ${more}\n`}`;
}
