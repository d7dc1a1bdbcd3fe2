/** Every scenario of the demo, in virtual time, as a reader with an open page sees it come and go. */

import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, skipWithoutBrowser } from '../lab/browser.ts';
import { visit } from './browsing.ts';
import { openScenario } from './site.ts';

interface Step {
  /** To be read on the page, all of them at once. */
  readonly words: readonly RegExp[];
  /** Virtual seconds after the step before. */
  readonly within: number;
  /** Not before: virtual seconds that nobody looks. */
  readonly after?: number;
}

const calm: Step = { words: [/Can be trusted\n/, /All 3 nodes answer/], within: 20 };
/** Nothing but what is over: notes may stand, since deployments go on. */
const over = (after: number, within: number): Step => ({ words: [/Can be trusted\n/, /All 3 nodes answer/], after, within });

const scenarios: readonly (readonly [scenario: string, steps: readonly Step[]])[] = [
  ['steady', [calm, { words: [/Can be trusted\n/, /restarted: another identity/], within: 60 }]],
  ['lagging-node', [calm, { words: [/Cannot be trusted on 10\.0\.0\.3:8848/, /services? differs? on 10\.0\.0\.3:8848, since/, /confirmed/], within: 90 }, over(300, 100)]],
  ['frozen-node', [calm, { words: [/Can be trusted, with care/, /10\.0\.0\.2:8848 stands still/, /no: stands still/], within: 60 }, { words: [/Cannot be trusted on 10\.0\.0\.2:8848/], within: 60 }, over(180, 120)]],
  ['node-down', [calm, { words: [/Can be trusted, with care/, /10\.0\.0\.3:8848 is down/, /no: down/, /The node is down/], within: 60 }, { words: [/10\.0\.0\.3:8848 is filling after a start/], within: 150 }, over(20, 100)]],
  ['mass-deregistration', [
    calm, { words: [/logistics: \d+ of \d+ instances are unhealthy/], within: 60 },
    { words: [/Cannot be trusted/, /logistics: \d+ of \d+ instances are gone/, /expired: unhealthy before it went/], within: 40 }, over(160, 140),
  ]],
  ['rolling-upgrade', [calm, { words: [/Nodes run different versions: 1\.4\.1, 2\.0\.4/], within: 60 }, { words: [/Cannot be trusted/, /will not heal by itself/], within: 240 }, over(0, 200)]],
  ['ownership-remap', [calm, { words: [/10\.0\.0\.3:8848 is down/, /Can be trusted, with care/], within: 60 }, over(90, 150)]],
];

describe.skipIf(skipWithoutBrowser('status page, scenarios'))('the page during', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());

  it.each(scenarios)('%s', { timeout: 60_000 }, async (scenario, steps) => {
    const site = await openScenario(scenario);
    await site.rig.play(1_000);
    const { page, refresh, troubles, close } = await visit(browser, site.url);
    for (const { words, within, after = 0 } of steps) {
      if (after > 0) await site.rig.play(after * 1_000);
      const missing = (text: string): readonly string[] => words.filter((word) => !word.test(text)).map(String);
      let text = '';
      for (let seconds = 0; seconds <= within && (seconds === 0 || missing(text).length > 0); seconds += 5) {
        if (seconds > 0) await site.rig.play(5_000);
        await refresh();
        const looked = new Date(site.rig.poller.snapshot().at).toISOString().slice(11, 19);
        await page.locator('main', { hasText: looked }).waitFor();
        text = await page.locator('main').innerText();
      }
      expect({ scenario, missing: missing(text) }).toEqual({ scenario, missing: [] });
    }
    expect(await troubles()).toEqual([]);
    await close();
    await site.close();
  });
});
