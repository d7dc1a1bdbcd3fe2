/** A reload replaces the configuration or leaves it alone, never in part. */

import { describe, expect, it } from 'vitest';
import { afterReload, startState } from '../../src/config/reload.ts';
import { loadText, valid } from './corpus.ts';

const text = (interval: string) => `clusters: [{name: a, servers: [a], poll: {interval: ${interval}}}]`;

describe('reload', () => {
  const started = startState(valid(loadText(text('15s'))), 1000);

  it('takes a good configuration', () => {
    const next = afterReload(started, loadText(text('20s')), 2000);

    expect(next).toMatchObject({ lastReloadSuccessful: true, lastReloadSuccessAt: 2000, errors: [] });
    expect(next.config.clusters[0]?.poll.interval).toBe(20_000);
    expect(next.hash).not.toBe(started.hash);
  });

  it('keeps the old one on a mistake, and says so until the next good one', () => {
    const failed = afterReload(started, loadText(text('never')), 2000);

    expect(failed).toMatchObject({ config: started.config, hash: started.hash, lastReloadSuccessful: false, lastReloadSuccessAt: 1000, errors: [{ code: 'bad_duration' }] });
    expect(afterReload(failed, loadText(text('15s')), 3000)).toEqual({ ...started, lastReloadSuccessAt: 3000 });
  });
});
