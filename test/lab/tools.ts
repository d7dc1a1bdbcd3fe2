/** Which of the programs that real suites need are installed. */

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

export function findTool(name: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** A JDK, not a JRE: a launcher is compiled for 3.x, and SQL is taken out of a jar. */
export const nacosTools = ['java', 'javac', 'jar', 'mvn'] as const;
export const prometheusTools = ['prometheus', 'promtool'] as const;

export function missing(tools: readonly string[] = [...nacosTools, ...prometheusTools]): string[] {
  return tools.filter((tool) => findTool(tool) === undefined);
}

/**
 * True if something is missing, after saying so on stderr: a suite is never skipped silently. Where everything was to
 * be installed (`NACOS_LAB_REQUIRE=1`) it is an error.
 */
export function skipWithReason(suite: string, absent: readonly string[]): boolean {
  if (absent.length === 0) return false;
  const reason = `${suite}: not installed: ${absent.join(', ')}`;
  if (process.env.NACOS_LAB_REQUIRE === '1') throw new Error(reason);
  process.stderr.write(`SKIPPED ${reason}\n`);
  return true;
}
