/** Values of chosen metadata keys: from instances through the canonical text to numbers by value. */

import { describe, expect, it } from 'vitest';
import { canonicalText, entriesOf, textOfEntries } from '../../../src/analysis/contents/canonical.ts';
import { compareService } from '../../../src/analysis/contents/compare.ts';
import { renumber } from '../../../src/analysis/contents/renumber.ts';
import { createShelf, put, settleService } from '../../../src/analysis/contents/shelf.ts';
import { foldShown, tallyShown, type ShownTally } from '../../../src/analysis/contents/shown.ts';
import type { InstanceRecord } from '../../../src/model.ts';
import { createServiceNames } from '../../../src/nacos/service-names.ts';

let port = 0;
const instance = (metadata: InstanceRecord['metadata'], more: Partial<InstanceRecord> = {}): InstanceRecord =>
  ({ cluster: 'DEFAULT', ip: '10.0.0.1', port: ++port, healthy: true, enabled: true, weight: 1, metadata, ...more });
const text = (instances: readonly InstanceRecord[], keys: readonly string[] = ['version']): string => canonicalText(instances, ['app_registry_tag'], true, keys);
const tally = (instances: readonly InstanceRecord[], keys: readonly string[] = ['version']): ShownTally => tallyShown(text(instances, keys), keys.length);
const rows = ({ counts, weight }: ShownTally): readonly string[] => [...counts.map((count) => `${count.key} ${count.value} ${count.instances} ${count.weight}`), `of ${weight}`];

const [v1, v2] = [{ version: '1' }, { version: '2' }];

describe('what instances carry', () => {
  it.each<[string, readonly InstanceRecord[], readonly string[]]>([
    ['values by their number, the most frequent first', [instance(v2), instance(v1), instance(v1)], ['0 1 2 2', '0 2 1 1', 'of 3']],
    ['weight of what gets traffic alone', [instance(v1, { weight: 9 }), instance(v2, { weight: 5, healthy: false }), instance(v2, { weight: 7, enabled: false })], ['0 2 2 0', '0 1 1 9', 'of 9']],
    ['those without the key in no value, but in the weight', [instance({}, { weight: 3 }), instance(v1)], ['0 1 1 1', 'of 4']],
    ['an empty value', [instance({ version: '' })], ['0  1 1', 'of 1']],
    ['nothing without traffic', [instance(v1, { weight: 0 })], ['0 1 1 0', 'of 0']],
    ['nothing without instances', [], ['of 0']],
  ])('%s', (_, instances, expected) => {
    expect(rows(tally(instances))).toEqual(expected);
  });

  it('keeps keys apart', () => {
    const instances = [instance({ version: '1', zone: 'a' }), instance({ zone: 'a' }), instance({ version: 'a' }), instance({})];
    expect(rows(tally(instances, ['version', 'zone']))).toEqual(['0 1 1 1', '0 a 1 1', '1 a 2 2', 'of 4']);
  });

  it.each(['|', '=', 'a|=b', '\t', '\n', '%', '%7c', '"quoted"', '灰度', '__proto__', 'other'])('keeps the value %j', (value) => {
    const [count] = tally([instance({ version: value, zone: value })], ['version', 'zone']).counts;
    expect(count).toMatchObject({ value, instances: 1 });
  });

  it('cuts what is longer than a label should be', () => {
    expect(tally([instance({ version: 'x'.repeat(5_000) })]).counts[0]!.value).toBe('x'.repeat(100));
  });

  it('costs nothing where no key is asked for, or none is there', () => {
    const instances = [instance(v1), instance({ app_registry_tag: '7' })];
    expect(text(instances, ['missing'])).toBe(text(instances, []));
    expect(text(instances, [])).toBe(canonicalText(instances, ['app_registry_tag']));
  });

  it('is what it was when a text is put together again', () => {
    const whole = text([instance({ version: 'a|b', app_registry_tag: '1' }), instance({}), instance(v1, { weight: 0.5 })]);
    expect(textOfEntries(entriesOf(whole))).toBe(whole);
  });

  it('is that of the majority', () => {
    const same = instance(v1);
    const texts = [text([same]), text([{ ...same, metadata: v2 }]), text([{ ...same, metadata: v2 }])];
    const { agreed } = compareService(texts.map((one, i) => ({ node: `n${i}`, text: one, votes: true })));
    expect(rows(tallyShown(agreed, 1))).toEqual(['0 2 1 1', 'of 1']);
  });
});

describe('what exceeds the bound', () => {
  const many = tally([...'aaabbcdee'].map((version) => instance({ version })));
  it.each<[number, readonly string[]]>([
    [5, ['a 3', 'b 2', 'e 2', 'c 1', 'd 1']],
    [3, ['a 3', 'b 2', 'e 2', 'other 2']],
    [1, ['a 3', 'other 6']],
  ])('%i values are named', (most, expected) => {
    expect(foldShown(many, most).map(({ value, instances }) => `${value} ${instances}`)).toEqual(expected);
  });

  it('goes to a value that is called so itself', () => {
    const named = tally([...Array.from({ length: 4 }, () => 'other'), 'a', 'a', 'b'].map((version) => instance({ version })));
    expect(foldShown(named, 1).map(({ value, instances }) => `${value} ${instances}`)).toEqual(['a 2', 'other 5']);
  });

  it('is reckoned by key', () => {
    const two = tally([instance({ version: '1', zone: 'a' }), instance({ version: '2', zone: 'a' })], ['version', 'zone']);
    expect(foldShown(two, 1).map(({ key, value, instances }) => `${key} ${value} ${instances}`)).toEqual(['0 1 1', '0 other 1', '1 a 2']);
  });
});

describe('a shelf', () => {
  const situation = { versions: new Map([['n', '2.2.4']]), voters: new Set(['n']), spared: new Set<string>() };

  it('keeps it as long as the service has instances, under whatever number', async () => {
    const names = createServiceNames('public');
    const shelf = createShelf(names, ['version']);
    const service = names.intern('G', 's');
    const show = (at: number, instances: readonly InstanceRecord[]): void => {
      put(shelf, 'n', service, text(instances), at);
      settleService(shelf, service, ['n'], situation, undefined);
    };
    show(1, [instance(v1)]);
    const later = createServiceNames('public');
    later.intern('G', 'another');
    const moved = await renumber(shelf, later, later.intern, async () => undefined);
    expect([...moved.shown].map(([number, one]) => [number, rows(one)])).toEqual([[1, ['0 1 1 1', 'of 1']]]);
    show(2, [instance(v2), instance(v2)]);
    expect(rows(shelf.shown.get(service)!)).toEqual(['0 2 2 2', 'of 2']);
    show(3, []);
    expect(shelf.shown.size).toBe(0);
  });
});
