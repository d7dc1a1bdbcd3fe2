/** Every rule has a scenario that fails without it. */

import { expect, it } from 'vitest';
import { standardRules } from '../../src/analysis/contents/rules.ts';
import { mutations, notice } from './mutations.ts';

it('leaves out every rule there is, each field that is compared included', () => {
  expect(new Set(mutations.flatMap(({ change }) => Object.keys(change)))).toEqual(new Set(Object.keys(standardRules)));
  const fieldsLeft = mutations.flatMap(({ change }) => (change.fields === undefined ? [] : [standardRules.fields.filter((field) => !change.fields!.includes(field))]));
  expect(fieldsLeft).toEqual(standardRules.fields.map((field) => [field]));
});

it.each(mutations)('$what: somebody notices', async (mutation) => {
  expect(await notice(mutation)).toBeDefined();
}, 120_000);
