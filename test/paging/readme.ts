/** The README's own commands, side by side: the demo plays a loss, and a Prometheus with the shipped files fires. */

import { readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { temporaryFolder } from '../lab/guard.ts';
import { plainHttp, plainHttpOk } from '../lab/http.ts';
import { freePort } from '../lab/ports.ts';
import { startProcess } from '../lab/processes.ts';
import { until } from '../lab/wait.ts';

const root = resolve(import.meta.dirname, '../..');
const demo = 'npm run demo -- ';
const prometheus = 'prometheus ';

/** The lines of the section's shell blocks. */
export function commandsOf(heading: string): readonly string[] {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const section = new RegExp(`^## ${heading}\\n(.*?)(?=^## )`, 'ms').exec(readme)?.[1] ?? '';
  return [...section.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.trimEnd().split('\n'));
}

export interface Shown {
  /** Labels of the alerts named so. */
  readonly alerts: readonly Readonly<Record<string, string>>[];
  /** From the demo's start, seconds. */
  readonly after: number;
}

/** Runs them on other ports, in a folder that holds what they name, until the alert fires. */
export async function playReadme(alertname: string): Promise<Shown> {
  const commands = commandsOf('Alerts');
  const demoArguments = argumentsOf(commands, demo);
  const [port, page] = [await freePort(), await freePort()];
  const folder = await temporaryFolder('nacos-readme');
  const output = join(folder.path, 'output.log');
  const moved = (text: string): string => text.replaceAll('127.0.0.1:18848', `127.0.0.1:${port}`);
  await cp(join(root, 'alerts'), join(folder.path, 'alerts'), { recursive: true });
  await mkdir(join(folder.path, 'deploy'));
  await writeFile(join(folder.path, 'deploy/prometheus.yml'), moved(readFileSync(join(root, 'deploy/prometheus.yml'), 'utf8')));
  const began = Date.now();
  const start = (command: string, args: readonly string[]): ReturnType<typeof startProcess> => startProcess(command, args, { cwd: folder.path, output });
  const children = await Promise.all([
    start(process.execPath, [join(root, 'dist/main.js'), 'demo', ...demoArguments, `--web.listen-address=127.0.0.1:${port}`]),
    start('prometheus', [...argumentsOf(commands, prometheus), `--web.listen-address=127.0.0.1:${page}`]),
  ]);
  try {
    const alerts = await until(`${alertname} at Prometheus`, 150_000, async () => {
      if (!children.every((child) => child.alive())) throw new Error(`ended: ${readFileSync(output, 'utf8').slice(-1000)}`);
      if ((await plainHttp(`http://127.0.0.1:${page}/-/ready`)).status !== 200) return undefined;
      const { data } = JSON.parse(await plainHttpOk(`http://127.0.0.1:${page}/api/v1/alerts`)) as { data: { alerts: { state: string; labels: Record<string, string> }[] } };
      const firing = data.alerts.filter(({ state, labels }) => state === 'firing' && labels['alertname'] === alertname).map(({ labels }) => labels);
      return firing.length > 0 ? firing : undefined;
    }, 1_000);
    return { alerts, after: (Date.now() - began) / 1000 };
  } finally {
    await Promise.all(children.map((child) => child.end(5_000)));
    await folder.remove();
  }
}

function argumentsOf(commands: readonly string[], beginning: string): readonly string[] {
  const command = commands.find((line) => line.startsWith(beginning));
  if (command === undefined) throw new Error(`the README has no command that begins with "${beginning}"`);
  return command.slice(beginning.length).trim().split(/\s+/);
}
