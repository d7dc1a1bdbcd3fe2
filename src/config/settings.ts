/** One layer of values (file, environment, flags, a cluster's own) as a flat map by key, each with its place. */

import type { Origin } from './issues.ts';
import { optionOf, secretKeys, sourcesOf, type Option, type OptionKey, type OptionValue, type SecretKey } from './options.ts';

export interface Setting {
  /** As the row's type returns it; absent where nothing of it was valid. */
  readonly value?: unknown;
  readonly origin: Origin;
  /** A mistake in it is already reported: nothing more may be concluded from it. */
  readonly broken: boolean;
  /** Of a list, the place of each entry. */
  readonly items: readonly Origin[];
}

export type Settings = ReadonlyMap<string, Setting>;

/** The upper layer wins key by key, except that any source of a secret replaces all sources of the lower layer. */
export function overlay(lower: Settings, upper: Settings): Settings {
  const merged = new Map(lower);
  for (const secret of secretKeys) {
    if (sourcesOf(secret).some((key) => upper.has(key))) for (const key of sourcesOf(secret)) merged.delete(key);
  }
  for (const [key, setting] of upper) merged.set(key, setting);
  return merged;
}

export function given<K extends OptionKey>(settings: Settings, key: K): OptionValue<K> | undefined {
  return settings.get(key)?.value as OptionValue<K> | undefined;
}

/** The value in force; only for keys that have a default. */
export function inForce<K extends OptionKey>(settings: Settings, key: K): OptionValue<K> {
  return given(settings, key) ?? defaultOf(key);
}

export function defaultOf<K extends OptionKey>(key: K): OptionValue<K> {
  const row = optionOf.get(key) as Option;
  return row.type.schema.parse(row.default) as OptionValue<K>;
}

/** The one source of a secret that is set, whether its value is usable or not. */
export function sourceOf(settings: Settings, secret: SecretKey): { readonly key: string; readonly setting: Setting } | undefined {
  for (const key of sourcesOf(secret)) {
    const setting = settings.get(key);
    if (setting !== undefined) return { key, setting };
  }
  return undefined;
}
