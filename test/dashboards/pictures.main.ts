/**
 * `npm run screenshots`: docs/pictures/, one picture a dashboard and two of the status page, all in an incident. The dashboards
 * are drawn by docs/preview against a real Prometheus that holds a run of the demo; the page is that of the demo itself.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Browser, type Page } from 'playwright-core';
import { temporaryFolder } from '../lab/guard.ts';
import { plainHttpOk } from '../lab/http.ts';
import { startProcess } from '../lab/processes.ts';
import { findTool } from '../lab/tools.ts';
import { sleep, until } from '../lab/wait.ts';
import { dashboardFolder, readDashboards } from './panels.ts';
import { startPicturesServer } from './pictures-server.ts';
import { pages, pictureOf, runSeconds } from './pictures.ts';
import { startRecorded } from './recorded.ts';
import { smaller } from './smaller-png.ts';

const root = join(import.meta.dirname, '../..');
const pageWidth = 1400;

const { values: options } = parseArgs({
  options: {
    /** Where the preview is built, or is to be built. */
    preview: { type: 'string', default: join(root, 'docs/preview') },
    out: { type: 'string', default: join(root, 'docs/pictures') },
    /** Dashboards whose file's name contains it; `page` for the status page; all unless told. */
    only: { type: 'string', default: '' },
  },
});

async function run(command: string, args: readonly string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: 'inherit' });
  const [code] = await once(child, 'exit') as [number | null];
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}`);
}

/** Half a gigabyte of modules, once. */
async function builtPreview(): Promise<string> {
  const built = join(options.preview, 'dist');
  if (existsSync(built)) return built;
  if (!existsSync(join(options.preview, 'node_modules'))) await run('npm', ['ci', '--no-audit', '--no-fund'], options.preview);
  await run('npm', ['run', '-s', 'build'], options.preview);
  return built;
}

/** The whole page on a screen that holds it: tables that were scrolled out of sight would stay blank. */
async function shoot(page: Page, name: string): Promise<void> {
  const height = await page.evaluate('document.documentElement.scrollHeight') as number;
  await page.setViewportSize({ width: pageWidth, height });
  // Legends settle, and graphs make room for them.
  await page.waitForTimeout(1_500);
  const picture = join(options.out, name);
  await writeFile(picture, smaller(await page.screenshot()));
  process.stdout.write(`${picture}\n`);
}

async function shootDashboards(browser: Browser): Promise<void> {
  const chosen = readDashboards().filter(({ file }) => file.includes(options.only));
  if (chosen.length === 0) return;
  const preview = await builtPreview();
  const recorded = await startRecorded(runSeconds);
  const server = await startPicturesServer({ preview, dashboards: dashboardFolder, prometheus: recorded.url });
  try {
    for (const { file } of chosen) {
      const { until: end, variables } = pictureOf(file);
      const query = new URLSearchParams({ d: file, w: String(pageWidth), from: String(recorded.from), to: String(recorded.from + end) });
      for (const [name, value] of Object.entries(variables)) query.set(`var-${name}`, value);
      const page = await browser.newPage({ viewport: { width: pageWidth, height: 900 } });
      page.on('pageerror', (error) => process.stderr.write(`${file}: ${error.message}\n`));
      await page.goto(`${server.url}/?${query}`);
      await page.waitForFunction('globalThis.isDrawn?.() === true', undefined, { timeout: 60_000 });
      await shoot(page, file.replace(/\.json$/, '.png'));
      await page.close();
    }
  } finally {
    await server.close();
    await recorded.stop();
  }
}

/** The built demo, in real time. */
async function shootPages(browser: Browser): Promise<void> {
  if (!'page'.includes(options.only)) return;
  const folder = await temporaryFolder('nacos-demo');
  const output = join(folder.path, 'demo.log');
  const demo = await startProcess(process.execPath, [join(root, 'dist/main.js'), 'demo', '--scenario', pages.scenario, '--web.listen-address', '127.0.0.1:0', '--log.format', 'json'], { cwd: folder.path, output });
  try {
    const address = await until('the address of the demo', 30_000, async () => /open (http:\/\/[^/\s]+)\//.exec(await readFile(output, 'utf8'))?.[1]);
    await sleep(pages.afterSeconds * 1000);
    await until('a difference', 60_000, async () => (/^nacos_divergent_services\{.*\} [1-9]/m.test(await plainHttpOk(`${address}/metrics`)) ? true : undefined));
    for (const { path, name } of pages.of) {
      const page = await browser.newPage({ viewport: { width: pageWidth, height: 900 }, locale: 'en-US' });
      await page.goto(`${address}${path}`);
      await shoot(page, name);
      await page.close();
    }
  } finally {
    await demo.end(5_000);
    await folder.remove();
  }
}

const executablePath = findTool('chromium');
if (executablePath === undefined) throw new Error('chromium is not installed');
await mkdir(options.out, { recursive: true });
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update', '--disable-sync', '--no-first-run'] });
try {
  await Promise.all([shootPages(browser), shootDashboards(browser)]);
} finally {
  await browser.close();
}
