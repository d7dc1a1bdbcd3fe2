/** The answer to what is no HTTP request: too long, too slow, or not in the protocol's form. */

import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';

import { commonHeaders } from './headers.ts';
import { plainText } from './refuse.ts';

const statuses: Readonly<Record<string, number>> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 };
/** A client that still sends gets this long to read the answer, milliseconds; cut at once it would see a reset instead. */
const lingerMs = 1000;

export function answerClientError(error: Error & { readonly code?: string }, socket: Socket): void {
  // A handshake that failed leaves nobody to talk to.
  const hasTalked = !('getProtocol' in socket) || (socket as { getProtocol?(): string | null }).getProtocol?.() !== null;
  if (error.code === 'ECONNRESET' || !socket.writable || !hasTalked || error.code?.startsWith('ERR_SSL_') === true) {
    socket.destroy();
    return;
  }
  const status = statuses[error.code ?? ''] ?? 400;
  const text = `${STATUS_CODES[status]!.toLowerCase()}\n`;
  const headers = { ...commonHeaders, 'content-type': plainText, 'content-length': String(text.length), connection: 'close' };
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${text}`);
  const timer = setTimeout(() => socket.destroy(), lingerMs);
  socket.once('close', () => clearTimeout(timer));
}
