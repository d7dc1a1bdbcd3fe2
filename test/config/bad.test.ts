/** One file per mistake, or family of them; beside each stands what is said about it (`vitest -u` renews it). */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatIssue } from '../../src/config/issues.ts';
import { corpus, load, secretMark } from './corpus.ts';

function say(name: string): string {
  const result = load([`--config.file=/corpus/bad/${name}`]);
  const errors = 'errors' in result ? result.errors.map(formatIssue) : [];
  const warnings = result.warnings.map((issue) => `warning: ${formatIssue(issue)}`);
  return `${[...errors, ...warnings].join('\n')}\n`.replaceAll(`/corpus/bad/${name}`, name);
}

describe('bad configuration files', () => {
  it.each(corpus('bad'))('%s is refused with exactly its mistakes', async (name) => {
    const result = load([`--config.file=/corpus/bad/${name}`]);

    expect(result).toHaveProperty('errors');
    expect(result).not.toHaveProperty('config');
    await expect(say(name)).toMatchFileSnapshot(`bad/${name.replace('.yaml', '.txt')}`);
  });

  it.each(corpus('bad').filter((name) => !['no-cluster.yaml', 'empty-clusters.yaml'].includes(name)))('%s: every mistake has its file, line and column', (name) => {
    const result = load([`--config.file=/corpus/bad/${name}`]);
    const place = { file: `/corpus/bad/${name}`, line: expect.any(Number) as number, column: expect.any(Number) as number };

    expect(result).toMatchObject({ errors: 'errors' in result ? result.errors.map(() => place) : [] });
  });

  const holding = corpus('bad').filter((name) => readFileSync(new URL(`bad/${name}`, import.meta.url), 'utf8').includes(secretMark));

  it.each(holding)('%s: no secret is repeated, wherever it was written by mistake', (name) => {
    expect(say(name)).not.toContain(secretMark);
  });

  it('has secrets in the wrong place in several files', () => {
    expect(holding.length).toBeGreaterThan(5);
  });
});
