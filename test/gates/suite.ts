/** Plays the cases of some gates: each with its exit code and its words, and every term that was said documented. */

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { usageOf } from '../../src/cli/check-arguments.ts';
import { gateNamed } from '../../src/gates/catalogue.ts';
import type { Case } from './case.ts';
import { play, snapshotBefore, type Answer } from './rig.ts';

async function answerTo(scene: Case): Promise<Answer> {
  const { script: _, ...rest } = scene;
  return play(scene.comparesBefore === true ? { ...scene, before: await snapshotBefore(rest) } : scene);
}

const nameless = (list: readonly string[]): string => list.join('\n').replaceAll(/10\.0\.0\.(\d):8848/g, (_, i) => `N${Number(i) - 1}`);

/** What the page says of each gate, by its name. */
function sections(): ReadonlyMap<string, string> {
  const page = readFileSync(new URL('../../docs/gates.md', import.meta.url), 'utf8');
  return new Map(page.split('\n### ').slice(1).map((section) => [section.slice(0, section.indexOf('\n')), section.split('\n## ')[0]!]));
}

export function gateSuite(cases: readonly Case[]): void {
  const said = new Map<string, Set<string>>();

  describe('on scripted clusters', () => {
    it.each(cases.map((scene) => [`${scene.argv.join(' ')}, ${scene.name}`, scene] as const))('%s', async (_, scene) => {
      const { code, lines, run, seconds } = await answerTo(scene);
      const text = lines.join('\n');
      said.set(run.gate, new Set([...said.get(run.gate) ?? [], ...run.judgement.terms.map(({ term }) => term)]));
      expect({ code, text }).toEqual({ code: scene.code, text });
      for (const words of scene.says) expect(text).toMatch(new RegExp(words.source, 'm'));
      const { warnings = [], notes = [] } = run.judgement;
      expect(nameless(warnings)).toMatch(scene.warns ?? /^/);
      expect(nameless(notes)).toMatch(scene.notes ?? /^/);
      const [least, most] = scene.takes ?? [0, Infinity];
      expect(seconds).toBeGreaterThanOrEqual(least);
      expect(seconds).toBeLessThanOrEqual(most);
    });

    it('is documented, with its arguments and every term that was said', () => {
      const page = sections();
      for (const name of new Set(cases.map(({ argv }) => gateNamed(argv[0]!)!.name))) {
        const section = page.get(name)!;
        expect(section).toContain(`nacos-exporter check ${usageOf(gateNamed(name)!)}\n`);
        expect([...said.get(name) ?? []].filter((term) => !section.includes(`\`${term}\``))).toEqual([]);
      }
    });
  });
}

export const documented = (): readonly string[] => [...sections().keys()];
