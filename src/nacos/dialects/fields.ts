/**
 * Narrowing of parsed JSON, one field at a time. Every refusal is a NacosError `envelope` that names the API and the
 * field, since that line in the log is all an operator has to tell a proxy's page from a version this program does not know.
 */

import { NacosError } from '../errors.ts';

export interface Fields {
  readonly [key: string]: unknown;
}

/** `at` says where in which answer: `cluster_nodes data[2].state`. */
export function refuse(at: string, expected: string, value: unknown): NacosError {
  return new NacosError('envelope', `${at} is ${shown(value)}, expected ${expected}`);
}

export function fieldsAt(value: unknown, at: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw refuse(at, 'an object', value);
  return value as Fields;
}

export function listAt(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw refuse(at, 'a list', value);
  return value;
}

export function textAt(fields: Fields, key: string, at: string): string {
  const value = fields[key];
  if (typeof value !== 'string' || value === '') throw refuse(`${at}.${key}`, 'a text', value);
  return value;
}

/** A count: whole, not negative, and within what the columns of a catalog hold. */
export function isCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 0x7fffffff && Number.isInteger(value);
}

export function countAt(fields: Fields, key: string, at: string): number {
  const value = fields[key];
  if (!isCount(value)) throw refuse(`${at}.${key}`, 'a count', value);
  return value;
}

/** A server's words on one line of the log. */
export function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

function shown(value: unknown): string {
  if (value === undefined) return 'missing';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
