/** The pages in a real browser: what names cannot do, what the policy forbids, who can use them, and what an update leaves alone. */

import axe from 'axe-core';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openBrowser, skipWithoutBrowser } from '../lab/browser.ts';
import { visit, type Visit } from './browsing.ts';
import { openSite, type Site } from './site.ts';
import { clusterState, differing, event, namespaceState, nodeState, now, sourceOf, unpolled, type SourceParts } from './states.ts';

const hostile = [
  '<script>globalThis.pwned = 1</script>', `"'><img src=x onerror="globalThis.pwned = 1">`, '</main></table><h1>gone', '${7 * 7}`{{7*7}}', 'a\u202egnp.exe', '🚀👩‍👩‍👧', 'x'.repeat(500),
  'javascript:globalThis.pwned=1', '&lt;b&gt;', 'tab\tnew\nline', 'constructor', '__proto__',
];

const injections = `{
  const added = (name, change) => { const element = document.createElement(name); change(element); document.body.append(element); return element; };
  added('script', (script) => { script.textContent = 'globalThis.pwned = 1'; });
  added('button', (button) => { button.setAttribute('onclick', 'globalThis.pwned = 2'); button.setAttribute('style', 'color: red'); }).click();
  added('img', (image) => { image.src = 'http://127.0.0.2:9/x.png'; });
}`;

const incident: SourceParts = {
  states: [clusterState({
    nodes: [nodeState(1), nodeState(2, { vote: 'frozen', leads: [] }), nodeState(3, { condition: 'down', vote: 'down', detail: 'server_state: refused', leads: [], seenUp: { up: 0, of: 2 } })],
    namespaces: [
      namespaceState('public', 100, {
        differing: { confirmed: 2, suspected: 1 },
        cells: [{ instances: 100, healthy: 100 }, { instances: 97, healthy: 70, found: { missing: 4, surplus: 1, conflicting: 2 } }, { absent: 'down' }],
      }),
      { id: 'empty', cells: [{ absent: 'failed', detail: 'catalog: HTTP 500' }, { absent: 'unread' }, { absent: 'unsupported' }] },
    ],
    confirmed: 2, suspected: 1, since: now - 90_000, differsOn: ['10.0.0.2:8848'], failures: 12, dropped: 3,
    failing: [{ node: '10.0.0.1:8848', stage: 'counts', reason: 'status', detail: 'catalog: HTTP 500', at: now - 4_000 }],
  })],
  differing: [
    differing('orders', { healsByItself: false, cause: 'not_replicated' }),
    differing('users', {
      kind: 'attributes', confirmed: false, omitted: 7,
      differences: [{ node: '10.0.0.2:8848', what: 'conflict', cluster: 'ZONE_B', address: '10.1.0.2:80', ephemeral: false, field: 'weight', agreed: '1', shown: '' }],
    }),
  ],
  events: [event(3), event(2, { cause: 'restarted', tagAfter: 'b' }), event(1, { tagBefore: '' })],
  configs: [{ namespace: 'public', group: 'G', dataId: 'a.yaml', node: '10.0.0.2:8848', what: 'content', since: new Date(now - 5_000).toISOString() }],
};
const calm: SourceParts = { states: [clusterState()], events: [] };
const many: SourceParts = { states: Array.from({ length: 100 }, (_, i) => clusterState({ name: `cluster-${i}`, ...(i === 42 ? { confirmed: 5, differsOn: ['10.0.0.3:8848'] } : {}) })) };

const few: SourceParts = { states: [...incident.states, ...many.states.slice(0, 2), unpolled('new')] };

describe.skipIf(skipWithoutBrowser('status page'))('in a browser', { timeout: 60_000 }, () => {
  let browser: Browser;
  const open: (() => Promise<void>)[] = [];
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterEach(async () => {
    for (const close of open.splice(0).toReversed()) await close();
  });
  afterAll(() => browser.close());

  async function at(parts: SourceParts, path = '/', options: BrowserContextOptions = {}): Promise<Visit & { readonly site: Site }> {
    const site = await openSite(sourceOf(parts), () => now);
    open.push(site.close);
    const visited = await visit(browser, site.url + path, options);
    open.push(visited.close);
    return { ...visited, site };
  }

  describe('nobody is kept out', () => {
    const views = (['light', 'dark'] as const).flatMap((colorScheme) => (['en-US', 'zh-CN'] as const).map((locale) => ({ colorScheme, locale })));

    // What light and dark do not share is contrast.
    it.each(views)('axe finds nothing in $colorScheme, $locale', async ({ colorScheme, locale }) => {
      const rules = colorScheme === 'light' ? '{}' : '{ runOnly: ["color-contrast"] }';
      for (const [parts, path] of [[incident, '/'], [incident, '/divergence'], [calm, '/'], [few, '/']] as const) {
        const { page, troubles } = await at(parts, path, { colorScheme, locale });
        await page.evaluate(axe.source);
        const found = await page.evaluate<string[]>(`axe.run(document, ${rules}).then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html).join(' ').slice(0, 300)))`);
        expect({ path, found }).toEqual({ path, found: [] });
        expect(await page.getAttribute('html', 'lang')).toBe(locale === 'zh-CN' ? 'zh-CN' : 'en');
        expect(await troubles()).toEqual([]);
      }
    });

    it.each(['/', '/divergence'])('%s fits a narrow screen', async (path) => {
      const { page } = await at(incident, path, { viewport: { width: 320, height: 640 } });
      expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    });

    it('everything can be reached and used by keyboard', async () => {
      const { page } = await at(calm);
      const focused = (what: string): Promise<string> => page.evaluate<string>(`document.activeElement.${what}`);
      await page.keyboard.press('Tab');
      expect(await focused('textContent')).toBe('Skip to content');
      expect(await page.locator('.skip').boundingBox()).toMatchObject({ x: 0 });
      expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
      await page.keyboard.press('Enter');
      expect(await focused('id')).toBe('main');
      const reached: string[] = [];
      for (let i = 0; i < 4; i++) {
        await page.keyboard.press('Tab');
        reached.push(await focused('textContent.trim().split(" ")[0]'));
      }
      // The scrolling region first, then the headers that sort.
      expect(reached.slice(1)).toEqual(['Namespace', 'Agreed', '10.0.0.1:8848']);
      await page.keyboard.press('Enter');
      await page.locator('th[aria-sort=descending]', { hasText: '10.0.0.1:8848' }).waitFor();
      expect(await focused('textContent')).toContain('10.0.0.1:8848');
      expect(page.url()).toContain('sort=node');
      await page.keyboard.press('Enter');
      await page.locator('th[aria-sort=ascending]').waitFor();
      await page.locator('#live-button').focus();
      await page.keyboard.press('Enter');
      expect(await page.locator('#live-button').textContent()).toBe('Resume updates');
      expect(await page.locator('#live-notice').textContent()).toContain('paused');
    });

    it('nor who runs no scripts', async () => {
      const { page } = await at({ ...incident }, '/divergence', { javaScriptEnabled: false });
      expect(await page.locator('#live-button').isVisible()).toBe(false);
      expect(await page.locator('#count').textContent()).toBe('1–2 of 2 services');
      await page.fill('input[name=q]', 'orders');
      await page.click('button[type=submit]');
      expect(await page.locator('#count').textContent()).toBe('1–1 of 1 service');
      await page.click('th a >> text=Service');
      expect(new URL(page.url()).search).toBe('?q=orders&sort=service');
      await page.click('header >> text=Status');
      expect(await page.locator('h1').textContent()).toContain('Cannot be trusted');
    });
  });

  describe('names that somebody else chose', () => {
    const states = [clusterState({
      nodes: [nodeState(1, { detail: hostile[0]!, leads: [hostile[1]!], version: hostile[2]! }), nodeState(2, { node: hostile[1]! }), nodeState(3, { node: hostile[4]!, condition: 'down', vote: 'down' })],
      namespaces: hostile.map((id, i) => namespaceState(id, 50 + i, { name: hostile[(i + 1) % hostile.length]! })),
      confirmed: hostile.length, differsOn: [hostile[1]!], failing: [{ node: hostile[0]!, stage: 'raft', reason: 'status', detail: hostile[1]!, at: now }],
    })];
    const parts: SourceParts = {
      states,
      differing: hostile.map((name, i) => differing(name, {
        namespace: hostile[(i + 3) % hostile.length]!, group: hostile[(i + 5) % hostile.length]!, cause: hostile[1]!,
        differences: [{ node: hostile[1]!, what: 'conflict', cluster: name, address: name, field: 'metadata', agreed: name, shown: hostile[(i + 1) % hostile.length]! }],
      })),
      events: hostile.map((service, i) => event(i + 1, { service, tagBefore: hostile[1]!, tagAfter: hostile[0]!, cause: hostile[2]! })),
      exporter: { version: hostile[0]!, startedAt: now, configAt: now, configErrors: [...hostile] },
    };

    it.each(['/', '/divergence', `/divergence?q=${encodeURIComponent(hostile[0]!)}`, `/?cluster=prod&sort=${encodeURIComponent(`node:${hostile[1]}`)}`])('do no harm on %s, loaded or patched in', async (path) => {
      const { page, refresh, troubles } = await at(parts, path, { viewport: { width: 400, height: 800 } });
      const before = await page.locator('main').innerText();
      await refresh();
      await expect.poll(() => page.locator('main').innerText()).toBe(before);
      expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
      expect(await troubles()).toEqual([]);
      expect(await page.locator('h1').count()).toBe(1);
      expect(await page.evaluate<boolean>('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
      expect(before).toContain('<script>globalThis.pwned = 1</script>');
      expect(before.includes('\u202e')).toBe(false);
    });

    it('can be seen, found and linked as they are', async () => {
      const { page } = await at(parts, `/divergence?q=${encodeURIComponent('\u202e')}`);
      // As the group of the one, and the name of the other: the turn is spelled out.
      expect(await page.locator('#count').textContent()).toBe('1–2 of 2 services');
      expect(await page.locator('tbody th').allTextContents()).toEqual([expect.stringContaining('a\\u202egnp.exe'), expect.stringContaining('a\\u202egnp.exe')]);
    });
  });

  it('runs nothing that is injected, loads nothing from elsewhere, and says so', async () => {
    const { page, troubles, site } = await at(calm);
    expect(await troubles()).toEqual([]);
    const response = await page.request.get(site.url);
    expect(response.headers()).toMatchObject({
      'content-security-policy': "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer', 'cache-control': 'no-store',
    });
    await page.evaluate(injections);
    await expect.poll(async () => (await page.evaluate<string[]>('globalThis.violations')).map((one) => one.split(' ')[0]).toSorted()).toEqual(['img-src', 'script-src-attr', 'script-src-elem', 'style-src-attr']);
    expect(await page.evaluate('globalThis.pwned')).toBeUndefined();
  });

  it('turns the pages of ten thousand differences', async () => {
    const list = Array.from({ length: 12_345 }, (_, i) => differing(`service-${i}`, { since: now - 20_000 + i }));
    const { page, site } = await at({ states: [clusterState({ confirmed: list.length, differsOn: ['10.0.0.3:8848'] })], differing: list }, '/divergence');
    const count = page.locator('#count');
    expect(await count.textContent()).toBe('1–50 of 10,000 services');
    expect(await page.locator('main').innerText()).toContain('The 10,000 oldest of 12,345 are listed here');
    expect(await page.evaluate<number>('document.querySelectorAll("*").length')).toBeLessThan(2_500);
    const began = performance.now();
    await page.click('text=Next');
    await expect.poll(() => count.textContent()).toBe('51–100 of 10,000 services');
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Next');
    await page.goBack();
    await expect.poll(() => count.textContent()).toBe('1–50 of 10,000 services');
    await page.fill('input[name=q]', 'SERVICE-9999');
    await expect.poll(() => count.textContent()).toBe('1–1 of 1 service');
    expect(new URL(page.url()).search).toBe('?q=SERVICE-9999');
    const laps: number[] = [];
    for (let i = 0; i < 5; i++) {
      const start = performance.now();
      await (await fetch(`${site.url}/divergence?page=${150 + i}&sort=service`)).text();
      laps.push(performance.now() - start);
    }
    expect(Math.min(...laps)).toBeLessThan(250);
    expect(await (await fetch(`${site.url}/divergence?page=99999`)).text()).toContain('Page 200 of 200');
  });

  describe('an update', () => {
    it('changes what changed, and leaves focus, scroll, what is typed and every other node alone', async () => {
      const parts = { states: [clusterState()], differing: Array.from({ length: 30 }, (_, i) => differing(`service-${i}`)) };
      parts.states[0] = clusterState({ confirmed: 30, differsOn: ['10.0.0.3:8848'] });
      const { page, refresh } = await at(parts, '/divergence');
      await page.evaluate('for (const one of document.querySelectorAll("tbody")) one.marked = true');
      await page.fill('input[name=q]', '');
      await page.evaluate('document.querySelector("input[name=q]").value = "half ty"');
      await page.locator('main a', { hasText: 'Link to this view' }).focus();
      await page.evaluate('scrollTo(0, 700)');
      parts.differing = [...parts.differing.slice(3), differing('service-new')];
      await refresh();
      await page.locator('tbody', { hasText: 'service-new' }).waitFor();
      expect(await page.evaluate<string>('document.activeElement.textContent')).toBe('Link to this view');
      expect(await page.evaluate<string>('document.querySelector("input[name=q]").value')).toBe('half ty');
      expect(await page.evaluate<number[]>('[...document.querySelectorAll("tbody")].map((one) => (one.marked ? 1 : 0))')).toEqual([...Array.from({ length: 27 }, () => 1), 0]);
      // Three rows went above: the browser keeps what is in sight where it is, or the page where it was.
      expect(await page.evaluate<number>('scrollY')).toBeGreaterThan(400);
    });

    it('touches nothing where nothing changed', async () => {
      const { page, refresh } = await at(incident);
      await page.evaluate('globalThis.touched = 0; new MutationObserver((all) => { globalThis.touched += all.length; }).observe(document.getElementById("main"), { subtree: true, childList: true, attributes: true, characterData: true })');
      await refresh();
      await refresh();
      expect(await page.evaluate('globalThis.touched')).toBe(0);
    });

    it('comes by itself, not while the tab is hidden or updates are paused', async () => {
      const site = await openSite(sourceOf(calm), () => now);
      open.push(site.close);
      const { page, close } = await visit(browser, 'about:blank');
      open.push(close);
      await page.clock.install({ time: now });
      let asked = 0;
      page.on('request', (request) => void (asked += request.resourceType() === 'fetch' ? 1 : 0));
      await page.goto(site.url);
      await page.clock.runFor(5_100);
      await expect.poll(() => asked).toBe(1);
      await page.evaluate('Object.defineProperty(document, "hidden", { value: true, configurable: true }); document.dispatchEvent(new Event("visibilitychange"))');
      await page.clock.runFor(30_000);
      expect(asked).toBe(1);
      await page.evaluate('Object.defineProperty(document, "hidden", { value: false, configurable: true }); document.dispatchEvent(new Event("visibilitychange"))');
      await expect.poll(() => asked).toBe(2);
      await page.click('#live-button');
      await page.clock.runFor(30_000);
      expect(asked).toBe(2);
      await page.click('#live-button');
      await expect.poll(() => asked).toBe(3);
    });

    it('that fails is said to have failed, and to be over', async () => {
      const { page, refresh, site } = await at(calm);
      const notice = page.locator('#live-notice');
      site.breaks(true);
      await refresh();
      await expect.poll(() => notice.textContent()).toMatch(/The exporter does not answer.*last answer at \d\d:\d\d:\d\d UTC/);
      expect(await page.locator('h1').textContent()).toContain('Can be trusted');
      site.breaks(false);
      await refresh();
      await expect.poll(() => notice.textContent()).toBe('The exporter answers again.');
      await refresh();
      await expect.poll(() => notice.textContent()).toBe('');
    });
  });

  it('shows a hundred clusters, the worst first, and one of them by link', async () => {
    const { page } = await at(many);
    expect(await page.locator('h1').textContent()).toContain('1 of 100 registries cannot be trusted');
    expect(await page.locator('tbody tr').count()).toBe(100);
    await page.click('tbody tr:first-child a');
    expect(page.url()).toContain('?cluster=cluster-42');
    expect(await page.locator('h1').textContent()).toContain('Cannot be trusted');
    await page.click('.language');
    expect(new URL(page.url()).search).toBe('?cluster=cluster-42&lang=zh');
    expect(await page.locator('h1').textContent()).toContain('不可信');
    await page.click('header >> text=差异');
    expect(new URL(page.url()).search).toBe('?cluster=cluster-42&lang=zh');
  });
});
