/** `npm run bench`: ratios taken side by side in one run; fails where a bound is broken. */

import { readdir } from 'node:fs/promises';

import type { Bench, BenchRow } from './bench.ts';

const only = process.argv.slice(2);
const files = (await readdir(import.meta.dirname)).filter((file) => file.endsWith('.bench.ts') && (only.length === 0 || only.some((word) => file.includes(word))));
const broken: string[] = [];
for (const file of files.toSorted()) {
  const bench = (await import(`./${file}`)) as Bench;
  console.log(`\n${bench.name}`);
  for (const row of await bench.run()) {
    console.log(`  ${row.what.padEnd(64)} ${number(row.value)} ${row.unit.padEnd(8)}${verdict(row)}`);
    if (isBroken(row)) broken.push(`${bench.name}: ${row.what}: ${row.value.toFixed(2)} ${row.unit} is above ${row.bound}`);
  }
}
console.log(broken.length === 0 ? '\nall bounds hold' : `\nBROKEN\n${broken.join('\n')}`);
process.exit(broken.length === 0 ? 0 : 1);

function isBroken({ value, bound }: BenchRow): boolean {
  return bound !== undefined && !(value <= bound);
}

function verdict(row: BenchRow): string {
  return row.bound === undefined ? '' : ` bound ${row.bound} ${isBroken(row) ? 'BROKEN' : 'ok'}`;
}

function number(value: number): string {
  return value.toFixed(value < 10 ? 3 : 1).padStart(10);
}
