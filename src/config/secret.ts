/** Secrets become text here and nowhere else, at the moment of use. */

import type { Secret } from './config.ts';
import { wrong, type Parsed } from './issues.ts';

export interface SecretSources {
  readFile(path: string): string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file', EACCES: 'permission denied', EPERM: 'permission denied', EISDIR: 'is a directory', ENOTDIR: 'no such folder',
};

/** Why a file could not be read, in words of ours. */
export function readFailure(error: unknown): string {
  const code = (error as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? reasons[code] ?? code : 'unreadable';
}

/** The secret without one trailing line break, or what is wrong with its source. */
export function trySecret(secret: Secret, sources: SecretSources): Parsed<string> {
  if (secret.from === 'value') return { value: secret.value };
  if (secret.from === 'env') {
    const value = sources.env[secret.name];
    return value === undefined || value === '' ? wrong('secret_unreadable', `environment variable ${secret.name} is not set`) : { value };
  }
  let text: string;
  try {
    text = sources.readFile(secret.path);
  } catch (error) {
    return wrong('secret_unreadable', `cannot read "${secret.path}": ${readFailure(error)}`);
  }
  const value = text.replace(/\r?\n$/, '');
  return value === '' ? wrong('secret_unreadable', `"${secret.path}" is empty`) : { value };
}

/** Throws with the field and the source, never with the secret. */
export function readSecret(secret: Secret, sources: SecretSources, field: string): string {
  const result = trySecret(secret, sources);
  if ('value' in result) return result.value;
  const suffix = secret.from === 'file' ? '_file' : '_env';
  throw new Error(`${field}${suffix}: ${result.mistake.message}`);
}
