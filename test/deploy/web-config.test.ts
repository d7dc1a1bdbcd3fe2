/** The web configurations that we ship: each loads, beside certificates of the names that it gives. */

import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { formatIssue } from '../../src/config/issues.ts';
import { loadWebConfig } from '../../src/config/web/load.ts';
import { authenticates } from '../../src/config/web/web-config.ts';

const folder = resolve(import.meta.dirname, '../../deploy/web-config');
const certificates = resolve(import.meta.dirname, '../fixtures/web-tls');
const names = readdirSync(folder);

function load(name: string) {
  const result = loadWebConfig(join(folder, name), (path) => readFileSync(/\.(?:crt|key)$/.test(path) ? join(certificates, basename(path)) : path, 'utf8'));
  if ('errors' in result) throw new Error(result.errors.map(formatIssue).join('\n'));
  return result.config;
}

it('are those that the documentation names', () => {
  expect(names.toSorted()).toEqual(['basic-auth.yml', 'mutual-tls.yml', 'tls.yml']);
});

it.each(names)('%s can be used, and lets not everybody in', (name) => {
  const config = load(name);
  expect(authenticates(config)).toBe(true);
  expect(config.tls === undefined).toBe(name === 'basic-auth.yml');
});
