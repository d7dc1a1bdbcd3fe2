import { describe, expect, it } from 'vitest';
import { describeWireError, isStaleSocket } from '../../src/nacos/wire-errors.ts';

function coded(code: string, message = 'failed'): Error {
  return Object.assign(new Error(message), { code });
}

describe('an error on the wire', () => {
  it.each([
    ['UND_ERR_CONNECT_TIMEOUT', 'timeout', 'timeout'],
    ['ETIMEDOUT', 'timeout', 'timeout'],
    ['UND_ERR_BODY_TIMEOUT', 'timeout', 'timeout'],
    ['ECONNREFUSED', 'connect', 'protocol'],
    ['EHOSTUNREACH', 'connect', 'protocol'],
    ['ENOTFOUND', 'connect', 'protocol'],
    ['EAI_AGAIN', 'connect', 'protocol'],
    ['ECONNRESET', 'connect', 'protocol'],
    ['EPIPE', 'connect', 'protocol'],
    ['UND_ERR_SOCKET', 'connect', 'protocol'],
    ['UND_ERR_DESTROYED', 'connect', 'protocol'],
    ['HPE_INVALID_STATUS', 'protocol', 'protocol'],
    ['HPE_INVALID_CHUNK_SIZE', 'protocol', 'protocol'],
    ['UND_ERR_HEADERS_OVERFLOW', 'protocol', 'protocol'],
    ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'protocol', 'protocol'],
    ['UND_ERR_RES_EXCEEDED_MAX_SIZE', 'too_large', 'too_large'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'tls'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'tls', 'tls'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls', 'tls'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'tls', 'tls'],
    ['CERT_HAS_EXPIRED', 'tls', 'tls'],
    ['CERT_NOT_YET_VALID', 'tls', 'tls'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls', 'tls'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls', 'tls'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'tls', 'tls'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'tls', 'tls'],
    ['ERR_OSSL_PEM_NO_START_LINE', 'tls', 'tls'],
    ['EPROTO', 'tls', 'tls'],
  ])('%s is %s before the headers, %s after them', (code, before, after) => {
    expect(describeWireError(coded(code), false)).toEqual({ reason: before, detail: `failed (${code})` });
    expect(describeWireError(coded(code), true).reason).toBe(after);
  });

  it('inside the TLS handshake is a TLS failure', () => {
    const error = coded('ECONNRESET', 'Client network socket disconnected before secure TLS connection was established');
    expect(describeWireError(error, false).reason).toBe('tls');
  });

  it('of several addresses is told by the first, with all of them in the detail', () => {
    const error = new AggregateError([coded('ECONNREFUSED', 'connect ECONNREFUSED ::1:1'), coded('ETIMEDOUT', 'connect ETIMEDOUT 127.0.0.1:1')]);
    expect(describeWireError(error, false)).toEqual({ reason: 'connect', detail: 'connect ECONNREFUSED ::1:1; connect ETIMEDOUT 127.0.0.1:1' });
  });

  it('of OpenSSL is cut to what it says', () => {
    const line = '804C0A8A3A7F0000:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../deps/rec_layer_s3.c:1601:SSL alert number 116\n';
    const code = 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED';
    expect(describeWireError(coded(code, line), false)).toEqual({ reason: 'tls', detail: `tlsv13 alert certificate required (${code})` });
  });

  it('may be no error at all', () => {
    expect(describeWireError(undefined, false)).toEqual({ reason: 'connect', detail: 'connection failed' });
  });
});

describe('a stale connection', () => {
  it('is one that was hung up after it had brought bytes', () => {
    const reset = coded('ECONNRESET');
    expect(isStaleSocket(reset, () => 500)).toBe(true);
    expect(isStaleSocket(reset, () => 0)).toBe(false);
    expect(isStaleSocket(reset, () => undefined)).toBe(false);
    expect(isStaleSocket(Object.assign(coded('UND_ERR_SOCKET'), { socket: { bytesRead: 7 } }), () => undefined)).toBe(true);
    expect(isStaleSocket(coded('ECONNREFUSED'), () => 500)).toBe(false);
    expect(isStaleSocket(undefined, () => 500)).toBe(false);
  });
});
