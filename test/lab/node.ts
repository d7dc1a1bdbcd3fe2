/** One Nacos server process: booted into its home, booted again when it loses the start-up race, killed by its pid. */

import { rename } from 'node:fs/promises';
import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Distribution } from './distribution.ts';
import { jvmArguments } from './jvm.ts';
import { type Child, startProcess } from './processes.ts';
import { isReady, type NodeAddress } from './readiness.ts';
import { sleep } from './wait.ts';

export interface BootOptions extends NodeAddress {
  readonly distribution: Distribution;
  readonly home: string;
  readonly cluster: boolean;
}

const readyTimeoutMs = 150_000;
const bootAttempts = 4;

/** Resolves with the process once the server says it is ready; nothing runs if it rejects. */
export async function boot(options: BootOptions, started: (child: Child) => void): Promise<Child> {
  for (let attempt = 1; ; attempt++) {
    await setAsideLogs(options.home);
    const child = await startProcess('java', jvmArguments(options.distribution, options), {
      cwd: options.home,
      output: join(options.home, 'logs', 'start.out'),
    });
    started(child);
    const fault = await bootFault(options, child);
    if (fault === undefined) return child;
    await child.end();
    if (attempt === bootAttempts) throw new Error(`${options.url} did not boot: ${fault}\n${tail(options.home, 15)}`);
  }
}

async function bootFault(options: BootOptions, child: Child): Promise<string | undefined> {
  const deadline = Date.now() + readyTimeoutMs;
  while (Date.now() < deadline) {
    const ready = await isReady(options.distribution.release, options).catch(() => false);
    if (ready) return undefined;
    if (!child.alive()) return 'the process ended';
    const lost = lostTheRace(options.home);
    if (lost !== undefined) return lost;
    await sleep(300);
  }
  return `not ready within ${readyTimeoutMs} ms`;
}

/**
 * A node whose embedded store finds no raft leader in time cancels its start but stays alive: it never answers, and on
 * 2.0.4 it logs without pause. The cure is a new process on the same home.
 */
function lostTheRace(home: string): string | undefined {
  const log = `${head(join(home, 'logs', 'nacos.log'))}${head(join(home, 'logs', 'start.out'))}`;
  return /cancelling refresh attempt|Nacos failed to start|Address already in use/.exec(log)?.[0];
}

/** What is read from the logs is then about the process that runs now. */
async function setAsideLogs(home: string): Promise<void> {
  for (const name of ['nacos.log', 'start.out']) {
    const file = join(home, 'logs', name);
    if (existsSync(file)) await rename(file, `${file}.before`);
  }
}

/**
 * Nacos 1.4: a peer that ends at the wrong moment can stop a survivor's HTTP client for good. It goes on serving, but
 * reports to nobody, so the others never learn its version; only a restart heals it.
 */
export function lostItsClient(home: string): boolean {
  return head(join(home, 'logs', 'nacos.log')).includes('I/O reactor status: STOPPED');
}

/** The first 4 MB: a start that failed says so early. */
function head(file: string): string {
  if (!existsSync(file)) return '';
  const buffer = Buffer.alloc(Math.min(statSync(file).size, 4 << 20));
  const handle = openSync(file, 'r');
  try {
    return buffer.toString('utf8', 0, readSync(handle, buffer, 0, buffer.length, 0));
  } finally {
    closeSync(handle);
  }
}

/** The last lines of a node's two logs. */
export function tail(home: string, lines: number): string {
  return ['start.out', 'nacos.log']
    .map((name) => join(home, 'logs', name))
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-lines).join('\n'))
    .join('\n');
}
