/** The names that exporter-toolkit takes from Go's crypto/tls, and what OpenSSL and Node call the same. */

import type { ClientAuth, TlsVersion } from './web-config.ts';

export const tlsVersions: Readonly<Record<string, TlsVersion>> = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' };

/** From the oldest to the newest. */
export const versionOrder: readonly TlsVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** `RequireClientCert` is the toolkit's own older spelling. */
export const clientAuthTypes: Readonly<Record<string, ClientAuth>> = {
  NoClientCert: 'none', RequestClientCert: 'request', RequireAnyClientCert: 'require', RequireClientCert: 'require',
  VerifyClientCertIfGiven: 'verify_if_given', RequireAndVerifyClientCert: 'require_and_verify',
};

export const curves: Readonly<Record<string, string>> = { CurveP256: 'P-256', CurveP384: 'P-384', CurveP521: 'P-521', X25519: 'X25519' };

/** Up to TLS 1.2, in Go's order of preference. */
const ephemeralCiphers: Readonly<Record<string, string>> = {
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 'ECDHE-ECDSA-AES128-GCM-SHA256',
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 'ECDHE-RSA-AES128-GCM-SHA256',
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 'ECDHE-ECDSA-AES256-GCM-SHA384',
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 'ECDHE-RSA-AES256-GCM-SHA384',
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-ECDSA-CHACHA20-POLY1305',
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 'ECDHE-RSA-CHACHA20-POLY1305',
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 'ECDHE-ECDSA-AES128-SHA',
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 'ECDHE-RSA-AES128-SHA',
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 'ECDHE-ECDSA-AES256-SHA',
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 'ECDHE-RSA-AES256-SHA',
};

/** Go before 1.22 counts these among the usual ones; only who names them gets them. */
const staticCiphers: Readonly<Record<string, string>> = {
  TLS_RSA_WITH_AES_128_GCM_SHA256: 'AES128-GCM-SHA256',
  TLS_RSA_WITH_AES_256_GCM_SHA384: 'AES256-GCM-SHA384',
  TLS_RSA_WITH_AES_128_CBC_SHA: 'AES128-SHA',
  TLS_RSA_WITH_AES_256_CBC_SHA: 'AES256-SHA',
};

/** TLS 1.3 has these three, in both languages under one name, and they cannot be chosen among. */
const ciphersOf13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

export const ciphers: Readonly<Record<string, string>> = {
  ...ephemeralCiphers, ...staticCiphers, ...Object.fromEntries(ciphersOf13.map((name) => [name, name])),
};

/** HTTP/2 demands one of them; the toolkit refuses a list without, unless HTTP/2 is off. */
export const ciphersOfHttp2: readonly string[] = ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'];

/**
 * OpenSSL's cipher list for Go's names; without any the usual ones. Below TLS 1.2 OpenSSL 3 takes only level 0, which also
 * allows short keys.
 */
export function cipherList(names: readonly string[], minVersion: TlsVersion): string {
  const named = names.filter((name) => !(ciphersOf13 as readonly string[]).includes(name)).map((name) => ciphers[name]!);
  const list = names.length === 0 ? Object.values(ephemeralCiphers) : named;
  const level = minVersion === 'TLSv1' || minVersion === 'TLSv1.1' ? ['@SECLEVEL=0'] : [];
  return [...ciphersOf13, ...list, ...level].join(':');
}
