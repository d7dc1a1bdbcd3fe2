/** The reference and its example cannot fall behind the table. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exampleYaml } from '../../src/config/example.ts';
import { issueCodes } from '../../src/config/issues.ts';
import { options, variableOf, type Option } from '../../src/config/options.ts';
import { configurationReference, keyText } from '../../src/config/reference.ts';
import { defaultOf } from '../../src/config/settings.ts';
import { load, loadText, valid } from './corpus.ts';

const rows = options as readonly Option[];

describe('the table', () => {
  it('has unique keys, flags and variables', () => {
    for (const names of [rows.map((row) => row.key), rows.flatMap((row) => row.flag ?? []), rows.flatMap((row) => variableOf(row) ?? [])]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it.each(rows)('has a sentence for $key', (row) => {
    expect(row.doc).toMatch(/^[A-Z`].*\.$/);
  });

  it('holds the flags that users rely on', () => {
    expect(rows.flatMap((row) => row.flag ?? [])).toEqual(expect.arrayContaining([
      'config.file', 'web.listen-address', 'web.telemetry-path', 'web.config.file', 'log.level', 'log.format', 'nacos.server', 'nacos.username',
      'nacos.password-file', 'poll.interval', 'shard', 'total-shards',
    ]));
    expect(rows.map(variableOf)).toContain('NACOS_EXPORTER_WEB_LISTEN_ADDRESS');
  });

  it.each(options.filter((row: Option) => row.default !== undefined))('has a valid default for $key', (row) => {
    expect(defaultOf(row.key)).toBeDefined();
  });
});

describe('the example', () => {
  const text = exampleYaml();

  it('is valid, without a warning, and means the defaults', () => {
    const example = valid(loadText(text));
    const plain = valid(load(['--nacos.server=nacos-1,nacos-2,nacos-3']));

    expect(example.warnings).toEqual([]);
    const { tls, ...cluster } = example.config.clusters[0]!;
    expect(tls).toEqual({ insecureSkipVerify: false });
    expect({ ...example.config, clusters: [{ ...cluster, name: 'default' }] }).toEqual(plain.config);
  });

  it.each(rows.filter((row) => row.scope !== 'invocation').map((row) => row.key))('shows %s', (key) => {
    expect(text).toMatch(new RegExp(`^ *(?:# )?${key.split('.').at(-1)}: `, 'm'));
  });

  it.each(rows.filter((row) => row.example !== undefined && row.scope !== 'cluster').map((row) => row.key))('shows a valid %s', (key) => {
    const last = key.split('.').at(-1)!;
    // Both `password` and `password_file` begin alike: the colon tells them apart.
    const result = loadText(text.replace(new RegExp(`^( *)# (${last}: )`, 'm'), '$1$2'));

    // Alone it may lack its other half, or the file it names.
    const known = ['incomplete_auth', 'incomplete_relay', 'incomplete_tls', 'secret_unreadable', 'file_unreadable'];
    expect('errors' in result ? result.errors.map((issue) => issue.code).filter((code) => !known.includes(code)) : []).toEqual([]);
  });
});

describe('the reference', () => {
  const text = configurationReference();

  it('says how to make it anew', () => {
    expect(text.split('\n')[0]).toContain('npm run generate');
  });

  it.each(rows)('lists $key with its flag, variable and meaning, once', (row) => {
    const lines = text.split('\n').filter((line) => line.startsWith('|') && line.endsWith(`| ${row.doc} |`));

    expect(lines).toHaveLength(1);
    const names = [keyText(row), row.flag === undefined ? undefined : `--${row.flag}`, variableOf(row)].filter((name) => name !== undefined);
    for (const name of names) expect(lines[0]).toContain(`\`${name}\``);
  });

  it('holds the example and every code', () => {
    expect(text).toContain(exampleYaml());
    for (const code of Object.keys(issueCodes)) expect(text).toContain(`| \`${code}\` |`);
  });
});

describe('codes of mistakes', () => {
  const folder = new URL('.', import.meta.url);
  const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(?:txt|test\.ts)$/.test(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8'));

  it.each(Object.keys(issueCodes))('%s is provoked by some test', (code) => {
    expect(texts.some((one) => one.includes(`(${code})`) || one.includes(`'${code}'`))).toBe(true);
  });
});
