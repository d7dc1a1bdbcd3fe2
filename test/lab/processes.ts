/** Child processes, ended by their saved pid, at the latest by a guard when this process ends. */

import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { guard } from './guard.ts';

export interface Child {
  readonly pid: number;
  /** Resolves when the process is gone, with its exit code or null after a signal. */
  readonly exited: Promise<number | null>;
  alive(): boolean;
  signal(signal: NodeJS.Signals): void;
  /** SIGTERM, then SIGKILL once the grace is over; 0 kills at once. Resolves when it is gone. */
  end(graceMs?: number): Promise<void>;
}

export interface SpawnOptions {
  readonly cwd: string;
  /** File that gets stdout and stderr, appended. */
  readonly output: string;
  readonly env?: NodeJS.ProcessEnv;
}

export async function startProcess(command: string, args: readonly string[], options: SpawnOptions): Promise<Child> {
  const output = openSync(options.output, 'a');
  // Its own process group: an interrupt typed at the terminal reaches the test run only, and the guard does the rest.
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', output, output],
    detached: true,
  });
  closeSync(output);
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', reject);
  });
  const pid = child.pid!;
  const dismiss = guard('killProcess', String(pid));
  let running = true;
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => {
      running = false;
      dismiss();
      resolve(code);
    });
  });
  // A test run that forgets a child may end; who waits for one holds on to it.
  child.unref();

  const signal = (name: NodeJS.Signals): void => {
    if (running) child.kill(name);
  };
  return {
    pid,
    exited,
    alive: () => running,
    signal,
    async end(graceMs = 0) {
      if (!running) return;
      child.ref();
      const kill = setTimeout(() => signal('SIGKILL'), graceMs);
      if (graceMs > 0) signal('SIGTERM');
      await exited;
      clearTimeout(kill);
    },
  };
}
