/** The cases of exporter-toolkit's own test data, equal in meaning and under its names for them, and what is to be said of each. */

import { readFileSync } from 'node:fs';

export interface Case {
  readonly name: string;
  readonly text: string;
  readonly expected: RegExp | 'ok';
  /** Of a later toolkit than Debian 12's promtool has, or judged by it at the start of a server only. */
  readonly newer?: boolean;
}

export const pem = (name: string): string => readFileSync(new URL(`../fixtures/web-tls/${name}`, import.meta.url), 'utf8');
const indented = (name: string): string => pem(name).replaceAll(/^/gm, '    ').trimEnd();
/** Of a password that does not matter here. */
export const hash = '$2y$10$1T7o4.0HC4AggECFVnC3s.mMBgO3JyTFOE1vccYDN6TGAqI5gK7mO';

const pair = '  cert_file: "server.crt"\n  key_file: "server.key"\n';
export const tls = (more = ''): string => `tls_server_config:\n${pair}${more}`;
const allCiphers = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
  'TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA', 'TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA',
  'TLS_RSA_WITH_AES_128_CBC_SHA', 'TLS_RSA_WITH_AES_256_CBC_SHA', 'TLS_RSA_WITH_AES_128_GCM_SHA256', 'TLS_RSA_WITH_AES_256_GCM_SHA384',
];
const list = (key: string, names: readonly string[]): string => `  ${key}: [${names.join(', ')}]\n`;

export const toolkit: readonly Case[] = [
  { name: 'empty', text: '', expected: 'ok' },
  { name: 'junk', text: 'hWkNKCp3fvIX3jKnsaBI\nTuEjdaEwzhGm\n', expected: /expected a mapping, got text \(wrong_type\)/ },
  { name: 'junk key', text: 'tls_server_config:\n  cert_filse: "server.crt"\n', expected: /^2:3: tls_server_config\.cert_filse: unknown key; did you mean "cert_file"\? \(unknown_key\)$/ },
  { name: 'certPath empty', text: 'tls_server_config:\n  cert_file: ""\n  key_file: "server.key"\n', expected: /^2:3: tls_server_config: TLS needs cert_file or cert \(missing_key\)$/ },
  { name: 'cert empty', text: 'tls_server_config:\n  cert: ""\n  key_file: "server.key"\n', expected: /TLS needs cert_file or cert \(missing_key\)/ },
  { name: 'keyPath empty', text: 'tls_server_config:\n  cert_file: "server.crt"\n  key_file: ""\n', expected: /TLS needs key_file or key \(missing_key\)/ },
  { name: 'key empty', text: 'tls_server_config:\n  cert_file: "server.crt"\n  key: ""\n', expected: /TLS needs key_file or key \(missing_key\)/ },
  { name: 'certPath keyPath empty', text: 'tls_server_config:\n  cert_file: ""\n  key_file: ""\n  client_auth_type: "x"\n', expected: /client_auth_type: "x" is no way to ask clients for certificates.*\(bad_choice\)/ },
  { name: 'certPath invalid', text: 'tls_server_config:\n  cert_file: "somefile"\n  key_file: "server.key"\n', expected: /^2:14: .*cannot read "\/etc\/web\/somefile": no such file \(file_unreadable\)$/ },
  { name: 'keyPath invalid', text: 'tls_server_config:\n  cert_file: "server.crt"\n  key_file: "somefile"\n', expected: /^3:13: .*no such file \(file_unreadable\)$/ },
  { name: 'certPath keyPath invalid', text: 'tls_server_config:\n  cert_file: "some"\n  key_file: "file"\n', expected: /no such file[^]*no such file/ },
  { name: 'noAuth bad', text: tls('  client_ca_file: "ca.crt"\n'), expected: /no client is asked for one.*\(bad_tls\)/ },
  { name: 'clientCAs invalid', text: tls('  client_auth_type: "RequireAndVerifyClientCert"\n  client_ca_file: "somefile"\n'), expected: /no such file/ },
  { name: 'clientCAs nocerts', text: tls('  client_auth_type: "RequireAndVerifyClientCert"\n  client_ca_file: "server.key"\n'), expected: /client_ca_file: holds no certificate \(bad_pem\)/, newer: true },
  { name: 'clientCAsText nocerts', text: tls('  client_auth_type: "RequireAndVerifyClientCert"\n  client_ca: "text"\n'), expected: /client_ca: holds no certificate \(bad_pem\)/, newer: true },
  { name: 'user list invalid', text: `${tls()}basic_auth_users:\n  john: doe\n`, expected: /^5:9: basic_auth_users\.john: is not a bcrypt hash.*\(bad_hash\)$/ },
  { name: 'inventedCiphers', text: tls(list('cipher_suites', ['TLS_RSA_WITH_RC4_128_SHA2048'])), expected: /"TLS_RSA_WITH_RC4_128_SHA2048" is no cipher suite/ },
  { name: 'inventedCurves', text: tls(list('curve_preferences', ['CurveP257'])), expected: /"CurveP257" is no curve; did you mean "CurveP25/ },
  { name: 'wrongTLSVersion', text: tls('  min_version: TLS111\n'), expected: /"TLS111" is no version of TLS/ },
  { name: 'noAuth good', text: tls('  client_auth_type: "VerifyClientCertIfGiven"\n'), expected: 'ok' },
  { name: 'noAuth good blocking', text: tls('  client_auth_type: "RequireAndVerifyClientCert"\n'), expected: 'ok' },
  { name: 'requireanyclientcert', text: tls('  client_auth_type: "RequireAnyClientCert"\n'), expected: 'ok' },
  { name: 'requireandverifyclientcert', text: tls('  client_auth_type: "RequireAndVerifyClientCert"\n  client_ca_file: "ca.crt"\n'), expected: 'ok' },
  { name: 'tlsInline', text: `tls_server_config:\n  cert: |\n${indented('server.crt')}\n  key: |\n${indented('server.key')}\n`, expected: 'ok', newer: true },
  { name: 'allCiphers', text: tls(list('cipher_suites', allCiphers)), expected: 'ok' },
  { name: 'someCiphers', text: tls(`${list('cipher_suites', ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'])}  max_version: TLS12\n`), expected: 'ok' },
  { name: 'someCiphers noOrder', text: tls(`${list('cipher_suites', ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'])}  max_version: TLS12\n  prefer_server_cipher_suites: false\n`), expected: 'ok' },
  { name: 'allCurves', text: tls(list('curve_preferences', ['CurveP256', 'CurveP384', 'CurveP521', 'X25519'])), expected: 'ok' },
  { name: 'someCurves', text: tls(list('curve_preferences', ['CurveP521'])), expected: 'ok' },
  { name: 'noHTTP2', text: `${tls(`${list('cipher_suites', ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'])}  max_version: TLS12\n`)}http_server_config:\n  http2: false\n`, expected: 'ok' },
  { name: 'noHTTP2Cipher', text: tls(`${list('cipher_suites', ['TLS_RSA_WITH_AES_128_CBC_SHA'])}  max_version: TLS12\n`), expected: /HTTP\/2 needs one of .*\(bad_tls\)/, newer: true },
  { name: 'headers', text: 'http_server_config:\n  headers:\n    X-Frame-Options: deny\n    Strict-Transport-Security: max-age=31536000; includeSubDomains\n    X-Content-Type-Options: nosniff\n    X-XSS-Protection: 1\n    Content-Security-Policy: "default-src \'self\'"\n', expected: 'ok' },
  { name: 'headers content_type_options', text: 'http_server_config:\n  headers:\n    X-Content-Type-Options: sniff\n', expected: /^3:29: .*expected one of nosniff \(bad_choice\)$/ },
  { name: 'headers frame_options', text: 'http_server_config:\n  headers:\n    X-Frame-Options: all\n', expected: /expected one of deny, sameorigin \(bad_choice\)/ },
  { name: 'headers extra_header', text: 'http_server_config:\n  headers:\n    X-Custom: x\n', expected: /^3:5: .*the header cannot be configured.*\(unknown_key\)$/ },
  { name: 'client_san', text: tls('  client_auth_type: "RequireAndVerifyClientCert"\n  client_ca_file: "ca.crt"\n  client_allowed_sans: ["one", "test3"]\n'), expected: 'ok', newer: true },
  { name: 'client_san no_client_auth', text: tls('  client_allowed_sans: ["one"]\n'), expected: /client_allowed_sans: clients may come without a certificate.*\(bad_tls\)/ },
  { name: 'client_san optional_cert', text: tls('  client_auth_type: "VerifyClientCertIfGiven"\n  client_allowed_sans: ["one"]\n'), expected: /clients may come without a certificate/ },
  { name: 'rate_limiter nonblocking', text: 'rate_limit:\n  interval: 0\n  burst: 0\n', expected: 'ok', newer: true },
  { name: 'rate_limiter one_second', text: 'rate_limit:\n  interval: 1s\n  burst: 1\n', expected: 'ok', newer: true },
  { name: 'users', text: `${tls()}basic_auth_users:\n  alice: ${hash}\n`, expected: 'ok' },
  { name: 'users noTLS', text: `basic_auth_users:\n  alice: ${hash.replace('2y', '2a')}\n  bob: ${hash.replace('2y', '2b')}\n`, expected: 'ok' },
];
