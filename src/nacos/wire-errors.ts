/**
 * What went wrong on the wire, as one of the exporter's failure reasons, told by the error's code. Messages of the
 * library are shortened to code and gist: some carry raw bytes of the answer.
 */

import type { FailureReason } from '../model.ts';

export interface WireFailure {
  readonly reason: FailureReason;
  readonly detail: string;
}

const timeouts = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);

/** The other side hung up: unreachable before the headers, a broken answer after them. */
const hangUps = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED']);

const brokenAnswers = new Set([
  'UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_INVALID_ARG', 'UND_ERR_REQ_CONTENT_LENGTH_MISMATCH',
]);

/** OpenSSL's verification codes have no common prefix. */
const tlsCode = /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH_|HOSTNAME_MISMATCH|ERROR_IN_C|ERR_OSSL|EPROTO$)/;

export function describeWireError(error: unknown, headersSeen: boolean): WireFailure {
  const code = codeOf(error);
  return { reason: reasonOf(error, code, headersSeen), detail: detailOf(error, code) };
}

function reasonOf(error: unknown, code: string, headersSeen: boolean): FailureReason {
  if (timeouts.has(code)) return 'timeout';
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'too_large';
  if (code.startsWith('HPE_') || brokenAnswers.has(code) || nameOf(error) === 'HTTPParserError') return 'protocol';
  if (tlsCode.test(code)) return 'tls';
  // Node gives a plain ECONNRESET to a connection that ends inside the TLS handshake.
  if (code === 'ECONNRESET' && messageOf(error).includes('secure TLS connection')) return 'tls';
  if (hangUps.has(code)) return headersSeen ? 'protocol' : 'connect';
  return headersSeen ? 'protocol' : 'connect';
}

function detailOf(error: unknown, code: string): string {
  // OpenSSL's lines: address:error:number:library:function:what:file:line.
  const gist = messageOf(error).replace(/^[0-9A-F]+:error:[0-9A-F]+:[^:]*:[^:]*:([^:]+).*$/s, '$1').replace(/\s+/g, ' ').trim().slice(0, 160);
  if (code === '' || gist.includes(code)) return gist === '' ? code || 'connection failed' : gist;
  return gist === '' ? code : `${gist} (${code})`;
}

/**
 * True for a request that a kept-alive connection swallowed: the peer hung up before the headers on a socket that had
 * already brought bytes. A fresh connection has read nothing yet, so its failure is the node's own.
 */
export function isStaleSocket(error: unknown, bytesReadAt: (error: object) => number | undefined): boolean {
  if (typeof error !== 'object' || error === null || !hangUps.has(codeOf(error))) return false;
  const { socket } = error as { socket?: { bytesRead?: number } | null };
  return (socket?.bytesRead ?? bytesReadAt(error) ?? 0) > 0;
}

/** With several addresses for a name Node wraps one error per address. */
function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === 'string') return code;
  return Array.isArray(errors) ? codeOf(errors[0]) : '';
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if (error.message !== '' || !(error instanceof AggregateError)) return error.message;
  return error.errors.map((one) => messageOf(one)).join('; ');
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
