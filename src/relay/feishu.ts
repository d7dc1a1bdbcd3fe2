/**
 * Feishu and Lark: an interactive card. Texts of alerts stand in `plain_text` elements, which read no markup at all;
 * the only markdown are links, made of our own words and percent-encoded addresses.
 */

import type { Digest, Form, Link, Tone } from './digest.ts';
import { byteLength, plain } from './escape.ts';
import { fit } from './fit.ts';
import type { Words } from './words.ts';

/** "请求体的数据大小不能超过 20 KB" for a custom bot; read as 20,000 bytes, less timestamp and signature. */
const maxBytes = 20_000 - 200;

const templates: Readonly<Record<Tone, string>> = { critical: 'red', warning: 'orange', info: 'blue', resolved: 'green' };

export const feishuForm: Form = { escape: plain, title: 400, summary: 400, description: 1000, url: 2000 };

export function feishuCard(digest: Digest, words: Words): object {
  return fit(digest, maxBytes, (part) => render(part, words), (message) => byteLength(JSON.stringify(message)));
}

function render({ tone, title, items, leftOut, links }: Digest, words: Words): object {
  const elements = items.flatMap((item, i) => {
    const lines = [`[${item.mark}] ${item.summary}`, ...(item.description === '' ? [] : [item.description]), item.when];
    return [...(i === 0 ? [] : [{ tag: 'hr' }]), { tag: 'div', text: plainText(lines.join('\n')) }, ...linkElements(item.links)];
  });
  return {
    msg_type: 'interactive',
    card: {
      config: { wide_screen_mode: true },
      header: { template: templates[tone], title: plainText(title) },
      elements: [
        ...elements,
        ...(leftOut === 0 ? [] : [{ tag: 'note', elements: [plainText(words.leftOut(leftOut))] }]),
        ...(links.length === 0 ? [] : [{ tag: 'hr' }, ...linkElements(links)]),
      ],
    },
  };
}

const plainText = (content: string): object => ({ tag: 'plain_text', content });

function linkElements(links: readonly Link[]): readonly object[] {
  return links.length === 0 ? [] : [{ tag: 'markdown', content: links.map(({ text, url }) => `[${text}](${url})`).join(' · ') }];
}
