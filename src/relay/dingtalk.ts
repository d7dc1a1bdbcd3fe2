/** DingTalk: a markdown message. Its mentions are made by the `at` field alone, which names nobody. */

import type { Digest, Form, Link } from './digest.ts';
import { byteLength, inert } from './escape.ts';
import { fit } from './fit.ts';
import type { Words } from './words.ts';

/** Of the whole body. */
const maxBytes = 20_000;

export const dingtalkForm: Form = { escape: inert, title: 400, summary: 400, description: 1000, url: 1500 };

export function dingtalkMarkdown(digest: Digest, words: Words): object {
  return fit(digest, maxBytes, (part) => render(part, words), (message) => byteLength(JSON.stringify(message)));
}

/** A line ends with an empty one: DingTalk joins single line breaks on some clients. */
function render({ title, items, leftOut, links }: Digest, words: Words): object {
  const paragraphs = [
    `### ${title}`,
    ...items.flatMap((item) => [
      `**${item.mark}** ${item.summary}`,
      ...(item.description === '' ? [] : [`> ${item.description}`]),
      [item.when, ...item.links.map(linkText)].join(' · '),
    ]),
    ...(leftOut === 0 ? [] : [words.leftOut(leftOut)]),
    ...(links.length === 0 ? [] : [links.map(linkText).join(' · ')]),
  ];
  return { msgtype: 'markdown', markdown: { title, text: paragraphs.join('\n\n') }, at: { atMobiles: [], isAtAll: false } };
}

const linkText = ({ text, url }: Link): string => `[${text}](${url})`;
