/**
 * What must not outlive the test run. A guard is a shell that waits on a pipe which only this process holds. However
 * this process ends, SIGKILL included, the pipe closes, and the guard cleans up.
 */

import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** `read` fails at the end of the pipe, that is when its holder ended without a word. */
const scripts = {
  killProcess: 'read -r word || kill -9 "$0" 2>/dev/null',
  /** A moment later than the processes that write there. */
  removeFolder: 'read -r word || { sleep 1; rm -rf -- "$0"; }',
};

/** Returns what calls the guard off. */
export function guard(duty: keyof typeof scripts, subject: string): () => void {
  const watcher = spawn('sh', ['-c', scripts[duty], subject], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  watcher.unref();
  watcher.stdin.on('error', () => undefined);
  return () => watcher.stdin.end('gone\n');
}

export interface TemporaryFolder {
  readonly path: string;
  /** `NACOS_LAB_KEEP=1` leaves it for a look at the logs in it. */
  remove(): Promise<void>;
}

export async function temporaryFolder(name: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `${name}-`));
  if (process.env.NACOS_LAB_KEEP === '1') return { path, remove: async () => undefined };
  const dismiss = guard('removeFolder', path);
  return {
    path,
    async remove() {
      // RocksDB and tomcat may still hold files of a process that was just killed.
      await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      dismiss();
    },
  };
}
