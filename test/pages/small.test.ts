/** The small parts: escaping, language, the address of a view, and the words. */

import { describe, expect, it } from 'vitest';
import { html, named, visible } from '../../src/server/pages/html.ts';
import { languageOf } from '../../src/server/pages/language.ts';
import { linkTo, readQuery } from '../../src/server/pages/query.ts';
import { en } from '../../src/server/pages/texts-en.ts';
import { zh } from '../../src/server/pages/texts-zh.ts';
import type { Reason } from '../../src/server/pages/verdict.ts';

describe('html', () => {
  it('escapes what is not markup, wherever it stands', () => {
    expect(html`<a title="${`"'<>&`}">${['<b>', html`<i>${'<'}</i>`, 7, undefined, false]}</a>`.markup).toBe('<a title="&quot;&#39;&lt;&gt;&amp;">&lt;b&gt;<i>&lt;</i>7</a>');
  });

  it.each([['plain 订单 🚀👩‍👩‍👧', 'plain 订单 🚀👩‍👩‍👧'], ['a\u202eb', 'a\\u202eb'], ['\0\n\t\u0085', '\\u0000\\u000a\\u0009\\u0085'], ['\u200b\ufeff\u00ad\u2066', '\\u200b\\ufeff\\u00ad\\u2066']])('spells out what cannot be seen: %j', (text, expected) => {
    expect(visible(text)).toBe(expected);
    expect(named(text).markup).toBe(`<bdi>${expected}</bdi>`);
  });
});

describe('the language', () => {
  it.each([
    [undefined, undefined, 'en'], [undefined, 'zh-CN,zh;q=0.9,en;q=0.8', 'zh'], [undefined, 'en-GB,zh;q=0.9', 'en'], [undefined, 'de, zh-TW;q=0.4', 'zh'], [undefined, 'en;q=0.1, zh;q=0.2', 'zh'],
    [undefined, 'zh;q=0', 'en'], [undefined, '*', 'en'], [undefined, 'zhx', 'en'], ['en', 'zh', 'en'], ['zh', 'en', 'zh'], ['xx', 'zh', 'zh'], [undefined, ';;q=,,', 'en'],
  ])('of lang=%s and Accept-Language %s is %s', (asked, accepted, expected) => {
    expect(languageOf(asked, accepted)).toBe(expected);
  });
});

describe('the address of a view', () => {
  it.each([
    [{}, ''], [{ cluster: 'a b', page: '3', q: '<x>&"' }, '?cluster=a+b&q=%3Cx%3E%26%22&page=3'], [{ page: '-1' }, ''], [{ page: '1e9' }, ''], [{ kind: 'nonsense', lang: 'xx' }, ''],
    [{ sort: 'service', dir: 'down', lang: 'zh' }, '?sort=service&dir=down&lang=zh'], [{ dir: 'down' }, ''], [{ q: ['a', 'b'], cluster: { x: 1 } }, '?q=a'], [{ q: '   ' }, ''], [{ namespace: 'x'.repeat(700) }, `?namespace=${'x'.repeat(600)}`],
  ])('holds what makes sense of %o', (raw, expected) => {
    const query = readQuery(raw as Readonly<Record<string, unknown>>);
    expect(linkTo('p', query, { page: query.page })).toBe(`p${expected}`);
  });

  it('leads to the first page whatever else changes', () => {
    const query = readQuery({ page: '7', q: 'x', kind: 'health' });
    expect(linkTo('p', query, { kind: undefined })).toBe('p?q=x');
  });
});

describe('the words', () => {
  const reasons: readonly Reason[] = [
    { code: 'not_polled' }, { code: 'nobody_up' }, { code: 'nobody_votes' }, { code: 'not_compared' }, { code: 'sampled' }, { code: 'stale', since: 1 }, { code: 'quorum', up: 1, expected: 3 },
    { code: 'differs', services: 2, nodes: ['N'], since: 1 }, { code: 'loss', namespace: 'N', lost: 3, baseline: 9 }, { code: 'unhealthy', namespace: 'N', unhealthy: 3, instances: 9 }, { code: 'no_leader', group: 'N', leaders: 0 },
    { code: 'leaders', group: 'N', leaders: 2 }, { code: 'down', node: 'N' }, { code: 'unread', node: 'N' }, { code: 'frozen', node: 'N' }, { code: 'not_ready', node: 'N' }, { code: 'joining', node: 'N', lacks: 4 },
    { code: 'absent', count: 5 }, { code: 'protected', count: 5 }, { code: 'suspected', count: 5 }, { code: 'failing', count: 5 }, { code: 'tied', namespaces: ['N'] }, { code: 'versions', versions: ['1.4.1', 'N'] },
  ];

  it.each(reasons.map((reason) => [reason.code, reason] as const))('say %s in both languages, with its names and numbers', (_code, reason) => {
    const [english, chinese] = [en, zh].map((texts) => texts.reason(reason, () => 'T'));
    const given = (text: string): readonly string[] => (text.match(/\d+(?:\.\d+)*|\bN\b|(?<=[^A-Za-z]|^)T(?![A-Za-z])/g) ?? []).toSorted();
    expect(given(chinese!)).toEqual(given(english!));
    expect(english).not.toMatch(/[\u4e00-\u9fff]/);
    expect(chinese).toMatch(/[\u4e00-\u9fff]/);
  });

  it('are all there in Chinese, of the same kinds', () => {
    const shape = (value: unknown): unknown => (typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)])) : typeof value);
    expect(shape(zh)).toEqual(shape(en));
  });

  it.each([[0, '0 s', '0 秒'], [59, '59 s', '59 秒'], [60, '1 min', '1 分钟'], [7_260, '2 h 1 min', '2 小时 1 分钟'], [90_000, '1 d 1 h', '1 天 1 小时']])('tell an age of %i s', (seconds, english, chinese) => {
    expect([en.age(seconds), zh.age(seconds)]).toEqual([english, chinese]);
  });

  it.each([[1, '100 %'], [0.999, '99 %'], [0.5, '50 %'], [0, '0 %']])('never round a share of %f up to all', (share, expected) => {
    expect(en.percent(share)).toBe(expected);
  });
});
