/** The form of the toolkit's file. As in Go a key without a value, or with an empty text, is a key left out. */

import * as z from 'zod';
import { parseDuration } from '../units.ts';
import { wrong, type Mistake, type Parsed } from '../issues.ts';
import { hint } from '../nearest.ts';
import type { Path } from '../document.ts';
import { parsed } from '../types.ts';
import { ciphers, clientAuthTypes, curves, tlsVersions } from './names.ts';

const text = z.string().nullish().transform((value) => (value === '' || value === null ? undefined : value));

/** One of a table's names, as it stands; what it means is looked up later. */
const named = (table: Readonly<Record<string, unknown>>, what: string) => parsed((name) =>
  Object.hasOwn(table, name) ? { value: name } : wrong('bad_choice', `"${name}" is no ${what}${hint(name, Object.keys(table))}; known are ${Object.keys(table).join(', ')}`));

const optionalName = (table: Readonly<Record<string, unknown>>, what: string) =>
  z.preprocess((value) => (value === '' || value === null ? undefined : value), named(table, what).optional());

/** A number is a text that was not quoted: `X-XSS-Protection: 1`. */
const header = (...values: readonly string[]) => z.preprocess((value) => (typeof value === 'number' ? String(value) : value), parsed((value) => {
  if (value !== '' && values.length > 0 && !values.includes(value)) return wrong('bad_choice', `expected one of ${values.join(', ')}`);
  return /^[\t\u0020-\u007e]*$/.test(value) ? { value } : wrong('bad_choice', 'holds a line break or a character that no header may carry');
}).optional());

const hash = parsed((value) =>
  // The text is not repeated: it may be the password itself.
  /^\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/.test(value) ? { value } : wrong('bad_hash', 'is not a bcrypt hash such as htpasswd -nBC 10 prints'));

const millisecondsOf: Readonly<Record<string, number>> = { ns: 1e-6, us: 1e-3, 'µs': 1e-3, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Go's durations: `1s`, `1.5s`, `1m30s`, and 0 without a unit. Milliseconds. */
export function goDuration(value: string): Parsed<number> {
  if (value === '0') return { value: 0 };
  const parts = [...value.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/gy)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== value) {
    const plain = parseDuration(value);
    return 'mistake' in plain ? plain : wrong('bad_duration', `"${value}" is not a duration; write numbers with units, such as 100ms, 1s or 1m30s`);
  }
  return { value: parts.reduce((sum, [, count, unit]) => sum + Number(count) * millisecondsOf[unit!]!, 0) };
}

export const webSchema = z.strictObject({
  tls_server_config: z.strictObject({
    cert: text, key: text, client_ca: text, cert_file: text, key_file: text, client_ca_file: text,
    client_auth_type: optionalName(clientAuthTypes, 'way to ask clients for certificates'),
    client_allowed_sans: z.array(z.string()).min(1).nullish(),
    min_version: optionalName(tlsVersions, 'version of TLS'),
    max_version: optionalName(tlsVersions, 'version of TLS'),
    cipher_suites: z.array(named(ciphers, 'cipher suite')).nullish(),
    prefer_server_cipher_suites: z.boolean().nullish(),
    curve_preferences: z.array(named(curves, 'curve')).nullish(),
  }).nullish(),
  http_server_config: z.strictObject({
    http2: z.boolean().nullish(),
    headers: z.strictObject({
      'Content-Security-Policy': header(),
      'X-Frame-Options': header('deny', 'sameorigin'),
      'X-Content-Type-Options': header('nosniff'),
      'X-XSS-Protection': header(),
      'Strict-Transport-Security': header(),
    }).nullish(),
  }).nullish(),
  basic_auth_users: z.record(z.string(), hash).nullish(),
  rate_limit: z.strictObject({
    interval: z.preprocess((value) => (typeof value === 'number' ? String(value) : value), parsed(goDuration).optional()),
    burst: z.int().min(0).max(1_000_000).nullish(),
  }).nullish(),
});

export type WebData = z.output<typeof webSchema>;

/** What may stand where an unknown key was found. */
export function unknownWebKey(key: string, parent: Path): { readonly mistake: Mistake } {
  let place: unknown = webSchema;
  for (const part of parent) place = shapeOf(place)?.[String(part)];
  const siblings = Object.keys(shapeOf(place) ?? {});
  if (parent.at(-1) === 'headers') return wrong('unknown_key', `the header cannot be configured${hint(key, siblings)}; known here: ${siblings.join(', ')}`);
  const near = hint(key, siblings);
  return wrong('unknown_key', near === '' ? `unknown key; known here: ${siblings.join(', ')}` : `unknown key${near}`);
}

function shapeOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  let inner = schema;
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodNullable) inner = inner.unwrap();
  return inner instanceof z.ZodObject ? inner.shape : undefined;
}
