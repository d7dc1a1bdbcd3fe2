/** WeCom: a markdown message. A mention is `<@userid>` in its text, so no value keeps its angle brackets. */

import type { Digest, Form, Link, Tone } from './digest.ts';
import { byteLength, inert } from './escape.ts';
import { fit } from './fit.ts';
import type { Words } from './words.ts';

/** Of the markdown alone. */
const maxBytes = 4096;

/** The three colours that WeCom knows: orange, green and grey. */
const colours: Readonly<Record<Tone, string>> = { critical: 'warning', warning: 'warning', info: 'comment', resolved: 'info' };

/** A title and one alert with all its links take less than `maxBytes`, whatever is in them. */
export const wecomForm: Form = { escape: inert, title: 300, summary: 300, description: 900, url: 400 };

export function wecomMarkdown(digest: Digest, words: Words): object {
  const content = fit(digest, maxBytes, (part) => render(part, words), byteLength);
  return { msgtype: 'markdown', markdown: { content } };
}

function render({ title, items, leftOut, links }: Digest, words: Words): string {
  return [
    `### ${title}`,
    ...items.flatMap((item) => [
      `<font color="${colours[item.tone]}">${item.mark}</font> ${item.summary}`,
      ...(item.description === '' ? [] : [`> ${item.description}`]),
      [item.when, ...item.links.map(linkText)].join(' · '),
    ]),
    ...(leftOut === 0 ? [] : [words.leftOut(leftOut)]),
    ...(links.length === 0 ? [] : [links.map(linkText).join(' · ')]),
  ].join('\n');
}

const linkText = ({ text, url }: Link): string => `[${text}](${url})`;
