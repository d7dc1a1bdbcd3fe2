/**
 * A file that is written beside the one it will replace, and takes its place in one step: whoever reads the name finds the
 * old contents or the new ones, never a part. It is readable by its owner only.
 */

import { randomUUID } from 'node:crypto';
import { open, realpath, rename, stat, unlink, type FileHandle } from 'node:fs/promises';

export interface LineOutput {
  write(line: string): Promise<void>;
  /** All is written: from now on it is there. */
  commit(): Promise<void>;
  /** As if it had never been begun. */
  discard(): Promise<void>;
}

/** Characters gathered before they go to the file. */
const chunk = 1 << 20;
const ownerOnly = 0o600;

/** Throws as `node:fs` does where the place cannot be written to: before anything else is done. */
export async function openReplacement(path: string): Promise<LineOutput> {
  const there = await statOrNothing(path);
  if (there?.isDirectory() === true) throw Object.assign(new Error(`${path} is a directory`), { code: 'EISDIR', syscall: 'open' });
  // A device or a pipe cannot be replaced, only written to; of a link its target is replaced.
  const inPlace = there !== undefined && !there.isFile();
  const target = there === undefined ? path : await realpath(path);
  const written = inPlace ? target : `${target}.${randomUUID().slice(0, 8)}.tmp`;
  const handle = await open(written, inPlace ? 'w' : 'wx', ownerOnly);
  return linesInto(handle, {
    async end(kept) {
      if (inPlace) return;
      await (kept ? rename(written, target) : unlink(written));
    },
    syncs: !inPlace,
  });
}

function linesInto(handle: FileHandle, { end, syncs }: { readonly end: (kept: boolean) => Promise<void>; readonly syncs: boolean }): LineOutput {
  let pending: string[] = [];
  let size = 0;

  async function flush(): Promise<void> {
    const text = pending.join('');
    pending = [];
    size = 0;
    await handle.writeFile(text);
  }

  return {
    async write(line) {
      pending.push(line, '\n');
      size += line.length + 1;
      if (size >= chunk) await flush();
    },
    async commit() {
      await flush();
      if (syncs) await handle.sync();
      await handle.close();
      await end(true);
    },
    async discard() {
      // Closed already where the commit got that far.
      await handle.close().catch(() => undefined);
      await end(false);
    },
  };
}

async function statOrNothing(path: string): Promise<Awaited<ReturnType<typeof stat>> | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}
