/** The built program as users run it: a process with a configuration file, asked over HTTP. */

import { existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseScrape, type Scrape } from './exposition.ts';
import { temporaryFolder } from './guard.ts';
import { type PlainAnswer, plainHttp, plainHttpOk } from './http.ts';
import { freePort } from './ports.ts';
import { startProcess } from './processes.ts';
import { until } from './wait.ts';

export interface ExporterOptions {
  /** Content of the configuration file. */
  readonly config: unknown;
  readonly flags?: readonly string[];
  /** Files to lay beside the configuration, by name; `$DIR` in the configuration stands for their folder. */
  readonly files?: Readonly<Record<string, string>>;
}

export interface RunningExporter {
  readonly address: string;
  readonly url: string;
  readonly pid: number;
  /** `/metrics` in the plain text format, read strictly. */
  scrape(): Promise<Scrape>;
  text(accept?: string): Promise<PlainAnswer>;
  get(path: string): Promise<PlainAnswer>;
  logs(): string;
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** Resolves once `/-/ready` says so, that is after the first completed poll. */
export async function startExporter(options: ExporterOptions): Promise<RunningExporter> {
  if (!existsSync(program)) throw new Error('dist/main.js is missing: run `npm run build` first');
  const folder = await temporaryFolder('nacos-exporter');
  const config = join(folder.path, 'config.yaml');
  const output = join(folder.path, 'exporter.log');
  // YAML holds JSON, so the file needs no YAML writer here.
  await writeFile(config, JSON.stringify(options.config, null, 2).replaceAll('$DIR', folder.path));
  for (const [name, content] of Object.entries(options.files ?? {})) await writeFile(join(folder.path, name), content, { mode: 0o600 });
  const address = `127.0.0.1:${await freePort()}`;
  const url = `http://${address}`;
  const flags = ['serve', '--config.file', config, '--web.listen-address', address, ...(options.flags ?? [])];
  const child = await startProcess(process.execPath, [program, ...flags], { cwd: folder.path, output });
  const logs = (): string => readFileSync(output, 'utf8');
  const get = (path: string): Promise<PlainAnswer> => plainHttp(`${url}${path}`);
  const text = (accept = 'text/plain;version=0.0.4'): Promise<PlainAnswer> => plainHttp(`${url}/metrics`, { headers: { accept } });

  async function stop(): Promise<void> {
    await child.end(5_000);
    await folder.remove();
  }

  try {
    await until('exporter ready', 60_000, async () => {
      if (!child.alive()) throw new Error('the exporter ended');
      return (await get('/-/ready')).status === 200 ? true : undefined;
    });
  } catch (error) {
    const said = logs();
    await stop();
    throw new Error(`${String(error)}\n${said.slice(-3_000)}`, { cause: error });
  }
  return {
    address,
    url,
    pid: child.pid,
    scrape: async () => parseScrape(await plainHttpOk(`${url}/metrics`, { headers: { accept: 'text/plain;version=0.0.4' } })),
    text,
    get,
    logs,
    stop,
  };
}
