/** Signatures as the services specify them. A secret may hold any characters and is taken as UTF-8. */

import { createHmac } from 'node:crypto';

/** Feishu: timestamp and secret are the key, and the message is empty. Seconds; valid for an hour. */
export function feishuSignature(timestampSeconds: number, secret: string): string {
  return createHmac('sha256', `${timestampSeconds}\n${secret}`).update('').digest('base64');
}

/** DingTalk: the secret is the key, timestamp and secret the message. Milliseconds; valid for an hour. */
export function dingtalkSignature(timestampMs: number, secret: string): string {
  return createHmac('sha256', secret).update(`${timestampMs}\n${secret}`).digest('base64');
}
