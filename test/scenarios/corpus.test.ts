/** The whole corpus in virtual time: everything labelled is confirmed, nothing else is, and counters tell the truth. */

import { describe, expect, it } from 'vitest';
import { corpus, heavyCases } from './all.ts';
import { play } from './play.ts';

describe('the corpus', () => {
  it('names each scenario once, each with a seed of its own, and has all that was asked for', () => {
    expect(new Set(corpus.map((scenario) => scenario.name)).size).toBe(corpus.length);
    expect(new Set(corpus.map((scenario) => scenario.seed)).size).toBe(corpus.length);
    expect(corpus.length).toBeGreaterThanOrEqual(45);
  });

  it.each(corpus.filter((scenario) => !heavyCases.includes(scenario)))('$name: $what', async (scenario) => {
    const { faults } = await play(scenario);
    expect(faults).toEqual([]);
  }, 120_000);
});
