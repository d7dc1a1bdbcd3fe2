/** Web addresses in the configuration: that of a chat bot, which is a secret, and that of our own pages, which is not. */

import { wrong, type Parsed } from './issues.ts';

const loopback = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

/** The address of a bot. Messages repeat nothing of it: its path or query is what lets anybody post. */
export function parseHookUrl(text: string): Parsed<string> {
  const url = urlOf(text);
  if (url === undefined) return wrong('bad_url', 'the address of the bot is not a URL such as https://host/path');
  if (url.username !== '' || url.password !== '') return wrong('bad_url', 'the address of the bot holds a user name or a password');
  if (url.protocol === 'http:' && !loopback.test(url.hostname)) return wrong('bad_url', 'the address of the bot must be https; http is for loopback only, since the address is a secret');
  return { value: text };
}

/** The address of our own pages, without a slash at the end. */
export function parseWebUrl(text: string): Parsed<string> {
  const url = urlOf(text);
  if (url === undefined) return wrong('bad_url', 'is not an address such as https://host:port/path');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') return wrong('bad_url', 'an address of pages has no credentials, no query and no fragment');
  return { value: text.replace(/\/+$/, '') };
}

function urlOf(text: string): URL | undefined {
  if (/[\s\p{C}]/u.test(text) || !/^https?:\/\//i.test(text)) return undefined;
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
