/** Secrets are read at the moment of use, and never appear in what goes wrong with them. */

import { describe, expect, it } from 'vitest';
import { readSecret } from '../../src/config/secret.ts';
import { readFile, secretMark } from './corpus.ts';

const sources = (text?: string) => ({ readFile: readFile(text === undefined ? {} : { '/p': text }), env: { SET: secretMark, EMPTY: '' } });

describe('readSecret', () => {
  it.each([['one', 'one'], ['one\n', 'one'], ['one\r\n', 'one'], ['one\n\n', 'one\n'], [' one ', ' one ']])('takes %j of a file as %j', (text, secret) => {
    expect(readSecret({ from: 'file', path: '/p' }, sources(text), 'auth.password')).toBe(secret);
  });

  it('takes variables and values as they are', () => {
    expect(readSecret({ from: 'env', name: 'SET' }, sources(), 'auth.password')).toBe(secretMark);
    expect(readSecret({ from: 'value', value: 'v\n' }, sources(), 'auth.password')).toBe('v\n');
  });

  it.each([
    [{ from: 'file', path: '/nowhere' }, 'auth.password_file: cannot read "/nowhere": no such file'],
    [{ from: 'file', path: '/tls' }, 'auth.password_file: cannot read "/tls": is a directory'],
    [{ from: 'file', path: '/secrets/empty' }, 'auth.password_file: "/secrets/empty" is empty'],
    [{ from: 'env', name: 'UNSET' }, 'auth.password_env: environment variable UNSET is not set'],
    [{ from: 'env', name: 'EMPTY' }, 'auth.password_env: environment variable EMPTY is not set'],
  ] as const)('names field and source of %j', (secret, message) => {
    expect(() => readSecret(secret, sources(), 'auth.password')).toThrow(new Error(message));
  });
});
