/**
 * Reads a node's own metrics: the numbers that have a meaning here, and the series that are passed on. A busy server's text
 * is long, so it is read some lines at a time, each in a turn of the event loop of its own.
 */

import { chooseSeries } from '../metrics/passed/choose.ts';
import type { Actuator } from '../model.ts';
import { gatherNumbers } from '../nacos/dialects/actuator.ts';
import { samplesIn } from '../nacos/prometheus-text.ts';

export interface ActuatorReading {
  /** Series that are passed on at most. */
  readonly limit: number;
  /** Whether a family is served at all. */
  readonly serves: (family: string) => boolean;
  readonly pause: () => Promise<void>;
}

/** About 3 ms of one processor. */
const samplesPerStep = 400;

/** Throws NacosError `decode`. */
export async function readActuator(text: string, { limit, serves, pause }: ActuatorReading): Promise<Actuator> {
  const gatherer = gatherNumbers();
  const chooser = chooseSeries(limit, serves);
  let samples = 0;
  await pause();
  for (const sample of samplesIn(text, 'actuator')) {
    gatherer.take(sample);
    chooser.take(sample);
    // oxlint-disable-next-line no-await-in-loop -- one step after the other is the point
    if (++samples % samplesPerStep === 0) await pause();
  }
  return { ...gatherer.numbers(), passed: chooser.chosen() };
}
