/** Durations and sizes between text and number: milliseconds and bytes inside, `15s` and `64MB` outside. */

import { wrong, type Parsed } from './issues.ts';

const durationUnits = [['d', 86_400_000], ['h', 3_600_000], ['m', 60_000], ['s', 1000], ['ms', 1]] as const;
const durationForm = /^(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?(?:(\d{1,9})ms)?$/;

/** `500ms`, `15s`, `5m`, `1h`, `1h30m`; a bare number is refused, since its unit would be a guess. */
export function parseDuration(text: string): Parsed<number> {
  if (/^\d+$/.test(text)) return wrong('bad_duration', `"${text}" has no unit; write ${text}s or ${text}ms`);
  const parts = durationForm.exec(text);
  if (parts === null || text === '') return wrong('bad_duration', `"${text}" is not a duration; write whole numbers with units, such as 500ms, 15s, 5m or 1h30m`);
  return { value: durationUnits.reduce((sum, [, factor], i) => sum + Number(parts[i + 1] ?? 0) * factor, 0) };
}

export function formatDuration(milliseconds: number): string {
  let rest = milliseconds;
  let text = '';
  for (const [unit, factor] of durationUnits.slice(1)) {
    const count = Math.floor(rest / factor);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * factor;
  }
  return text === '' ? '0s' : text;
}

// Longest factor first, so that formatting finds the shortest exact text.
const sizeUnits = [
  ['GiB', 2 ** 30], ['GB', 1e9], ['MiB', 2 ** 20], ['MB', 1e6], ['KiB', 1024], ['KB', 1000], ['B', 1],
] as const;

/** `64MB` is 64 million bytes, `64MiB` is 64 times 2^20. */
export function parseSize(text: string): Parsed<number> {
  const parts = /^(\d{1,12})([KMG]i?B|B)$/.exec(text);
  if (parts !== null) {
    const unit = sizeUnits.find(([name]) => name === parts[2]);
    return { value: Number(parts[1]) * unit![1] };
  }
  if (/^\d+$/.test(text)) return wrong('bad_size', `"${text}" has no unit; write ${text}B, ${text}KB or ${text}MB`);
  return wrong('bad_size', `"${text}" is not a size; write a whole number with B, KB, MB, GB, KiB, MiB or GiB, such as 64MB`);
}

export function formatSize(bytes: number): string {
  const [unit, factor] = sizeUnits.find(([, size]) => bytes >= size && bytes % size === 0) ?? ['B', 1];
  return `${bytes / factor}${unit}`;
}
