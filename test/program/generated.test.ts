/** What is generated is committed as it would be generated now, and covers every family. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { artefacts } from '../../src/cli/generate.ts';
import { catalogue } from '../../src/metrics/catalogue.ts';
import { selfFamilies } from '../../src/metrics/self/families.ts';

const families = [...catalogue, ...selfFamilies];

function committed(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

describe('generated files', () => {
  it.each([...artefacts().keys()])('%s is up to date (else: npm run generate)', (name) => {
    expect(committed(name)).toBe(artefacts().get(name));
  });

  it('the reference of metrics documents every family once, and no other', () => {
    const documented = [...committed('docs/metrics.md').matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map((match) => match[1]!);
    expect(documented.toSorted()).toEqual(families.map((family) => family.name as string).toSorted());
  });
});

describe('declarations', () => {
  it('are unique', () => {
    const names = families.map((family) => family.name as string);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });

  it.each(families.map((family) => [family.name as string, family] as const))('%s follows the naming rules', (name, family) => {
    expect(name).toMatch(/^nacos_[a-z0-9_]+$/);
    expect(name.endsWith('_total'), 'a counter, and only a counter, ends in _total').toBe(family.type === 'counter');
    expect(family.help).toMatch(/^[A-Z0-9].*\.$/s);
    for (const label of family.labels as readonly string[]) expect(label).toMatch(/^[a-z][a-z_]*$/);
    expect(new Set(family.labels).size).toBe(family.labels.length);
  });
});
