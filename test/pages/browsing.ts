/** A browser at one of the exporter's pages, which notes whatever a page must not do. */

import type { Browser, BrowserContextOptions, Page } from 'playwright-core';

export interface Visit {
  readonly page: Page;
  /** Violations of the policy, errors in scripts, and dialogs, so far. */
  troubles(): Promise<readonly string[]>;
  /** Has the page ask again, as it does when its tab is shown again. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

const noteViolations = `globalThis.violations = [];
document.addEventListener('securitypolicyviolation', (event) => globalThis.violations.push(event.violatedDirective + ' ' + event.blockedURI));`;

export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-US', viewport: { width: 1280, height: 800 }, ...options });
  const page = await context.newPage();
  const seen: string[] = [];
  page.on('pageerror', (error) => void seen.push(String(error)));
  page.on('console', (message) => void (message.type() === 'error' && !message.text().startsWith('Failed to load resource') ? seen.push(message.text()) : undefined));
  page.on('dialog', (dialog) => {
    seen.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.addInitScript({ content: noteViolations });
  await page.goto(url);
  return {
    page,
    async troubles() {
      const violations = options.javaScriptEnabled === false ? [] : await page.evaluate<string[]>('globalThis.violations');
      return [...seen, ...violations];
    },
    async refresh() {
      const answered = page.waitForResponse((response) => response.url() === page.url());
      await page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
      const response = await answered;
      if (response.ok()) await response.finished();
      // The script has the whole answer, and patches in the turn after it.
      await page.evaluate('new Promise((resolve) => setTimeout(resolve, 50))');
    },
    close: () => context.close(),
  };
}
