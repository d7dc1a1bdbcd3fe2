/**
 * Opens connections for the pool. TLS files are read again for every new connection, so that renewed certificates are
 * used without a restart; a connector (and its TLS sessions) is kept for as long as the files stay the same.
 */

import { readFile } from 'node:fs/promises';
import { buildConnector } from 'undici';

/** File names; the shape of the configuration's `tls`. */
export interface TlsFiles {
  readonly caFile?: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  /** Name to ask for (SNI) and to find in the certificate, instead of the host. */
  readonly serverName?: string;
  readonly insecureSkipVerify: boolean;
}

export interface Connector {
  readonly connect: buildConnector.connector;
  /** Bytes that a connection had read when it failed with this very error: plain system errors do not say. */
  readonly bytesReadAt: (error: object) => number | undefined;
}

export function createConnector(options: { readonly tls?: TlsFiles; readonly timeoutMs: number }): Connector {
  const bytesRead = new WeakMap<object, number>();
  const plain = buildConnector({ timeout: options.timeoutMs, allowH2: false });
  const secure = options.tls === undefined ? undefined : createSecureConnector(options.tls, options.timeoutMs);

  return {
    connect(target, callback) {
      const watched: buildConnector.Callback = (...result) => {
        const [error, socket] = result;
        if (error === null) {
          socket.on('error', (failure: Error) => {
            bytesRead.set(failure, socket.bytesRead);
            // TLS 1.3: the refusal of our certificate comes after the handshake, as an error that leaves the socket
            // open; the close that follows would hide it.
            socket.destroy(failure);
          });
        }
        callback(...result);
      };
      if (secure === undefined || target.protocol !== 'https:') {
        plain(target, watched);
        return;
      }
      void openSecure(secure, target, watched);
    },
    bytesReadAt: (error) => bytesRead.get(error),
  };
}

/** A file that is no certificate or no key makes `connect` itself throw, before anything is sent. */
async function openSecure(
  secure: () => Promise<buildConnector.connector>, target: buildConnector.Options, callback: buildConnector.Callback,
): Promise<void> {
  try {
    (await secure())(target, callback);
  } catch (error) {
    callback(error as Error, null);
  }
}

function createSecureConnector(tls: TlsFiles, timeoutMs: number): () => Promise<buildConnector.connector> {
  let current: { readonly files: readonly (Buffer | undefined)[]; readonly connect: buildConnector.connector } | undefined;

  return async () => {
    const files = await Promise.all([tls.caFile, tls.certFile, tls.keyFile].map((file) => readTlsFile(file)));
    if (current !== undefined && current.files.every((file, i) => sameBytes(file, files[i]))) return current.connect;
    const [ca, cert, key] = files;
    const connect = buildConnector({
      timeout: timeoutMs,
      allowH2: false,
      rejectUnauthorized: !tls.insecureSkipVerify,
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
      ...(tls.serverName === undefined ? {} : { servername: tls.serverName }),
    });
    current = { files, connect };
    return connect;
  };
}

/** A file that cannot be read is a TLS failure of this connection, not the end of the program. */
async function readTlsFile(file: string | undefined): Promise<Buffer | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as { code?: string };
    throw Object.assign(new Error(`cannot read ${file}: ${code ?? 'unknown error'}`), { code: 'ERR_TLS_FILE' });
  }
}

function sameBytes(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}
