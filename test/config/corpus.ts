/** Files for tests: the corpus on disk under a fixed folder, and a few secrets and certificates that exist nowhere. */

import { readdirSync, readFileSync } from 'node:fs';
import { loadConfig, type LoadInput, type LoadResult } from '../../src/config/load.ts';

/** Every secret in the corpus holds this text, so that a leak can be found by it. */
export const secretMark = 'hunter2';

const folder = new URL('.', import.meta.url);

const invented: Readonly<Record<string, string>> = {
  '/secrets/password': `file-${secretMark}\n`,
  '/secrets/feishu-url': `https://open.feishu.cn/open-apis/bot/v2/hook/${secretMark}\n`,
  '/secrets/dingtalk-url': `https://oapi.dingtalk.com/robot/send?access_token=${secretMark}\n`,
  '/secrets/empty': '\n',
  '/secrets/two-lines': `${secretMark}\n${secretMark}\n`,
  '/tls/ca.pem': '-----BEGIN CERTIFICATE-----\n',
  '/tls/client.pem': '-----BEGIN CERTIFICATE-----\n',
  '/tls/client.key': '-----BEGIN PRIVATE KEY-----\n',
  '/web/bad.yml': `basic_auth_users: {john: ${secretMark}}\n`,
  '/tls/text': `${secretMark}\n`,
};

function failure(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** Reads invented files, and `/corpus/...` from the folder of the tests. */
export function readFile(files: Readonly<Record<string, string>> = {}): (path: string) => string {
  return (path) => {
    const text = files[path] ?? invented[path];
    if (text !== undefined) return text;
    if (path === '/tls') throw failure('EISDIR');
    if (!path.startsWith('/corpus/')) throw failure('ENOENT');
    return readFileSync(new URL(`.${path.slice('/corpus'.length)}`, folder), 'utf8');
  };
}

export const corpus = (kind: 'bad' | 'good'): readonly string[] =>
  readdirSync(new URL(kind, folder)).filter((name) => name.endsWith('.yaml')).toSorted();

export function load(argv: readonly string[], extra: Partial<LoadInput> & { readonly files?: Readonly<Record<string, string>> } = {}): LoadResult {
  const { files, ...input } = extra;
  return loadConfig({ argv, env: { PASSWORD: `env-${secretMark}`, WECOM: `https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=${secretMark}` }, readFile: readFile(files), ...input });
}

/** Loads a text as the file `/etc/exporter.yml`. */
export const loadText = (text: string, argv: readonly string[] = [], extra: Partial<LoadInput> = {}): LoadResult =>
  load(['--config.file=/etc/exporter.yml', ...argv], { ...extra, files: { '/etc/exporter.yml': text } });

/** The configuration, or a failed test that says why not. */
export function valid(result: LoadResult) {
  if ('errors' in result) throw new Error(JSON.stringify(result.errors, undefined, 1));
  return result;
}
