/**
 * A service's registrations as one text: a line for each, sorted. Two nodes show the same if their texts are equal,
 * whatever the order of instances, of metadata keys, or the form of a number. A registry of a million instances is so
 * held as a hundred thousand short strings, once for all nodes that agree.
 */

import type { InstanceRecord } from '../../model.ts';
import { metadataDigest } from './digest.ts';

/** Metadata keys that tell one life of an instance from the next; the first that is there counts. */
export type TagKeys = readonly string[];

/** Metadata keys whose values are shown by service; nearly always none. */
export type ShownKeys = readonly string[];

/** One line of the text, taken apart. */
export interface Entry {
  /** `cluster|ip|port`, and `|e` or `|p` where the version tells ephemeral from persistent. */
  readonly key: string;
  readonly healthy: boolean;
  readonly enabled: boolean;
  readonly weight: string;
  /** Digest of all metadata. */
  readonly metadata: string;
  /** Empty where the instance carries none. */
  readonly tag: string;
  /** Values of the shown keys, as `shownValues` reads them; empty where there are none. */
  readonly shown: string;
}

/** A service without instances. */
export const nothing = '';

/** `kinds`: whether ephemeral and persistent are told apart. */
export function canonicalText(instances: readonly InstanceRecord[], tags: TagKeys, kinds = true, shown: ShownKeys = []): string {
  if (instances.length === 0) return nothing;
  const lines: string[] = [];
  for (const instance of instances) lines.push(lineOf(instance, tags, kinds, shown));
  sortLines(lines);
  return lines.join('\n');
}

/** Few lines, and mostly in order already: insertion beats the built-in sort, which copies its array. */
function sortLines(lines: string[]): void {
  if (lines.length > 40) lines.sort();
  else for (let i = 1; i < lines.length; i++) {
    const line = lines[i]!;
    let j = i - 1;
    for (; j >= 0 && lines[j]! > line; j--) lines[j + 1] = lines[j]!;
    lines[j + 1] = line;
  }
}

function lineOf(instance: InstanceRecord, tags: TagKeys, kinds: boolean, shown: ShownKeys): string {
  const kind = !kinds || instance.ephemeral === undefined ? '' : instance.ephemeral ? '|e' : '|p';
  const flags = (instance.healthy ? 'h' : 'u') + (instance.enabled ? 'e' : 'd');
  const place = instance.cluster === 'DEFAULT' ? 'DEFAULT' : escaped(instance.cluster);
  return `${place}|${instance.ip}|${instance.port}${kind}\t${flags}\t${instance.weight}\t${metadataText(instance.metadata)}\t${tagOf(instance, tags)}${shown.length === 0 ? '' : column(shownText(instance.metadata, shown))}`;
}

/** A column that most texts do not have. */
const column = (shown: string): string => (shown === '' ? '' : `\t${shown}`);

/** Of a longer value the beginning. */
const longestShown = 100;

/** For each key nothing, or `=` and its value. */
function shownText(metadata: InstanceRecord['metadata'], keys: ShownKeys): string {
  const values = keys.map((key) => (metadata[key] === undefined ? '' : `=${escaped(metadata[key].slice(0, longestShown))}`));
  return values.every((value) => value === '') ? '' : values.join('|');
}

/** By the position of the key; undefined where the instance lacks it. */
export function shownValues(shown: string): readonly (string | undefined)[] {
  return shown.split('|').map((value) => (value === '' ? undefined : unescaped(value.slice(1))));
}

/** In base 36, empty where there is none. */
export function metadataText(metadata: InstanceRecord['metadata']): string {
  const { low, high } = metadataDigest(metadata);
  return low === 0 && high === 0 ? '' : (low >>> 0).toString(36).padStart(7, '0') + (high >>> 0).toString(36).padStart(7, '0');
}

function tagOf(instance: InstanceRecord, tags: TagKeys): string {
  for (const key of tags) {
    const tag = instance.metadata[key];
    if (tag !== undefined) return escaped(tag);
  }
  return '';
}

/** What would be taken for the text's own marks, and nothing else. */
function escaped(text: string): string {
  return /[|\t\n%]/.test(text) ? text.replaceAll(/[|\t\n%]/g, (mark) => `%${mark.charCodeAt(0).toString(16).padStart(2, '0')}`) : text;
}

export function unescaped(text: string): string {
  return text.includes('%') ? text.replaceAll(/%([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16))) : text;
}

export function entriesOf(text: string): readonly Entry[] {
  if (text === nothing) return [];
  return text.split('\n').map((line) => {
    const [key = '', flags = '', weight = '', metadata = '', tag = '', shown = ''] = line.split('\t');
    return { key, healthy: flags[0] === 'h', enabled: flags[1] === 'e', weight, metadata, tag, shown };
  });
}

export function linesOf(text: string): number {
  return text === nothing ? 0 : 1 + occurrences(text, '\n');
}

/** Enabled ones of its instances: nearly always all of them. */
export const enabledIn = (text: string): number => linesOf(text) - occurrences(text, '\thd\t') - occurrences(text, '\tud\t');

function occurrences(text: string, mark: string): number {
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + 1)) count++;
  return count;
}

export function lineOfEntry(entry: Entry): string {
  return `${entry.key}\t${entry.healthy ? 'h' : 'u'}${entry.enabled ? 'e' : 'd'}\t${entry.weight}\t${entry.metadata}\t${entry.tag}${column(entry.shown)}`;
}

export function textOfEntries(entries: readonly Entry[]): string {
  return entries.map(lineOfEntry).toSorted().join('\n');
}
