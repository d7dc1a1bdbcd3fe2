/** Signatures against the published algorithm written out once more, and against known values. */

import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { channels } from '../../src/relay/channels.ts';
import { dingtalkSignature, feishuSignature } from '../../src/relay/sign.ts';

const now = 1_767_268_800_123;

describe.each(['SEC0123456789abcdef', 'with "quotes" \\ and 中文', '+/='])('with the secret %j', (secret) => {
  it('signs for Feishu: timestamp and secret as key, nothing as message', () => {
    expect(feishuSignature(1_767_268_800, secret)).toBe(createHmac('sha256', Buffer.from(`1767268800\n${secret}`)).digest().toString('base64'));
    const sealed = channels.feishu.seal({ msg_type: 'interactive' }, { url: 'https://host/hook', secret }, now);
    expect(sealed.url).toBe('https://host/hook');
    expect(JSON.parse(sealed.body)).toEqual({ timestamp: '1767268800', sign: feishuSignature(1_767_268_800, secret), msg_type: 'interactive' });
  });

  it('signs for DingTalk: secret as key, timestamp and secret as message, both in the query', () => {
    const wanted = createHmac('sha256', Buffer.from(secret)).update(Buffer.from(`${now}\n${secret}`)).digest().toString('base64');
    expect(dingtalkSignature(now, secret)).toBe(wanted);
    const { url, body } = channels.dingtalk.seal({}, { url: 'https://host/robot/send?access_token=a', secret }, now);
    expect(url.startsWith(`https://host/robot/send?access_token=a&timestamp=${now}&sign=`)).toBe(true);
    expect(url.split('&sign=')[1]).toBe(encodeURIComponent(wanted));
    expect(body).toBe('{}');
  });
});

describe('without a secret', () => {
  it.each(['feishu', 'dingtalk', 'wecom'] as const)('%s gets the message as it is', (name) => {
    expect(channels[name].seal({ a: 1 }, { url: 'https://host/x?key=k' }, now)).toEqual({ url: 'https://host/x?key=k', body: '{"a":1}' });
  });
});
