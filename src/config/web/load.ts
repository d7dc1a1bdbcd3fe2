/** Reads a file of exporter-toolkit's format and the files it names: the configuration, or every mistake at once. */

import { createPrivateKey, X509Certificate } from 'node:crypto';
import { dirname, isAbsolute, join } from 'node:path';
import { readYaml, type Path } from '../document.ts';
import { issueAt, sortIssues, type ConfigIssue, type IssueCode } from '../issues.ts';
import { readFailure } from '../secret.ts';
import { check } from '../shape.ts';
import { cipherList, ciphersOfHttp2, clientAuthTypes, curves, tlsVersions, versionOrder } from './names.ts';
import { unknownWebKey, webSchema, type WebData } from './schema.ts';
import type { WebConfig, WebRateLimit, WebTls } from './web-config.ts';

export type WebLoadResult = { readonly config: WebConfig } | { readonly errors: readonly ConfigIssue[]; readonly files: readonly string[] };

type TlsData = NonNullable<WebData['tls_server_config']>;
type At = (path: Path, code: IssueCode, message: string) => void;

/** Paths in the file count from its folder. `readFile` throws as `node:fs` does, for the file itself too. */
export function loadWebConfig(name: string, readFile: (path: string) => string): WebLoadResult {
  let text: string;
  try {
    text = readFile(name);
  } catch (error) {
    return { errors: [issueAt({ path: '', file: name }, 'file_unreadable', `cannot be read: ${readFailure(error)}`)], files: [name] };
  }
  const file = readYaml(name, text);
  const issues = [...file.issues];
  const at: At = (path, code, message) => issues.push(issueAt(file.valueAt(path), code, message));
  const checked = check(webSchema, file.raw ?? {}, unknownWebKey);
  for (const { path, atKey, mistake } of checked.problems) issues.push(issueAt(atKey ? file.keyAt(path) : file.valueAt(path), mistake.code, mistake.message));

  const data = (checked.data ?? {}) as WebData;
  const files = [name];
  const broken = (key: string): boolean => checked.problems.some(({ path }) => path[0] === 'tls_server_config' && (path.length === 1 || path[1] === key));
  const read = (key: string, path: string): string | undefined => {
    const resolved = isAbsolute(path) ? path : join(dirname(name), path);
    files.push(resolved);
    try {
      return readFile(resolved);
    } catch (error) {
      at(['tls_server_config', key], 'file_unreadable', `cannot read "${resolved}": ${readFailure(error)}`);
      return undefined;
    }
  };
  const tls = tlsOf(data, { read, at, broken });
  const rateLimit = rateOf(data, at);
  if (issues.length > 0) return { errors: sortIssues(issues), files };
  return {
    config: {
      ...(tls === undefined ? {} : { tls }),
      headers: new Map(Object.entries(data.http_server_config?.headers ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined)),
      users: new Map(Object.entries(data.basic_auth_users ?? {})),
      ...(rateLimit === undefined ? {} : { rateLimit }),
      files,
    },
  };
}

interface Look {
  /** The text of a file named under a key; undefined, and reported, where it cannot be read. */
  readonly read: (key: string, path: string) => string | undefined;
  readonly at: At;
  /** A mistake in the key is reported already. */
  readonly broken: (key: string) => boolean;
}

function tlsOf({ tls_server_config: given, http_server_config: http }: WebData, look: Look): WebTls | undefined {
  if (given === undefined || given === null || Object.values(given).every((value) => value === undefined || value === null)) return undefined;
  const place = (key: string): Path => ['tls_server_config', key];
  const cert = pemOf(given, 'cert', look);
  const key = pemOf(given, 'key', look);
  const clientCa = pemOf(given, 'client_ca', look);
  checkPair(given, cert, key, look);
  if (clientCa !== undefined && certificateIn(clientCa) === undefined) look.at(place(sourceOf(given, 'client_ca')), 'bad_pem', 'holds no certificate');

  const clientAuth = clientAuthTypes[given.client_auth_type ?? 'NoClientCert']!;
  if (hasSource(given, 'client_ca') && clientAuth === 'none' && !look.broken('client_auth_type')) {
    look.at(place(sourceOf(given, 'client_ca')), 'bad_tls', 'authorities for client certificates, and no client is asked for one; add client_auth_type: RequireAndVerifyClientCert');
  }
  const allowedSans = given.client_allowed_sans ?? undefined;
  if (allowedSans !== undefined && clientAuth !== 'require' && clientAuth !== 'require_and_verify' && !look.broken('client_auth_type')) {
    look.at(place('client_allowed_sans'), 'bad_tls', 'clients may come without a certificate; add client_auth_type: RequireAndVerifyClientCert');
  }

  const minVersion = tlsVersions[given.min_version ?? 'TLS12']!;
  const maxVersion = tlsVersions[given.max_version ?? 'TLS13']!;
  if (versionOrder.indexOf(minVersion) > versionOrder.indexOf(maxVersion)) look.at(place(given.min_version === undefined ? 'max_version' : 'min_version'), 'bad_tls', 'min_version is above max_version: no client could connect');
  const suites = given.cipher_suites ?? [];
  if (suites.length > 0 && minVersion !== 'TLSv1.3' && http?.http2 !== false && !look.broken('cipher_suites') && !suites.some((name) => ciphersOfHttp2.includes(name))) {
    look.at(place('cipher_suites'), 'bad_tls', `HTTP/2 needs one of ${ciphersOfHttp2.join(', ')}; add it, or http_server_config: {http2: false}`);
  }
  if (cert === undefined || key === undefined) return undefined;
  return {
    cert, key, clientAuth, minVersion, maxVersion,
    ...(clientCa === undefined ? {} : { clientCa }),
    ...(allowedSans === undefined ? {} : { allowedSans }),
    ciphers: cipherList(suites, minVersion),
    ...(given.curve_preferences?.length ? { curves: given.curve_preferences.map((name) => curves[name]).join(':') } : {}),
    preferServerCiphers: given.prefer_server_cipher_suites ?? true,
  };
}

type PemKey = 'cert' | 'key' | 'client_ca';

const hasSource = (given: TlsData, key: PemKey): boolean => given[key] !== undefined || given[`${key}_file`] !== undefined;
const sourceOf = (given: TlsData, key: PemKey): string => (given[`${key}_file`] === undefined ? key : `${key}_file`);

/** Of the two ways to give it only one may be used; the server's certificate and key must be given. */
function pemOf(given: TlsData, key: PemKey, { read, at, broken }: Look): string | undefined {
  const path = given[`${key}_file`];
  const inline = given[key];
  if (path !== undefined && inline !== undefined) at(['tls_server_config', key], 'bad_tls', `${key}_file is given as well; keep one of them`);
  if (path !== undefined) return read(`${key}_file`, path);
  if (inline === undefined && key !== 'client_ca' && !broken(key) && !broken(`${key}_file`)) {
    at(['tls_server_config'], 'missing_key', `TLS needs ${key}_file or ${key}`);
  }
  return inline;
}

function checkPair(given: TlsData, cert: string | undefined, key: string | undefined, { at }: Look): void {
  const certificate = cert === undefined ? undefined : certificateIn(cert);
  if (cert !== undefined && certificate === undefined) at(['tls_server_config', sourceOf(given, 'cert')], 'bad_pem', 'holds no certificate');
  if (key === undefined) return;
  try {
    const privateKey = createPrivateKey(key);
    if (certificate !== undefined && !certificate.checkPrivateKey(privateKey)) at(['tls_server_config', sourceOf(given, 'key')], 'bad_tls', 'the key is not that of the certificate');
  } catch {
    // The library's message may quote the text.
    at(['tls_server_config', sourceOf(given, 'key')], 'bad_pem', 'holds no private key that can be used without a passphrase');
  }
}

function certificateIn(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    return undefined;
  }
}

function rateOf({ rate_limit: given }: WebData, at: At): WebRateLimit | undefined {
  const interval = given?.interval ?? 0;
  const burst = given?.burst ?? 0;
  if (interval === 0) return undefined;
  if (burst === 0) at(['rate_limit'], 'out_of_range', 'burst must be at least 1: with 0 no request at all would be answered');
  return { interval, burst };
}
