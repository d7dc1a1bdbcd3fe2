/** Whether a client that has finished its handshake may stay: Go's ways to ask for certificates, told from a Node socket. */

import type { TLSSocket } from 'node:tls';

import type { WebTls } from '../../config/web/web-config.ts';

/** What OpenSSL is to do during the handshake; the rest is `refusal`'s. */
export function handshakeDemand({ clientAuth }: WebTls): { readonly requestCert: boolean; readonly rejectUnauthorized: boolean } {
  return { requestCert: clientAuth !== 'none', rejectUnauthorized: clientAuth === 'require_and_verify' };
}

/** Why the client is sent away; undefined where it may stay. Checks all anew: the demand may have changed since it connected. */
export function refusal({ clientAuth, allowedSans }: WebTls, socket: Pick<TLSSocket, 'authorized' | 'getPeerX509Certificate'>): string | undefined {
  if (clientAuth === 'none' || clientAuth === 'request') return undefined;
  const certificate = socket.getPeerX509Certificate();
  if (certificate === undefined) return clientAuth === 'verify_if_given' ? undefined : 'no client certificate';
  if (clientAuth !== 'require' && !socket.authorized) return 'the client certificate is not signed by an authority of ours';
  if (allowedSans === undefined) return undefined;
  const names = alternativeNames(certificate.subjectAltName ?? '');
  return names.some((name) => allowedSans.includes(name)) ? undefined : 'no alternative name of the client certificate is allowed';
}

/** Of the text that Node makes of them; a name that could be mistaken for two stands in it as a JSON text. */
export function alternativeNames(text: string): readonly string[] {
  return [...text.matchAll(/(?:^|, )(DNS|email|URI|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)].map(([, kind, value = '']) => {
    const name = value.startsWith('"') ? String(JSON.parse(value)) : value;
    return kind === 'IP Address' && name.includes(':') ? shortest(name) : name;
  });
}

/** As Go writes it: `::1`, not `0:0:0:0:0:0:0:1`. */
const shortest = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);
