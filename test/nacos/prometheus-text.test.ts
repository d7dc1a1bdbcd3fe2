/** The reader of the text format: what it takes, and what it refuses with the line's number. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { NacosError } from '../../src/nacos/errors.ts';
import { samplesIn, type TextSample } from '../../src/nacos/prometheus-text.ts';

const read = (text: string): readonly TextSample[] => [...samplesIn(text, 'actuator')];

describe('a text', () => {
  it.each<[string, string, unknown]>([
    ['a bare sample', 'up 1\n', [{ name: 'up', labels: [], value: 1 }]],
    ['no line break at its end', 'up 1', [{ name: 'up', labels: [], value: 1 }]],
    ['line breaks of two characters', 'up 1\r\ndown 0\r\n', [{ name: 'up', labels: [], value: 1 }, { name: 'down', labels: [], value: 0 }]],
    ['the comma after the last label', 'a{x="1",y="2",} 3\n', [{ name: 'a', labels: [['x', '1'], ['y', '2']], value: 3 }]],
    ['braces without labels', 'a{} 3', [{ name: 'a', labels: [], value: 3 }]],
    ['spaces wherever they may be', ' \ta { x = "1" , y="2" } \t3 ', [{ name: 'a', labels: [['x', '1'], ['y', '2']], value: 3 }]],
    ['escapes', String.raw`a{x="\"C:\\n\n"} 1`, [{ name: 'a', labels: [['x', '"C:\\n\n']], value: 1 }]],
    ['braces, commas and hashes inside of a value', 'a{x="}, # {"} 1', [{ name: 'a', labels: [['x', '}, # {']], value: 1 }]],
    ['an empty value', 'a{x=""} 1', [{ name: 'a', labels: [['x', '']], value: 1 }]],
    ['timestamps', 'a 1 1795256654483\nb 2 -5\n', [{ name: 'a', labels: [], value: 1 }, { name: 'b', labels: [], value: 2 }]],
    ['colons in a name', 'job:a:sum 1', [{ name: 'job:a:sum', labels: [], value: 1 }]],
    ['comments, empty lines, and types that are wrong, repeated or of nothing', '# HELP a b\n# TYPE a summary\n# TYPE a gauge\n#\n\n   \na 1\n# EOF\n', [{ name: 'a', labels: [], value: 1 }]],
    ['nothing', '', []],
  ])('may hold %s', (_, text, samples) => {
    expect(read(text)).toEqual(samples);
  });

  it.each([
    ['4.206932E7', 42_069_320], ['-1.0', -1], ['+2', 2], ['.5', 0.5], ['5.', 5], ['1e-3', 0.001], ['NaN', NaN], ['Inf', Infinity], ['+Inf', Infinity], ['-Inf', -Infinity],
  ])('knows the value %s', (spelled, value) => {
    expect(read(`a ${spelled}`)[0]!.value).toBe(value);
  });

  it.each([
    ['<!doctype html>', 'a sample begins with no metric name'],
    ['1a 1', 'a sample begins with no metric name'],
    ['a', 'no value, or more than a value and a timestamp'],
    ['a{x="1"}', 'no value, or more than a value and a timestamp'],
    ['a 1 2 3', 'no value, or more than a value and a timestamp'],
    ['a 1 soon', 'no value, or more than a value and a timestamp'],
    ['a 1 99999999999999999999', 'a timestamp out of range'],
    ['a one', 'the value is no number'],
    ['a 0x10', 'the value is no number'],
    ['a 1_000', 'the value is no number'],
    ['a infinity', 'the value is no number'],
    ['a{x="1" 1', 'labels that do not end, or are none'],
    ['a{x="1 1', 'labels that do not end, or are none'],
    ['a{x="1" y="2"} 1', 'labels that do not end, or are none'],
    ['a{x=1} 1', 'labels that do not end, or are none'],
    ['a{,} 1', 'labels that do not end, or are none'],
    ['a{1x="1"} 1', 'labels that do not end, or are none'],
    ['a{x="1",x="2"} 1', 'label x twice'],
    [String.raw`a{x="\t"} 1`, 'label x has an unknown escape'],
  ])('is refused for %s', (line, what) => {
    const asked = (): unknown => read(`# HELP a b\nok 1\n${line}\nok 2\n`);
    expect(asked).toThrow(NacosError);
    expect(asked).toThrow(`actuator line 3: ${what}`);
  });

  it('is not looked at beyond what is asked for', () => {
    const samples = samplesIn('a 1\nbroken\n', 'actuator');
    expect(samples.next().value).toEqual({ name: 'a', labels: [], value: 1 });
    expect(() => samples.next()).toThrow('actuator line 2');
  });
});

describe('recorded texts', () => {
  it.each([
    ['1.4.1/cluster3/node1', 281], ['2.0.4/cluster3/node1', 335], ['2.2.4/single', 263], ['3.1.0/cluster3/node1', 582],
  ])('%s', (folder, count) => {
    const text = readFileSync(new URL(`../fixtures/${folder}/prom-actuator.txt`, import.meta.url), 'utf8');
    const samples = read(text);
    expect(samples).toHaveLength(count);
    expect(count).toBe(text.split('\n').filter((line) => /^[a-z]/.test(line)).length);
    const spelled = samples.map(({ name, labels }) => `${name}${JSON.stringify(labels)}`);
    expect(new Set(spelled).size).toBe(count);
    expect(samples.filter(({ name, value }) => name.endsWith('_bytes') && Number.isNaN(value))).toEqual([]);
  });
});
