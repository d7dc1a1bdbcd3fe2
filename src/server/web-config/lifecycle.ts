/** Who may ask for a reload over HTTP. A SIGHUP needs no leave. */

import type { IncomingMessage } from 'node:http';

import type { Lifecycle } from '../../config/config.ts';
import { authenticates, type WebConfig } from '../../config/web/web-config.ts';

type Call = Pick<IncomingMessage, 'headers'> & { readonly socket: { readonly remoteAddress?: string | undefined } };

/** Why the call is refused; undefined where it may go on. It has passed the gate, password and all. */
export function lifecycleRefusal(lifecycle: Lifecycle, web: WebConfig, call: Call): string | undefined {
  if (lifecycle === 'off') return 'reload over HTTP is turned off (web.lifecycle); send SIGHUP';
  if (isForeign(call)) return 'a page of another site may not ask for a reload';
  if (lifecycle === 'anyone' || authenticates(web)) return undefined;
  if (isLocal(call)) return undefined;
  return 'without basic auth or verified client certificates (web.config_file) only this host may ask for a reload; send SIGHUP, or set web.lifecycle: anyone';
}

/** What a proxy on this host passes on comes from elsewhere. */
function isLocal({ socket, headers }: Call): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const forwarded = headers.forwarded ?? headers['x-forwarded-for'] ?? headers['x-real-ip'];
  return forwarded === undefined && (address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address));
}

/** A browser names the page that sends the request; other clients send no such header. */
function isForeign({ headers }: Call): boolean {
  return headers.origin !== undefined && headers.origin.replace(/^https?:\/\//, '') !== headers.host;
}
