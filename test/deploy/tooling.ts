/** The tools by which deploy/ is judged, and a run of one. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findTool } from '../lab/tools.ts';

export const root = resolve(import.meta.dirname, '../..');

export const read = (name: string): string => readFileSync(join(root, name), 'utf8');

/** Names of those that are not installed. */
export const lacking = (...tools: readonly string[]): readonly string[] => tools.filter((tool) => findTool(tool) === undefined);

export interface ToolRun {
  readonly status: number | null;
  /** Both outputs. */
  readonly output: string;
}

export function runTool(tool: string, args: readonly string[], options: { readonly cwd?: string; readonly input?: string; readonly env?: NodeJS.ProcessEnv } = {}): ToolRun {
  const { status, stdout, stderr, error } = spawnSync(tool, args, { encoding: 'utf8', maxBuffer: 64 << 20, cwd: root, ...options });
  if (error !== undefined) throw error;
  return { status, output: stdout + stderr };
}

/** An image by its tag or digest; a tag that moves is not pinned. */
export function pinned(image: string): boolean {
  const [, tag] = /:([^/:@]+)(?:@|$)/.exec(image) ?? [];
  return image.includes('@sha256:') || (tag !== undefined && /\d+\.\d+/.test(tag));
}
