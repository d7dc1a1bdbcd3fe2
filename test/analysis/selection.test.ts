/** Which services get series under a limit: the same ones in every exporter, and the same ones tomorrow. */

import { describe, expect, it } from 'vitest';
import { agree, type Agreement } from '../../src/analysis/agreement.ts';
import { selectServices } from '../../src/analysis/selection.ts';
import { catalog, dictionary, type Counts } from './build.ts';

const names = (count: number, from = 0): readonly string[] => Array.from({ length: count }, (_, i) => `svc-${from + i}`);
const countsOf = (services: readonly string[]): Counts => Object.fromEntries(services.map((name) => [name, 1]));

function agreementOf(namespace: string, services: readonly string[]): Agreement {
  const dict = dictionary(namespace);
  return agree(dict, [{ node: 'n1', catalog: catalog(dict, countsOf(services)) }], undefined);
}

function chosen(agreed: ReadonlyMap<string, Agreement>, limit: number): ReadonlySet<string> {
  const { selected } = selectServices(agreed, limit);
  return new Set([...selected].flatMap(([namespace, services]) => [...services].map((service) => `${namespace} ${agreed.get(namespace)!.names.names[service]}`)));
}

describe('a selection', () => {
  const all = names(200);

  it('takes all that fit, and drops none', () => {
    const agreed = new Map([['public', agreementOf('public', all)]]);
    expect(chosen(agreed, 200).size).toBe(200);
    expect(selectServices(agreed, 200).dropped).toBe(0);
  });

  it('takes as many as the limit, and counts the rest', () => {
    const agreed = new Map([['public', agreementOf('public', all)], ['other', agreementOf('other', all)]]);
    expect(chosen(agreed, 70).size).toBe(70);
    expect(selectServices(agreed, 70).dropped).toBe(330);
    expect(chosen(agreed, 0).size).toBe(0);
    expect(selectServices(agreed, 0).dropped).toBe(400);
  });

  it('does not depend on the order in which services were met', () => {
    const one = chosen(new Map([['public', agreementOf('public', all)]]), 50);
    const other = chosen(new Map([['public', agreementOf('public', all.toReversed())]]), 50);
    expect(other).toEqual(one);
  });

  it('nor on which namespace came first', () => {
    const forwards = new Map([['a', agreementOf('a', all)], ['b', agreementOf('b', all)]]);
    const backwards = new Map([['b', agreementOf('b', all)], ['a', agreementOf('a', all)]]);
    expect(chosen(backwards, 90)).toEqual(chosen(forwards, 90));
    expect(new Set([...chosen(forwards, 90)].map((name) => name.split(' ')[0]))).toEqual(new Set(['a', 'b']));
  });

  it('moves little when a service comes or goes', () => {
    const before = chosen(new Map([['public', agreementOf('public', all)]]), 50);
    const after = chosen(new Map([['public', agreementOf('public', [...all.slice(1), 'new'])]]), 50);
    expect([...before].filter((name) => !after.has(name)).length).toBeLessThanOrEqual(2);
  });

  it('numbers are ascending, and a service that is gone is not there', () => {
    const dict = dictionary();
    catalog(dict, countsOf(all));
    const agreed = new Map([['public', agree(dict, [{ node: 'n1', catalog: catalog(dict, countsOf(all.slice(100))) }], undefined)]]);
    const services = [...selectServices(agreed, 1000).selected.get('public')!];
    expect(services).toHaveLength(100);
    expect(services).toEqual(services.toSorted((a, b) => a - b));
    expect(services.every((service) => service >= 100)).toBe(true);
  });
});
