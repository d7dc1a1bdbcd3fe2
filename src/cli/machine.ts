/** The machine as the program sees it: clock, chance, files, environment. Made once, in main. */

import type { SecretSources } from '../config/secret.ts';
import type { OpenPort } from '../nacos/open-port.ts';

export interface Machine {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** 0 to 1. */
  readonly random: () => number;
  readonly pause: () => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
  readonly openPort: OpenPort;
  readonly secrets: SecretSources;
  readonly readFile: (path: string) => string;
  readonly writeFile: (path: string, text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly build: { readonly version: string; readonly revision: string };
  readonly nodeVersion: string;
  readonly hostName: string;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
  /** Resolves with the name of the signal that asks the program to end; `onHangup` is SIGHUP. */
  readonly untilStopped: (onHangup: () => void) => Promise<string>;
}
