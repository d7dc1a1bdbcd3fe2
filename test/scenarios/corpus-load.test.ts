/** The scenarios of the corpus with the most changes, in a file of their own so that they run beside the others. */

import { describe, expect, it } from 'vitest';
import { heavyCases } from './all.ts';
import { play } from './play.ts';

describe('the corpus under load', () => {
  it.each(heavyCases)('$name: $what', async (scenario) => {
    const { faults } = await play(scenario);
    expect(faults).toEqual([]);
  }, 120_000);
});
