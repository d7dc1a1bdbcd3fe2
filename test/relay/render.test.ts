/** Messages word for word, per channel and language; what hostile values come out as; how a long list is cut. */

import { describe, expect, it } from 'vitest';
import { channelNames, channels, type ChannelName } from '../../src/relay/channels.ts';
import { digestOf } from '../../src/relay/digest.ts';
import { parsePayload, type Notification } from '../../src/relay/payload.ts';
import { words, type Language } from '../../src/relay/words.ts';
import { alertOf, bodyOf } from './build.ts';

function notificationOf(alerts?: readonly object[], more?: object): Notification {
  const parsed = parsePayload(bodyOf(alerts, more));
  if ('problem' in parsed) throw new Error(parsed.problem);
  return parsed.value;
}

function render(name: ChannelName, language: Language, notification: Notification, divergencePage?: string): object {
  const { form, compose } = channels[name];
  return compose(digestOf(notification, words[language], form, divergencePage), words[language]);
}

interface Texts {
  readonly title: string;
  readonly text: string;
  /** What of it is read as markdown. */
  readonly markup: string;
}

/** Title and body as the chat shows them, a Feishu card's elements one a line. */
function textsOf(name: ChannelName, message: object): Texts {
  const { card, markdown } = message as {
    card?: { header: { title: { content: string } }; elements: { tag: string; text?: { tag: string; content: string }; content?: string; elements?: { content: string }[] }[] };
    markdown?: { title?: string; text?: string; content?: string };
  };
  if (name === 'feishu') {
    const markup = card!.elements.filter((one) => one.tag === 'markdown' || (one.text !== undefined && one.text.tag !== 'plain_text')).map((one) => one.content ?? one.text?.content);
    return {
      title: card!.header.title.content, markup: markup.join('\n'),
      text: card!.elements.map((one) => one.text?.content ?? one.content ?? one.elements?.[0]?.content ?? '---').join('\n'),
    };
  }
  const text = markdown!.text ?? markdown!.content!;
  return { title: markdown!.title ?? text.split('\n')[0]!.replace('### ', ''), text, markup: text };
}

const three = notificationOf([
  alertOf({ status: 'resolved', labels: { nacos_node: '10.0.0.3:8848' }, annotations: { summary: 'Nacos node 10.0.0.3:8848 is down', description: '' } }),
  alertOf({ labels: { severity: 'info' }, annotations: { summary: 'Only so you know', description: '', runbook_url: '' }, generatorURL: '' }),
  alertOf({ annotations: { divergence_url: 'https://exporter.example.org/divergence' } }),
]);

describe('the whole message', () => {
  it('feishu, en', () => {
    expect(render('feishu', 'en', three, 'https://exporter.example.org/divergence')).toEqual({
      msg_type: 'interactive',
      card: {
        config: { wide_screen_mode: true },
        header: { template: 'red', title: { tag: 'plain_text', content: 'FIRING 2 · RESOLVED 1 · NacosNodeDown · nacos_cluster=production' } },
        elements: [
          { tag: 'div', text: { tag: 'plain_text', content: '[critical] Nacos node 10.0.0.2:8848 is down\nNo answer for 1m.\nsince 2026-01-01 12:00:00 UTC' } },
          { tag: 'markdown', content: '[Runbook](https://example.org/runbooks/NacosNodeDown) · [Divergence](https://exporter.example.org/divergence) · [Query](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)' },
          { tag: 'hr' },
          { tag: 'div', text: { tag: 'plain_text', content: '[info] Only so you know\nsince 2026-01-01 12:00:00 UTC' } },
          { tag: 'hr' },
          { tag: 'div', text: { tag: 'plain_text', content: '[resolved] Nacos node 10.0.0.3:8848 is down\nended 2026-01-01 12:04:05 UTC, lasted 4m 5s' } },
          { tag: 'markdown', content: '[Runbook](https://example.org/runbooks/NacosNodeDown) · [Query](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)' },
          { tag: 'hr' },
          { tag: 'markdown', content: '[Alertmanager](http://alertmanager:9093/) · [Divergence](https://exporter.example.org/divergence)' },
        ],
      },
    });
  });

  it.each(['en', 'zh'] as const)('dingtalk and wecom, %s', (language) => {
    expect({ dingtalk: textsOf('dingtalk', render('dingtalk', language, three)).text, wecom: textsOf('wecom', render('wecom', language, three)).text }).toEqual(written[language]);
  });

  it('feishu, zh', () => {
    expect(textsOf('feishu', render('feishu', 'zh', three))).toMatchObject({
      title: '告警 2 · 恢复 1 · NacosNodeDown · nacos_cluster=production',
      text: `[严重] Nacos node 10.0.0.2:8848 is down
No answer for 1m.
开始于 2026-01-01 12:00:00 UTC
[处理手册](https://example.org/runbooks/NacosNodeDown) · [数据差异](https://exporter.example.org/divergence) · [查询](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)
---
[提示] Only so you know
开始于 2026-01-01 12:00:00 UTC
---
[已恢复] Nacos node 10.0.0.3:8848 is down
结束于 2026-01-01 12:04:05 UTC，持续 4m 5s
[处理手册](https://example.org/runbooks/NacosNodeDown) · [查询](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)
---
[Alertmanager](http://alertmanager:9093/)`,
    });
  });

  it('names nobody', () => {
    expect(render('dingtalk', 'en', three)).toMatchObject({ at: { atMobiles: [], isAtAll: false } });
  });
});

const written = {
  en: {
    dingtalk: `### FIRING 2 · RESOLVED 1 · NacosNodeDown · nacos_cluster=production

**critical** Nacos node 10.0.0.2:8848 is down

> No answer for 1m.

since 2026-01-01 12:00:00 UTC · [Runbook](https://example.org/runbooks/NacosNodeDown) · [Divergence](https://exporter.example.org/divergence) · [Query](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)

**info** Only so you know

since 2026-01-01 12:00:00 UTC

**resolved** Nacos node 10.0.0.3:8848 is down

ended 2026-01-01 12:04:05 UTC, lasted 4m 5s · [Runbook](https://example.org/runbooks/NacosNodeDown) · [Query](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)

[Alertmanager](http://alertmanager:9093/)`,
    wecom: `### FIRING 2 · RESOLVED 1 · NacosNodeDown · nacos_cluster=production
<font color="warning">critical</font> Nacos node 10.0.0.2:8848 is down
> No answer for 1m.
since 2026-01-01 12:00:00 UTC · [Runbook](https://example.org/runbooks/NacosNodeDown) · [Divergence](https://exporter.example.org/divergence) · [Query](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)
<font color="comment">info</font> Only so you know
since 2026-01-01 12:00:00 UTC
<font color="info">resolved</font> Nacos node 10.0.0.3:8848 is down
ended 2026-01-01 12:04:05 UTC, lasted 4m 5s · [Runbook](https://example.org/runbooks/NacosNodeDown) · [Query](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)
[Alertmanager](http://alertmanager:9093/)`,
  },
  zh: {
    dingtalk: `### 告警 2 · 恢复 1 · NacosNodeDown · nacos_cluster=production

**严重** Nacos node 10.0.0.2:8848 is down

> No answer for 1m.

开始于 2026-01-01 12:00:00 UTC · [处理手册](https://example.org/runbooks/NacosNodeDown) · [数据差异](https://exporter.example.org/divergence) · [查询](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)

**提示** Only so you know

开始于 2026-01-01 12:00:00 UTC

**已恢复** Nacos node 10.0.0.3:8848 is down

结束于 2026-01-01 12:04:05 UTC，持续 4m 5s · [处理手册](https://example.org/runbooks/NacosNodeDown) · [查询](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)

[Alertmanager](http://alertmanager:9093/)`,
    wecom: `### 告警 2 · 恢复 1 · NacosNodeDown · nacos_cluster=production
<font color="warning">严重</font> Nacos node 10.0.0.2:8848 is down
> No answer for 1m.
开始于 2026-01-01 12:00:00 UTC · [处理手册](https://example.org/runbooks/NacosNodeDown) · [数据差异](https://exporter.example.org/divergence) · [查询](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)
<font color="comment">提示</font> Only so you know
开始于 2026-01-01 12:00:00 UTC
<font color="info">已恢复</font> Nacos node 10.0.0.3:8848 is down
结束于 2026-01-01 12:04:05 UTC，持续 4m 5s · [处理手册](https://example.org/runbooks/NacosNodeDown) · [查询](http://prometheus:9090/graph?g0.expr=nacos_node_up+%3D%3D+0)
[Alertmanager](http://alertmanager:9093/)`,
  },
} as const;

describe('the title', () => {
  const title = (alerts: readonly object[], groupLabels: object): string => textsOf('feishu', render('feishu', 'en', notificationOf(alerts, { groupLabels }))).title;

  it.each([
    ['only resolved', [alertOf({ status: 'resolved' })], { alertname: 'A', nacos_cluster: 'c' }, 'RESOLVED 1 · A · nacos_cluster=c'],
    ['grouped by cluster, one name in common', [alertOf(), alertOf()], { nacos_cluster: 'c' }, 'FIRING 2 · NacosNodeDown · nacos_cluster=c'],
    ['grouped by cluster, several names', [alertOf(), alertOf({ labels: { alertname: 'B' } })], { nacos_cluster: 'c' }, 'FIRING 2 · nacos_cluster=c'],
    ['not grouped', [alertOf(), alertOf({ labels: { alertname: 'B' } })], {}, 'FIRING 2'],
    ['by a label that objects have anyway', [alertOf()], { constructor: 'x', alertname: 'A' }, 'FIRING 1 · A · constructor=x'],
  ])('of a group %s', (_, alerts, groupLabels, said) => {
    expect(title(alerts, groupLabels)).toBe(said);
  });

  it.each([['critical', 'red'], ['warning', 'orange'], ['info', 'blue'], ['page', 'orange'], ['constructor', 'orange'], ['', 'orange']])('of severity %j is %s', (severity, template) => {
    expect(render('feishu', 'en', notificationOf([alertOf({ labels: { severity } })]))).toHaveProperty('card.header.template', template);
  });

  it('of what is over is green', () => {
    expect(render('feishu', 'en', notificationOf([alertOf({ status: 'resolved' })]))).toHaveProperty('card.header.template', 'green');
  });
});

describe('an alert without a summary', () => {
  it('is told by its name and what its group does not say', () => {
    const bare = { status: 'firing', startsAt: '2026-01-01T12:00:00Z', labels: { alertname: 'A', severity: 'page', nacos_cluster: 'production', nacos_node: 'n1', job: 'x' } };
    expect(textsOf('feishu', render('feishu', 'en', notificationOf([bare], { externalURL: '' }))).text).toBe('[page] A nacos_node=n1 job=x\nsince 2026-01-01 12:00:00 UTC');
  });

  it('is still an alert without any label', () => {
    const bare = { status: 'firing', startsAt: '2026-01-01T12:00:00Z', labels: {} };
    expect(textsOf('feishu', render('feishu', 'en', notificationOf([bare], { externalURL: '', groupLabels: {} }))).text).toBe('[alert] alert\nsince 2026-01-01 12:00:00 UTC');
  });
});

const hostile = [
  '<at id=all></at>', '<@all>', '&lt;@all&gt;', '@all @13800001111', '</font><font color="info">', '**](http://evil)[x](javascript:1)', '"}]},"card":{"x":"', '`', '\\', '# x\n> y\n---\n1. z',
  '\u0000\u001b[2J\u007f', '\u202egnp.exe', 'x'.repeat(500), '订'.repeat(500), '<'.repeat(500), '"'.repeat(500), '\ud83d', '{{ template "x" }}', '${jndi:ldap://x}',
];

describe.each(channelNames)('%s and hostile values', (name) => {
  it.each(hostile)('%j everywhere', (value) => {
    const alert = alertOf({
      labels: { alertname: value, severity: value, nacos_cluster: value, [value.slice(0, 20)]: value }, generatorURL: `http://host/${value}`,
      annotations: { summary: value, description: value, runbook_url: value, divergence_url: `https://host/?q=${value}` },
    });
    const { title, text, markup } = textsOf(name, render(name, 'en', notificationOf(Array.from({ length: 30 }, () => alert), { groupLabels: { alertname: value, [value]: value }, externalURL: value })));
    const everything = `${title}\n${text}`;
    expect(everything).not.toMatch(/<\s*\/?\s*at\b/i);
    expect(everything.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
    expect(title).not.toContain('\n');
    // What remains of markup is our own: headings, quotes, bold, colours, and links to web addresses.
    const foreign = markup
      .replaceAll(/\[(?:Runbook|Query|Divergence|Alertmanager)\]\(https?:\/\/[^\s()<>[\]*`@\\"]+\)/g, '')
      .replaceAll(/<font color="(?:warning|comment|info)">|<\/font>/g, '').replaceAll(/^(?:### |> )/gm, '').replaceAll(/^\*\*|\*\* /gm, '');
    expect(foreign).not.toMatch(/[<>[\]*`\\]|^#|(?<!@)@(?!@)/m);
  });
});

const limits: Readonly<Record<ChannelName, (message: object) => number>> = {
  feishu: (message) => Buffer.byteLength(JSON.stringify(message)) / 19_800,
  dingtalk: (message) => Buffer.byteLength(JSON.stringify(message)) / 20_000,
  wecom: (message) => Buffer.byteLength((message as { markdown: { content: string } }).markdown.content) / 4096,
};

describe.each(channelNames)('%s and the size of a message', (name) => {
  const long = (i: number) => alertOf({ annotations: { summary: `number ${i}`, description: '长'.repeat(400) } });

  it.each([1, 5, 19, 20, 21, 1000])('%i alerts: shows the first and counts the rest', (count) => {
    const message = render(name, 'en', notificationOf(Array.from({ length: count }, (_, i) => long(i)), { truncatedAlerts: 2 }));
    const { text } = textsOf(name, message);
    const shown = [...text.matchAll(/number (\d+)/g)].map((match) => Number(match[1]));
    const left = Number(/(\d+) more alerts are not shown/.exec(text)?.[1] ?? 0);
    expect(limits[name](message)).toBeLessThanOrEqual(1);
    expect(shown).toEqual(shown.map((_, i) => i));
    expect(shown.length).toBeGreaterThan(0);
    expect(shown.length).toBeLessThanOrEqual(20);
    expect(shown.length + left).toBe(count + 2);
  });

  it('uses the room there is: one more alert would be too much', () => {
    const message = render(name, 'en', notificationOf(Array.from({ length: 20 }, (_, i) => long(i))));
    expect(limits[name](message)).toBeGreaterThan(name === 'wecom' ? 0.75 : 0.9);
  });

  it.each(['订', '"', '<', '\\', '📦', '_ '])('one alert with everything as long as may be, of %j, fits', (character) => {
    const value = character.repeat(5000);
    const url = `https://host/${'x'.repeat(380)}`;
    const alert = alertOf({ labels: { severity: value }, generatorURL: url, annotations: { summary: value, description: value, runbook_url: url, divergence_url: url } });
    const groupLabels = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`label${i}`, value]));
    const message = render(name, 'zh', notificationOf([alert], { groupLabels, externalURL: url, truncatedAlerts: 1 }), url);
    const { text } = textsOf(name, message);
    expect(limits[name](message)).toBeLessThanOrEqual(1);
    expect(text).toContain('处理手册');
    expect(text).toContain('另有 1 条告警未显示');
  });
});
