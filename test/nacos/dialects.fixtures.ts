/** Recorded answers of real servers, and a small stand-in for the client that treats statuses as the real one does. */

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { NodeClient } from '../../src/nacos/client.ts';
import type { Answer, Call } from '../../src/nacos/dialects/dialect.ts';
import { NacosError } from '../../src/nacos/errors.ts';

const root = fileURLToPath(new URL('../fixtures/', import.meta.url));

export interface Recording {
  readonly file: string;
  /** Below the context path, with query. */
  readonly path: string;
  readonly status: number;
}

/** The rows of a folder's INDEX.tsv. Those of `auth` write the path with port and context, and the request's headers. */
export function recordings(folder: string): readonly Recording[] {
  const [head, ...rows] = readFileSync(`${root}${folder}/INDEX.tsv`, 'utf8').trimEnd().split('\n').map((line) => line.split('\t'));
  const column = (row: readonly string[], name: string) => row[head!.indexOf(name)]!;
  return rows.map((row) => ({
    file: column(row, 'file'),
    path: column(row, 'path').replace(/^:\d+\/nacos/, ''),
    status: Number(column(row, 'status')),
  }));
}

export function allFiles(): readonly { readonly name: string; readonly text: string }[] {
  const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => ({ name: `${parentPath}/${name}`, text: readFileSync(`${parentPath}/${name}`, 'utf8') }));
}

/** One recorded answer, by the file's name without its ending. */
export function recorded(folder: string, name: string): Answer & { readonly path: string } {
  const row = recordings(folder).find(({ file }) => file.replace(/\.[a-z]+$/, '') === name);
  if (row === undefined || !existsSync(`${root}${folder}/${row.file}`)) throw new Error(`no recording ${folder}/${name}`);
  return { ...answer(row.status, readFileSync(`${root}${folder}/${row.file}`, 'utf8')), path: row.path };
}

export function answer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    status,
    header: (name) => headers[name],
    text: () => text,
    json: () => {
      if (text.trim() === '') throw new NacosError('empty', 'empty body', { httpStatus: status });
      try {
        return JSON.parse(text) as unknown;
      } catch {
        throw new NacosError('decode', 'no JSON', { httpStatus: status });
      }
    },
  };
}

/** What a call makes of an answer, statuses first, as the client does it. */
export function decode<T>(call: Call<T>, given: Answer): T {
  const { status } = given;
  if (status === 200 || call.accepts?.(status) === true) return call.decode(given);
  const reason = status === 401 ? 'auth' : status === 403 ? 'forbidden' : status === 410 ? 'gone' : 'status';
  throw new NacosError(reason, `${call.api}: HTTP ${status}`, { httpStatus: status });
}

/** `ok`, or the reason of the failure. */
export function verdict<T>(call: Call<T>, given: Answer): string {
  try {
    decode(call, given);
    return 'ok';
  } catch (error) {
    if (error instanceof NacosError) return error.reason;
    throw error;
  }
}

/** Answers calls from a function of the path; counts them. */
export function fakeClient(respond: (path: string) => Answer | NacosError): NodeClient & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    async call(call) {
      asked.push(call.path);
      const given = respond(call.path);
      if (given instanceof NacosError) throw given;
      return { value: decode(call, given), status: given.status, bytes: given.text().length, headersMs: 2, durationMs: 3 };
    },
    close: async () => {},
  };
}

/** What Nacos says on a path that it does not have. */
export function notFound(path: string): Answer {
  return answer(404, { timestamp: '2026-11-21T10:14:19.500+0000', status: 404, error: 'Not Found', message: 'No message available', path: `/nacos${path}` });
}

/** A node as recorded: the recording of exactly this path and query, else of the path alone, else 404. */
export function recordedClient(folder: string): NodeClient & { readonly asked: string[] } {
  const rows = recordings(folder);
  return fakeClient((path) => {
    const row = rows.find((candidate) => candidate.path === path) ?? rows.find((candidate) => candidate.path === path.split('?')[0]);
    return row === undefined ? notFound(path) : answer(row.status, readFileSync(`${root}${folder}/${row.file}`, 'utf8'));
  });
}
