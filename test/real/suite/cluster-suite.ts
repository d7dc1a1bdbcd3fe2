/** Everything that is checked on one version, on one cluster that is booted once. The order matters: each leaves the cluster whole. */

import { afterAll, beforeAll, describe } from 'vitest';
import { missing, skipWithReason } from '../../lab/tools.ts';
import type { LabVersion } from '../../lab/versions.ts';
import { beatsSuite } from './beats.ts';
import { configsSuite } from './configs.ts';
import { deniedSuite } from './denied.ts';
import { frozenSuite } from './frozen.ts';
import { hungSuite } from './hung.ts';
import { lossSuite } from './loss.ts';
import { mixedSuite } from './mixed.ts';
import { numbersSuite } from './numbers.ts';
import { restartsSuite } from './restarts.ts';
import { scrapedSuite } from './scraped.ts';
import { singleHoldersSuite } from './single-holders.ts';
import { type Access, raise, type Stage } from './stage.ts';
import { suspendedSuite } from './suspended.ts';

/** Resolving a release for the first time downloads up to 190 MB. */
const raiseTimeoutMs = 900_000;

export function clusterSuite(version: LabVersion, access: Access): void {
  const skipped = skipWithReason(`Nacos ${version}`, missing());
  describe.skipIf(skipped)(`Nacos ${version}, three real nodes, access: ${access}`, () => {
    let raised: Stage | undefined;
    const stage = (): Stage => {
      if (raised === undefined) throw new Error('the cluster did not boot');
      return raised;
    };
    beforeAll(async () => {
      raised = await raise(version, access);
    }, raiseTimeoutMs);
    afterAll(() => raised?.stop());

    numbersSuite(stage);
    scrapedSuite(stage);
    if (access !== 'open') deniedSuite(stage);
    if (version === '1.4.1') beatsSuite(stage);
    describe('divergence', () => {
      lossSuite(stage);
      // 1.x reads live lists: the switch freezes nothing there.
      if (version !== '1.4.1') frozenSuite(stage);
      if (version === '3.1.0') singleHoldersSuite(stage);
      // On 1.4.1 a peer that hangs can stop a survivor's HTTP client for good: it hangs for seconds, and once. Whoever lost
      // the client all the same is started again in the restarts.
      suspendedSuite(stage);
    });
    if (version !== '1.4.1') hungSuite(stage);
    restartsSuite(stage);
    // It takes a minute, and the seed's silent instance is not to expire before the numbers are asked for.
    configsSuite(stage);
    if (version === '1.4.1') mixedSuite(stage);
  });
}
