/** The machine's Chromium, headless, for tests of what a browser makes of a page. */

import { chromium, type Browser } from 'playwright-core';
import { findTool, skipWithReason } from './tools.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

const found = (): string | undefined => names.map((name) => findTool(name)).find((path) => path !== undefined);

/** True if no browser is installed, after saying so on stderr; where everything was to be installed it is an error. */
export function skipWithoutBrowser(suite: string): boolean {
  const absent = found() === undefined ? ['chromium'] : [];
  if (absent.length > 0 && process.env['CI'] === 'true') throw new Error(`${suite}: not installed: chromium`);
  return skipWithReason(suite, absent);
}

export function openBrowser(): Promise<Browser> {
  const executablePath = found();
  if (executablePath === undefined) throw new Error('no Chromium is installed');
  // Its own sandbox needs privileges that a container does not give; the pages are ours, on loopback.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}
