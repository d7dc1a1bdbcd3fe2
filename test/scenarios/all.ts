/** The corpus. */

import { contentsCases } from './cases/contents.ts';
import { delayCases } from './cases/delays.ts';
import { departureCases } from './cases/departures.ts';
import { lifeCases } from './cases/life.ts';
import { heavyCases, loadCases } from './cases/load.ts';
import { registrationCases } from './cases/registrations.ts';
import { sizeCases } from './cases/sizes.ts';
import { voteCases } from './cases/votes.ts';
import type { Scenario } from './scenario.ts';

export const corpus: readonly Scenario[] = [...contentsCases, ...delayCases, ...registrationCases, ...lifeCases, ...departureCases, ...voteCases, ...sizeCases, ...loadCases, ...heavyCases];

export { heavyCases };
