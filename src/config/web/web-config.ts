/** What a file for `--web.config.file` says, in the format of the Prometheus exporter-toolkit, with the files it names read. */

export type TlsVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** Go's ClientAuthType. Only `require_and_verify` tells who the client is. */
export type ClientAuth = 'none' | 'request' | 'require' | 'verify_if_given' | 'require_and_verify';

export interface WebTls {
  /** PEM, the server's own first. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
  readonly clientAuth: ClientAuth;
  /** PEM; without it the authorities that Node brings. */
  readonly clientCa?: string;
  /** One of a client certificate's alternative names must be among them. */
  readonly allowedSans?: readonly string[];
  readonly minVersion: TlsVersion;
  readonly maxVersion: TlsVersion;
  /** OpenSSL's form. */
  readonly ciphers: string;
  /** OpenSSL's form; without it OpenSSL's own choice. */
  readonly curves?: string;
  readonly preferServerCiphers: boolean;
}

export interface WebRateLimit {
  /** From one request to the next, milliseconds; above 0. */
  readonly interval: number;
  /** Requests that may come at once. */
  readonly burst: number;
}

export interface WebConfig {
  /** Without it plain HTTP. */
  readonly tls?: WebTls;
  /** By name; an empty text leaves the header out. */
  readonly headers: ReadonlyMap<string, string>;
  /** bcrypt hashes by user; empty where nobody has to log in. */
  readonly users: ReadonlyMap<string, string>;
  readonly rateLimit?: WebRateLimit;
  /** All that it was made from: the file itself first, then those it names. */
  readonly files: readonly string[];
}

/** Whether whoever is answered has told who he is. */
export const authenticates = ({ users, tls }: WebConfig): boolean => users.size > 0 || tls?.clientAuth === 'require_and_verify';
