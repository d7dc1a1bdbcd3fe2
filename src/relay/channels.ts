/** The chat services as a table: form and size of a message, signature, limits, and what their answers mean. */

import type { Digest, Form } from './digest.ts';
import { dingtalkForm, dingtalkMarkdown } from './dingtalk.ts';
import { feishuCard, feishuForm } from './feishu.ts';
import type { Window } from './pace.ts';
import { dingtalkSignature, feishuSignature } from './sign.ts';
import { dingtalkCodes, feishuCodes, wecomCodes, type Codes } from './verdict.ts';
import { wecomForm, wecomMarkdown } from './wecom.ts';
import type { Words } from './words.ts';

export const channelNames = ['feishu', 'dingtalk', 'wecom'] as const;
export type ChannelName = (typeof channelNames)[number];

/** The bot's address and the key of its signature, as texts. */
export interface Hook {
  readonly url: string;
  readonly secret?: string;
}

export interface Channel {
  readonly form: Form;
  readonly windows: readonly Window[];
  readonly codes: Codes;
  compose(digest: Digest, words: Words): object;
  /** What is posted at `now`, milliseconds since the epoch: a signature lasts an hour, so each try has its own. */
  seal(message: object, hook: Hook, now: number): { readonly url: string; readonly body: string };
}

/** The services count when a message arrives; so much later than planned may one be than the next. */
const minute = 61_000;
const second = 1_100;

export const channels: Readonly<Record<ChannelName, Channel>> = {
  feishu: {
    form: feishuForm, compose: feishuCard, codes: feishuCodes, windows: [{ count: 5, perMs: second }, { count: 100, perMs: minute }],
    seal(message, { url, secret }, now) {
      const timestamp = Math.floor(now / 1000);
      const signed = secret === undefined ? message : { timestamp: String(timestamp), sign: feishuSignature(timestamp, secret), ...message };
      return { url, body: JSON.stringify(signed) };
    },
  },
  dingtalk: {
    form: dingtalkForm, compose: dingtalkMarkdown, codes: dingtalkCodes, windows: [{ count: 20, perMs: minute }],
    seal(message, { url, secret }, now) {
      const target = new URL(url);
      if (secret !== undefined) {
        target.searchParams.set('timestamp', String(now));
        target.searchParams.set('sign', dingtalkSignature(now, secret));
      }
      return { url: target.href, body: JSON.stringify(message) };
    },
  },
  wecom: {
    form: wecomForm, compose: wecomMarkdown, codes: wecomCodes, windows: [{ count: 20, perMs: minute }],
    seal: (message, { url }) => ({ url, body: JSON.stringify(message) }),
  },
};
