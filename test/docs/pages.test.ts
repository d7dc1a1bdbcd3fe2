/** Every page: its links lead somewhere, both languages say as much, and what they list is what the program has. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { issueCodes } from '../../src/config/issues.ts';
import { failureReasons, stages } from '../../src/model.ts';
import { dialectFor } from '../../src/nacos/detect.ts';
import { supportedStages } from '../../src/nacos/dialects/dialect.ts';
import { rNacos } from '../../src/nacos/dialects/r-nacos.ts';
import { needs, permissionsOf } from '../real/suite/privileges.ts';
import { anchors, code, codeBlocks, deadLinks, headings, links, outline, tableOf, tables } from './markdown.ts';

const root = new URL('../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');
const under = (folder: string): readonly string[] => readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}${file}`);
const pages = [...readdirSync(root), ...['docs/', 'alerts/', 'dashboards/', 'deploy/'].flatMap(under)].filter((file) => file.endsWith('.md')).toSorted();

/** Pages in two languages, English first. */
const pairs = pages.filter((page) => page.endsWith('.zh.md')).map((zh) => [zh.replace('.zh.md', '.md'), zh] as const);

describe.each(pages)('%s', (page) => {
  it('links only to what is there', () => {
    expect(deadLinks(read(page), new URL(page, root))).toEqual([]);
  });
});

describe.each(pairs)('%s and %s', (english, chinese) => {
  const both = [read(english), read(chinese)] as const;

  it('have the same outline and as many tables and rows', () => {
    const [first, second] = both.map((text) => ({ outline: outline(text), rows: tables(text).map((table) => table.length) }));
    expect(second).toEqual(first);
  });

  it('have the same code', () => {
    const [first, second] = both.map((text) => codeBlocks(text));
    expect(second).toEqual(first);
  });

  it('link to each other', () => {
    const name = (page: string): string => page.split('/').at(-1)!;
    expect(links(both[0])).toContain(name(chinese));
    expect(links(both[1])).toContain(name(english));
  });
});

describe('the main pages', () => {
  it('are there in Chinese', () => {
    expect(pairs.map(([english]) => english)).toEqual(expect.arrayContaining([
      'README.md', 'docs/faq.md', 'docs/migration.md', 'docs/quick-start.md', 'docs/runbooks.md', 'docs/security.md', 'docs/troubleshooting.md',
    ]));
  });

  it('are all in the index', () => {
    const listed = new Set(links(read('docs/README.md')).map((link) => link.split('#')[0]));
    const others = pages.filter((page) => /^docs\/[^/]+\.md$/.test(page) && page !== 'docs/README.md').map((page) => page.replace('docs/', ''));
    expect(others.filter((page) => !listed.has(page))).toEqual([]);
  });
});

describe.each([['docs/troubleshooting.md', 'reason', 'code'], ['docs/troubleshooting.zh.md', '原因', '错误码']])('%s', (page, reason, issue) => {
  const firsts = (header: string): readonly string[] => tableOf(read(page), header).slice(1).map(([cell = '']) => code(cell));

  it('has a row for every reason of a failure, in their order', () => {
    expect(firsts(reason)).toEqual(failureReasons);
  });

  it('has a row for every code of the configuration, in their order', () => {
    expect(firsts(issue)).toEqual(Object.keys(issueCodes));
  });
});

describe('docs/compatibility.md', () => {
  const columns = {
    '1.0-1.3': [dialectFor('1.0.0'), dialectFor('1.3.2')], '1.4': [dialectFor('1.4.1')], '2.0-2.1': [dialectFor('2.0.4'), dialectFor('2.1.2')],
    '2.2-2.5': [dialectFor('2.2.0'), dialectFor('2.5.1')], '3.x': [dialectFor('3.0.0'), dialectFor('3.1.0')],
    '3.x without credentials': [dialectFor('3.1.0', { openOnly: true })], 'r-nacos': [rNacos],
  };
  const [header, ...rows] = tableOf(read('docs/compatibility.md'), 'stage');

  it('tells of every stage and version whether there is a source', () => {
    expect(header).toEqual(['stage', ...Object.keys(columns)]);
    expect(rows).toEqual(stages.map((stage) => [`\`${stage}\``, ...Object.values(columns).map((dialects) => {
      const have = dialects.filter((dialect) => supportedStages(dialect!).has(stage)).length;
      return have === 0 ? '-' : have === dialects.length ? 'yes' : 'some';
    })]));
  });
});

describe.each([
  ['docs/security.md', { open: 'open', namespace: 'each namespace', none: '-' }],
  ['docs/security.zh.md', { open: '免登录', namespace: '各命名空间', none: '-' }],
])('%s', (page, words: Readonly<Record<string, string>>) => {
  const versions = ['1.4.1', '2.0.4', '3.1.0'] as const;
  const all = tables(read(page));

  it('says what each stage needs, as the test on real servers has it', () => {
    const table = all.find(([head]) => head?.[0] === 'stage');
    expect(table?.[0]).toEqual(['stage', ...versions]);
    expect(table?.slice(1)).toEqual(stages.map((stage) => [`\`${stage}\``, ...versions.map((version) => words[needs[version][stage]] ?? `\`${needs[version][stage]}\``)]));
  });

  it('names the resources of the role', () => {
    const resources = new Set(versions.flatMap((version) => permissionsOf(version, []).map((permission) => permission.resource)));
    for (const resource of resources) expect(read(page)).toContain(`\`${resource}\``);
  });
});

describe('these checks', () => {
  it('would notice', () => {
    const here = new URL('docs/x.md', root);
    expect(deadLinks('# A b\n[x](#a-b) [y](#c) [z](nowhere.md) [r](../README.md#no-such) `[s](t)`\n```sh\n[u](v)\n```\n', here)).toEqual(['#c', 'nowhere.md', '../README.md#no-such']);
    expect([...anchors('# Nacos 侧的 `x_y`, and\n## A\n## A\n')]).toEqual(['nacos-侧的-x_y-and', 'a', 'a-1']);
    expect(headings('# a\n```sh\n# b\n```\n## c\n')).toEqual(['a', 'c']);
    expect(codeBlocks('```sh\na # one\n```\n')).toEqual(codeBlocks('```sh\na # 一\n```\n'));
    expect(tables('| a | b |\n| --- | --- |\n| 1 | 2 |\n')).toEqual([[['a', 'b'], ['1', '2']]]);
  });
});
